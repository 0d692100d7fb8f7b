/** The part of a passage that fits on a few lines, and the query's words in it. Pure. */
import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
const words = new Intl.Segmenter('ja', { granularity: 'word' });

/** Cuts text to a number of terminal columns, between graphemes; wide characters count two. */
export function clip(text: string, columns: number): string {
  if (text.length <= columns && stringWidth(text) <= columns) return text;
  let width = 0;
  let end = 0;
  for (const { segment, index } of graphemes.segment(text.slice(0, columns * 8))) {
    width += stringWidth(segment);
    if (width > columns - 1) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end)}…`;
}

/**
 * The words of a query to look for in a passage, longest first: the query itself, and its words
 * of two characters or more, or of one kanji.
 */
export function queryTerms(query: string): readonly string[] {
  const terms = new Set<string>();
  const whole = query.trim();
  if (whole.length <= 40) terms.add(whole);
  for (const { segment, isWordLike } of words.segment(query.slice(0, 1000))) {
    if (isWordLike === true && (segment.length > 1 || /\p{Script=Han}/u.test(segment))) {
      if (!/^\p{Script=Hiragana}{1,2}$/u.test(segment)) terms.add(segment);
    }
  }
  terms.delete('');
  return [...terms].sort((a, b) => b.length - a.length);
}

/** One expression for all terms, without regard to case; null if there are none. */
export function termPattern(terms: readonly string[]): RegExp | null {
  if (terms.length === 0) return null;
  const escaped = terms.map((term) => term.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'));
  return new RegExp(escaped.join('|'), 'giu');
}

/**
 * The part of a passage that is shown: white space folded, at most `columns` wide. It begins at
 * the start, or, if the first term would not be seen there, a little before that term.
 */
export function excerpt(text: string, pattern: RegExp | null, columns: number): string {
  const folded = text.replace(/\s+/gu, ' ').trim();
  const first = pattern === null ? -1 : folded.search(pattern);
  if (first <= columns / 3) return clip(folded, columns);
  const lead = Math.max(0, first - Math.floor(columns / 6));
  const start = boundaryAt(folded, lead);
  return stringWidth(folded) <= columns ? folded : `…${clip(folded.slice(start), columns - 1)}`;
}

/** The grapheme boundary at or before an offset, looked for from a little before it. */
function boundaryAt(text: string, offset: number): number {
  const from = Math.max(0, offset - 64);
  let boundary = from;
  for (const { index } of graphemes.segment(text.slice(from, offset + 1))) boundary = from + index;
  return boundary;
}

/** Breaks one line into lines of at most `columns`, at spaces where there are some, else anywhere. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let width = 0;
  for (const piece of pieces(text)) {
    const pieceWidth = stringWidth(piece);
    if (width + pieceWidth > columns && line !== '') {
      lines.push(line.trimEnd());
      line = '';
      width = 0;
    }
    if (line === '' && piece === ' ') continue;
    line += piece;
    width += pieceWidth;
  }
  return line === '' ? lines : [...lines, line];
}

/** Latin words whole; everything else by graphemes, since Japanese breaks anywhere. */
function pieces(text: string): readonly string[] {
  return text
    .split(/( |[!-~]{2,40})/u)
    .flatMap((part) =>
      /^[ -~]*$/.test(part) && part.length <= 40
        ? [part]
        : [...graphemes.segment(part)].map(({ segment }) => segment),
    );
}
