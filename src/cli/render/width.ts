/** Text measured in terminal columns and cut between graphemes: wide characters count two. Pure. */
import stringWidth from 'string-width';
import { graphemeSegments } from '../../text/graphemes.ts';

/** Takes the place of what was cut off. One column. */
export const ELLIPSIS = '…';

/** A user-perceived character. */
export interface Grapheme {
  readonly text: string;
  /** Columns. */
  readonly width: number;
}

/** The graphemes of a text, one after the other. */
export function* graphemesOf(text: string): Generator<Grapheme> {
  for (const { segment } of graphemeSegments(text)) {
    yield { text: segment, width: widthOfGrapheme(segment) };
  }
}

/** What most text is made of is measured here: string-width looks for emoji in every character. */
function widthOfGrapheme(grapheme: string): number {
  if (grapheme.length > 1) return stringWidth(grapheme);
  const code = grapheme.charCodeAt(0);
  if (code >= 0x20 && code <= 0x7e) return 1;
  if (WIDE.test(grapheme)) return 2;
  return NARROW.test(grapheme) ? 1 : stringWidth(grapheme);
}

const WIDE = /[\u3000-\u3029\u3041-\u3096\u30a0-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff60]/;
const NARROW_SIGNS =
  '\\u00a1-\\u00ac\\u00ae-\\u02ff\\u0370-\\u0482\\u048a-\\u052f\\u1e00-\\u1eff\\u2010-\\u2027\\u2030-\\u205e\\u2070-\\u20cf\\u2150-\\u218f\\u2190-\\u22ff\\u2460-\\u24c1\\u2500-\\u257f\\uff61-\\uff9d';
const NARROW = new RegExp(`[${NARROW_SIGNS}]`);

/** None of them joins another one: so many columns and graphemes as units. */
const ALL_NARROW = new RegExp(`^[ -~${NARROW_SIGNS}]*$`);

/** Cuts the end of a text that is wider than a number of columns. */
export function clip(text: string, columns: number): string {
  if (ALL_NARROW.test(text)) {
    if (text.length <= columns) return text;
    return columns < 1 ? '' : text.slice(0, columns - 1) + ELLIPSIS;
  }
  const kept = end(graphemesOf(text), columns);
  if (kept.isAll) return text;
  return columns < 1 ? '' : text.slice(0, kept.shorter) + ELLIPSIS;
}

/** Cuts the start, for paths: their end tells most. */
export function clipStart(text: string, columns: number): string {
  if (ALL_NARROW.test(text)) {
    if (text.length <= columns) return text;
    return columns < 1 ? '' : ELLIPSIS + text.slice(text.length - columns + 1);
  }
  const kept = end([...graphemesOf(text)].reverse(), columns);
  if (kept.isAll) return text;
  return columns < 1 ? '' : ELLIPSIS + text.slice(text.length - kept.shorter);
}

/** How much fits: all of it, or so many UTF-16 units that there is a column left. */
function end(
  graphemes: Iterable<Grapheme>,
  columns: number,
): { readonly isAll: boolean; readonly shorter: number } {
  let width = 0;
  let length = 0;
  let shorter = 0;
  for (const grapheme of graphemes) {
    width += grapheme.width;
    length += grapheme.text.length;
    if (width > columns) return { isAll: false, shorter };
    if (width < columns) shorter = length;
  }
  return { isAll: true, shorter };
}
