/** Document → chunks: the one entrance to this part. Pure; the rules are in docs/chunking.md. */
import { UsageError } from '../model/errors.ts';
import type { Chunk, ChunkedDocument, ChunkOptions, DocumentFormat } from '../model/types.ts';
import { mapLines } from '../text/lines.ts';
import { TOKEN_UNITS } from '../text/tokens.ts';
import { blankedOut, withoutEncoded } from './encoded.ts';
import { type FrontMatter, readFrontMatter } from './front-matter.ts';
import { pushMarkdown } from './markdown-pieces.ts';
import { withLineFeeds } from './markdown-tree.ts';
import { makeOutline } from './outline.ts';
import { pack } from './pack.ts';
import { type Packer, Pieces } from './pieces.ts';
import { pushPlainText } from './split.ts';
import { toChunks } from './to-chunks.ts';

export { MAX_CONTEXT_TOKENS } from './context.ts';

/**
 * Goes up with every change that cuts some document differently or changes a context: documents
 * that an older version has cut are then cut again.
 */
export const CHUNKER_VERSION: number = 2;

/** How a text is cut. */
export interface CutOptions extends ChunkOptions {
  /** It is the text of a chunk, from which nothing may be left out any more. Default: false. */
  readonly isPassage?: boolean | undefined;
}

/**
 * Cuts a document into chunks and finds its title and front matter.
 *
 * @param text decoded, without BOM; line ends as found (LF, CRLF, lone CR)
 * @param format `markdown` knows front matter, headings and blocks; `text` knows paragraphs
 * @throws UsageError `USAGE` if the size is below 1, or the overlap negative or half the size or more
 */
export function chunkDocument(
  text: string,
  format: DocumentFormat,
  options: CutOptions,
): ChunkedDocument {
  requireUsable(options);
  const clean = withLineFeeds(text);
  const markdown = format === 'markdown';
  const front = markdown ? readFrontMatter(clean) : null;
  const bodyStart = front?.bodyStart ?? 0;
  const { shown, gaps } =
    options.isPassage === true ? { shown: clean, gaps: [] } : withoutEncoded(clean);
  const chunks: Chunk[] = [];
  const lines = mapLines(text);
  const overlapUnits = options.chunkOverlap * TOKEN_UNITS;
  const packPieces: Packer = (pieces, end) => {
    const outline = makeOutline(pieces);
    const cuts = pack(pieces, outline, shown);
    const title = findTitle(front?.data?.['title'], pieces);
    const description = chunks.length === 0 ? oneLine(front?.data?.['description']) : '';
    const packed = { text, clean: shown, pieces, end, outline, cuts, title, description };
    for (const chunk of toChunks({ ...packed, lines, overlapUnits }, chunks.length)) {
      chunks.push(chunk);
    }
  };
  // What is repeated must fit beside what is new.
  const room = (options.chunkSize - options.chunkOverlap) * TOKEN_UNITS;
  const pieces = new Pieces({ limit: room, gaps, packer: packPieces });
  if (!markdown) pushPlainText(pieces, shown, shown.length);
  else if (front !== null && isText(front, blankedOut(shown, gaps)))
    pushPlainText(pieces, shown, bodyStart);
  if (markdown) pushMarkdown(pieces, shown, bodyStart);
  pieces.finish(shown.length);
  const title = findTitle(front?.data?.['title'], pieces);
  const { data: frontMatter = null, errorLine: frontMatterErrorLine = null } = front ?? {};
  return { title, frontMatter, frontMatterErrorLine, chunks };
}

function requireUsable({ chunkSize, chunkOverlap }: ChunkOptions): void {
  if (!Number.isInteger(chunkSize) || chunkSize < 1) {
    throw new UsageError(
      'USAGE',
      `The chunk size must be a whole number from 1, not ${chunkSize}.`,
    );
  }
  if (!Number.isInteger(chunkOverlap) || chunkOverlap < 0) {
    throw new UsageError(
      'USAGE',
      `The overlap must be a whole number from 0, not ${chunkOverlap}.`,
    );
  }
  if (chunkOverlap > 0 && chunkOverlap * 2 >= chunkSize) {
    throw new UsageError(
      'USAGE',
      `An overlap of ${chunkOverlap} is half of the chunk size ${chunkSize} or more: lower it or raise the size.`,
    );
  }
}

/** What could not be read is text, and so is all that a note without a body has. */
function isText({ data, bodyStart, malformed }: FrontMatter, clean: string): boolean {
  return malformed || (data !== null && clean.slice(bodyStart).trim() === '');
}

function findTitle(fromFrontMatter: unknown, pieces: Pieces): string | null {
  const title = oneLine(fromFrontMatter);
  if (title !== '') return title;
  // A later heading is that of a part: a picture as the first one is no reason to take it.
  return pieces.firstHeading?.text || null;
}

/** A value of front matter as text; YAML makes a number of the title 1984. '' if there is none. */
function oneLine(value: unknown): string {
  const isText = typeof value === 'string' || typeof value === 'number' || value === true;
  return isText ? String(value).replace(/\s+/g, ' ').trim() : '';
}
