/** Documents as the corpus has them, whole or some lines. */
import { CorpusError, UsageError } from '../../model/errors.ts';
import type { DocumentText, LineRange } from '../../model/search.ts';
import type { Passage, StoredDocument } from '../../store/reading-types.ts';
import type { StoreReader } from '../../store/store.ts';
import { shownTitle } from '../../text/title.ts';
import { joinLines } from './document-lines.ts';
import { findDocument, requireOne } from './find-document.ts';
import { parsePassageUri, passageUri, sourceName } from './uri.ts';

/**
 * A document, or some lines of it.
 *
 * @param path on disk, or inside a source
 * @param cwd where a relative path on disk starts; absolute
 * @throws UsageError `DOCUMENT_NOT_FOUND` if it is not there, or has no such lines
 */
export async function readDocument(
  store: StoreReader,
  path: string,
  { lines, cwd }: { readonly lines: LineRange | null; readonly cwd: string },
): Promise<DocumentText> {
  return readLines(store, () => findDocument(store, path, cwd), lines);
}

/**
 * The lines that an address names, as they are stored now.
 *
 * @throws UsageError `USAGE` if it is no address; `DOCUMENT_NOT_FOUND` if nothing is there
 */
export async function readPassage(store: StoreReader, uri: string): Promise<DocumentText> {
  const { name, sourceId, path, lines } = parsePassageUri(uri);
  const find = async (): Promise<StoredDocument> => {
    const { sources } = await store.info();
    const named = sources.filter(
      (source) =>
        sourceName(source) === name.normalize('NFC') &&
        (sourceId === null || source.id === sourceId),
    );
    const found = await Promise.all(named.map(({ id }) => store.documentsNamed(id, [path])));
    return requireOne(found.flat(), path);
  };
  return readLines(store, find, lines);
}

async function readLines(
  store: StoreReader,
  find: () => Promise<StoredDocument>,
  wanted: LineRange | null,
): Promise<DocumentText> {
  const { document, passages } = await readPassages(store, find);
  const all = joinLines(passages);
  const start = Math.max(all.first, wanted?.start ?? all.first);
  const end = Math.min(all.last, wanted?.end ?? all.last);
  if (start > end || all.last === 0) {
    throw new UsageError('DOCUMENT_NOT_FOUND', 'The document has no text on these lines.');
  }
  const { source, path, title } = document;
  const { sources } = await store.info();
  return {
    uri: passageUri({ source, path }, { start, end }, sources),
    ...{ source, path, title: shownTitle(title, path) },
    headings: headingsAt(passages, start),
    ...{ startLine: start, endLine: end },
    text: all.text(start, end),
  };
}

/** How often a document is looked for that is replaced while it is read. */
const ATTEMPTS = 10;

/**
 * The passages of a document, which may be replaced between finding and reading it.
 *
 * @throws CorpusError `CORPUS_BUSY` if that happens again and again
 */
export async function readPassages(
  store: StoreReader,
  find: () => Promise<StoredDocument>,
): Promise<{ readonly document: StoredDocument; readonly passages: readonly Passage[] }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const document = await find();
    const passages = await store.passages(document.id);
    const isOwn = ({ source, path }: Passage): boolean =>
      source === document.source && path === document.path;
    const isGone = passages.length === 0 && document.passages > 0;
    if (!isGone && passages.every(isOwn)) return { document, passages };
  }
  throw new CorpusError('CORPUS_BUSY', 'The document is being replaced; try again in a moment.');
}

/** The headings of the passage that holds a line, of two the later one; else of the next one behind it. */
function headingsAt(passages: readonly Passage[], line: number): readonly string[] {
  const holding = passages.findLast((one) => one.startLine <= line && line <= one.endLine);
  return (holding ?? passages.find(({ startLine }) => startLine > line))?.headings ?? [];
}
