/** Text measured in terminal columns and cut between graphemes: wide characters count two. Pure. */
import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Takes the place of what was cut off. */
export const ELLIPSIS = '…';

/** The user-perceived characters of a text. */
export function graphemesOf(text: string): readonly string[] {
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

/** The grapheme boundary at or before an offset. */
export function boundaryAt(text: string, offset: number): number {
  if (offset >= text.length) return text.length;
  return segmenter.segment(text).containing(offset)?.index ?? 0;
}

/** Cuts the end of a text that is wider than a number of columns. */
export function clip(text: string, columns: number): string {
  if (fits(text, columns)) return text;
  return columns < 1 ? '' : take(graphemesOf(head(text, columns)), columns - 1).join('') + ELLIPSIS;
}

/** Cuts the start, for paths: their end tells most. */
export function clipStart(text: string, columns: number): string {
  if (fits(text, columns)) return text;
  if (columns < 1) return '';
  const kept = take([...graphemesOf(text)].reverse(), columns - 1);
  return ELLIPSIS + [...kept].reverse().join('');
}

function fits(text: string, columns: number): boolean {
  return text.length <= columns * LONGEST_GRAPHEME && stringWidth(text) <= columns;
}

/** UTF-16 units; what is longer on average is no text that anybody reads. */
const LONGEST_GRAPHEME = 64;

/** Enough of a text to fill the columns, so that a very long one is not segmented whole. */
function head(text: string, columns: number): string {
  return text.slice(0, boundaryAt(text, columns * LONGEST_GRAPHEME));
}

function take(graphemes: readonly string[], columns: number): readonly string[] {
  let width = 0;
  const end = graphemes.findIndex((grapheme) => {
    width += stringWidth(grapheme);
    return width > columns;
  });
  return end === -1 ? graphemes : graphemes.slice(0, end);
}
