/**
 * Lines of a terminal. Latin words stay whole while they fit; Japanese breaks anywhere but before
 * 、。」 and small kana, and behind an opening bracket (kinsoku shori). Pure.
 */
import stringWidth from 'string-width';
import { graphemesOf } from './width.ts';

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
 * Breaks one line of text (no line ends in it) into lines of at most `columns`.
 *
 * @param columns at least 4: the widest grapheme has to fit
 */
export function wrap(text: string, columns: number): readonly Slice[] {
  const lines: Slice[] = [];
  let start = 0;
  let end = 0;
  let offset = 0;
  let width = 0;
  for (const unit of unitsOf(text, columns)) {
    const isSpace = unit === ' ';
    const unitWidth = stringWidth(unit);
    if (width + unitWidth > columns && end > start) {
      lines.push({ start, end });
      width = 0;
      start = offset;
      end = offset;
    }
    offset += unit.length;
    if (isSpace && end === start) {
      start = offset;
      end = offset;
      continue;
    }
    width += unitWidth;
    if (!isSpace) end = offset;
  }
  if (end > start) lines.push({ start, end });
  return lines;
}

/** What a line is made of: spaces, words, and characters with what sticks to them. */
function unitsOf(text: string, columns: number): readonly string[] {
  const units: string[] = [];
  for (const piece of wordsOf(text, columns)) {
    const last = units.at(-1);
    const sticks =
      last !== undefined &&
      last !== ' ' &&
      piece !== ' ' &&
      (NOT_FIRST.test(piece) || NOT_LAST.test(last)) &&
      stringWidth(last + piece) <= columns;
    if (sticks) units[units.length - 1] = last + piece;
    else units.push(piece);
  }
  return units;
}

/** Graphemes, put together into words where a line does not break. */
function wordsOf(text: string, columns: number): readonly string[] {
  const words: string[] = [];
  let isOpen = false;
  for (const grapheme of graphemesOf(text)) {
    const isWord = !BREAKS_ANYWHERE.test(grapheme);
    const last = words.at(-1);
    if (isWord && isOpen && last !== undefined && stringWidth(last + grapheme) <= columns) {
      words[words.length - 1] = last + grapheme;
    } else {
      words.push(grapheme);
    }
    isOpen = isWord;
  }
  return words;
}
