/** Text measured in terminal columns and cut between graphemes: wide characters count two. Pure. */
import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

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
  for (const { segment } of segmenter.segment(text)) {
    yield { text: segment, width: widthOfGrapheme(segment) };
  }
}

/** What most text is made of is measured here: string-width looks for emoji in every character. */
function widthOfGrapheme(grapheme: string): number {
  if (grapheme.length > 1) return stringWidth(grapheme);
  if (/[ -~¡-¬®-ÿ‐-‧‰-⁞←-⋿]/u.test(grapheme)) return 1;
  return /[\u3001-\u3029\u3041-\u3096\u30a1-\u30ff\u4e00-\u9fff\uff01-\uff60]/u.test(grapheme)
    ? 2
    : stringWidth(grapheme);
}

/** The grapheme boundary at or before an offset. */
export function boundaryAt(text: string, offset: number): number {
  if (offset <= 0) return 0;
  if (offset >= text.length) return text.length;
  return segmenter.segment(text).containing(offset)?.index ?? 0;
}

/** Cuts the end of a text that is wider than a number of columns. */
export function clip(text: string, columns: number): string {
  const kept = end(graphemesOf(text), columns);
  if (kept.isAll) return text;
  return columns < 1 ? '' : text.slice(0, kept.shorter) + ELLIPSIS;
}

/** Cuts the start, for paths: their end tells most. */
export function clipStart(text: string, columns: number): string {
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
