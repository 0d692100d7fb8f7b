/**
 * What is put before a chunk's text when it is embedded: where in the document it stands. Bounded,
 * so that a chunk's size says what its input costs.
 */
import { graphemeBorderFrom } from '../text/graphemes.ts';
import { estimateTokens, TOKEN_UNITS, tokenUnits } from '../text/tokens.ts';

/** The most that title and heading path take, in estimated tokens. */
const MAX_PATH_TOKENS = 64;
/** The most that the repeated header of a table, or the description, takes, in estimated tokens. */
const MAX_HEADER_TOKENS = 96;

/**
 * The most that a chunk's `context` holds, in estimated tokens. An embedding input is never larger
 * than `chunkSize` + this: clamp the chunk size to the model's context with it.
 */
export const MAX_CONTEXT_TOKENS: number = MAX_PATH_TOKENS + MAX_HEADER_TOKENS;

/** More of a table's header is never looked at. In UTF-16 units. */
const MAX_HEADER_SOURCE = 4000;

const SEPARATOR = ' > ';

/** The parts of a context; empty ones are left out. */
export interface ContextParts {
  /** Title and headings, outermost first. */
  readonly path: readonly string[];
  /** Of a table that began in an earlier chunk, as `shortHeader` makes it; '' for none. */
  readonly tableHeader: string;
  /** What the document is about, of its first chunk; that one repeats no table's header. */
  readonly description: string;
}

/** `Title > Heading > Subheading`, a blank line, and the description or the table's header if there is one. */
export function makeContext(parts: ContextParts): string {
  const path = joinPath(parts.path);
  const header = parts.tableHeader;
  const description = clip(parts.description, MAX_HEADER_TOKENS - 2);
  return (
    (path === '' ? '' : `${path}\n\n`) +
    (description === '' ? '' : `${description}\n\n`) +
    (header === '' ? '' : `${header}\n`)
  );
}

/** Shortens every part alike until the path fits: its end says as much as its beginning. */
function joinPath(path: readonly string[]): string {
  const limit = MAX_PATH_TOKENS - 2;
  const whole = path.join(SEPARATOR);
  if (estimateTokens(whole) <= limit) return whole;
  const kept = path.length > 8 ? [...path.slice(0, 2), ...path.slice(-6)] : path;
  const share = Math.floor(limit / kept.length) - 1;
  return kept.map((part) => clip(part, share)).join(SEPARATOR);
}

/**
 * Header and delimiter row without padding; the header alone, cut, if both are too long.
 *
 * @param header the rows as they stand in the document
 */
export function shortHeader(header: string): string {
  const lines = header
    .slice(0, MAX_HEADER_SOURCE)
    .split('\n')
    .map((line) =>
      line
        .replace(/[ \t]+/g, ' ')
        .replace(/-{4,}/g, '---')
        .trim(),
    )
    .filter((line) => line !== '');
  const whole = lines.join('\n');
  const limit = MAX_HEADER_TOKENS - 1;
  return estimateTokens(whole) <= limit ? whole : clip(lines[0] ?? '', limit);
}

/** The beginning of `text` that fits into so many estimated tokens, up to a grapheme's border. */
export function clip(text: string, tokens: number): string {
  if (estimateTokens(text) <= tokens) return text;
  let end = 0;
  while (end < text.length) {
    const next = graphemeBorderFrom(text, end, end + 1);
    if (tokenUnits(text, 0, next) > tokens * TOKEN_UNITS) break;
    end = next;
  }
  return text.slice(0, end).trimEnd();
}
