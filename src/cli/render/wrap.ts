/**
 * Lines of a terminal. Latin words stay whole while they fit; Japanese breaks anywhere but before
 * 、。」 and small kana, and behind an opening bracket (kinsoku shori). Pure.
 */
import { type Grapheme, graphemesOf } from './width.ts';

/** A line: a slice of the text that was wrapped, without the spaces at its ends. */
export interface Slice {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Characters that do not begin a line. */
const NOT_FIRST =
  /^[、。，．・：；？！゛゜ヽヾゝゞ々ー）］｝〕〉》」』】〙〗…‥ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ)\]},.;:!?%]/u;

/** Characters that do not end a line. */
const NOT_LAST = /[（［｛〔〈《「『【〘〖([{]$/u;

/** Characters between which a line breaks without a space. */
const BREAKS_ANYWHERE =
  /[\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;

/**
 * Breaks one line of text (no line ends in it) into lines of at most `columns`. Reads no more of
 * the text than `most` lines need.
 *
 * @param columns at least 4: the widest grapheme has to fit
 * @param most lines to make; the text may go on behind them
 */
export function wrap(text: string, columns: number, most: number = Infinity): readonly Slice[] {
  const lines: Slice[] = [];
  let start = 0;
  let end = 0;
  let width = 0;
  for (const unit of unitsOf(text, columns)) {
    if (width + unit.width > columns && end > start) {
      lines.push({ start, end });
      if (lines.length >= most) return lines;
      width = 0;
      start = unit.start;
    }
    const isSpace = unit.text === ' ';
    if (isSpace && end <= start) {
      start = unit.start + 1;
      continue;
    }
    width += unit.width;
    if (!isSpace) end = unit.start + unit.text.length;
  }
  return end > start ? [...lines, { start, end }] : lines;
}

/** What is not broken: a space, a word, or a character with what sticks to it. */
interface Unit extends Grapheme {
  readonly start: number;
}

function* unitsOf(text: string, columns: number): Generator<Unit> {
  let open: Unit | null = null;
  for (const word of wordsOf(text, columns)) {
    const sticks: boolean =
      open !== null &&
      open.text !== ' ' &&
      word.text !== ' ' &&
      (NOT_FIRST.test(word.text) || NOT_LAST.test(open.text)) &&
      open.width + word.width <= columns;
    if (open !== null && !sticks) yield open;
    open = open !== null && sticks ? joined(open, word) : word;
  }
  if (open !== null) yield open;
}

/** Pieces, put together into words where a line does not break. */
function* wordsOf(text: string, columns: number): Generator<Unit> {
  let open: Unit | null = null;
  let start = 0;
  for (const piece of piecesOf(text)) {
    const fits = (open?.width ?? 0) + piece.width <= columns;
    for (const part of fits ? [piece] : graphemesOf(piece.text)) {
      const next: Unit = { text: part.text, width: part.width, start };
      start += part.text.length;
      if (BREAKS_ANYWHERE.test(part.text)) {
        if (open !== null) yield open;
        open = null;
        yield next;
      } else if (open !== null && open.width + next.width <= columns) {
        open = joined(open, next);
      } else {
        if (open !== null) yield open;
        open = next;
      }
    }
  }
  if (open !== null) yield open;
}

/** A space, or a word of ASCII; its neighbours are ASCII too, so that nothing joins it. */
const ASCII_PIECE = /(?<=^|[ -~])(?: |[!-~]+)(?=[ -~]|$)/g;

/** Words of ASCII as they stand, anything else by graphemes: these take ten times as long. */
function* piecesOf(text: string): Generator<Grapheme> {
  let start = 0;
  for (const { 0: piece, index } of text.matchAll(ASCII_PIECE)) {
    if (index > start) yield* graphemesOf(text.slice(start, index));
    yield { text: piece, width: piece.length };
    start = index + piece.length;
  }
  if (start < text.length) yield* graphemesOf(text.slice(start));
}

function joined(a: Unit, b: Unit): Unit {
  return { text: a.text + b.text, width: a.width + b.width, start: a.start };
}
