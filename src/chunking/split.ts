/**
 * Takes a range apart until every piece fits: at the best kind of border first, and at a worse kind
 * only where a part is still too large.
 */
import { tokenUnits } from '../text/tokens.ts';
import type { Gap } from './gap.ts';
import { Border, type BorderKind, type Pieces } from './pieces.ts';
import {
  type CutFinder,
  findBlankLine,
  findClause,
  findEachGrapheme,
  findGrapheme,
  findLine,
  findParagraphLine,
  findSentence,
  findSomeWord,
  findWord,
} from './prose.ts';

/** Best border first; each kind is used only inside parts that the kinds before it left too large. */
const words: readonly CutFinder[] = [findSomeWord, findWord, findGrapheme, findEachGrapheme];
export const PROSE: readonly CutFinder[] = [findParagraphLine, findSentence, findClause, ...words];
export const CODE: readonly CutFinder[] = [findBlankLine, findLine, ...words];
export const HTML: readonly CutFinder[] = [
  findBlankLine,
  findLine,
  findSentence,
  findClause,
  ...words,
];
export const ROW: readonly CutFinder[] = [findSentence, findClause, ...words];

const LF = 10;
/** Space, tab, CR, form feed and wide space: what a blank line may hold. */
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d, 0x0c, 0x3000]);

/** Part of a text, and what stands before it. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly border: BorderKind;
}

/** Adds `range` to `pieces`, whole if it fits, else cut by `finders`. */
export function pushRange(
  pieces: Pieces,
  text: string,
  range: Range,
  finders: readonly CutFinder[],
): void {
  const gap = pieces.gapIn(range.start, range.end);
  if (gap !== null) {
    pushAround(pieces, text, { range, gap }, finders);
    return;
  }
  const units = tokenUnits(text, range.start, range.end);
  if (units <= pieces.room || finders.length === 0 || isBlankRange(text, range)) {
    if (range.end > range.start) pieces.push(range.start, range.border, units);
    return;
  }
  const [finder, ...worse] = finders as readonly [CutFinder, ...CutFinder[]];
  let { start, border } = range;
  while (start < range.end) {
    const cut = finder(text, start, range.end);
    pushRange(pieces, text, { start, end: cut.offset, border }, worse);
    start = cut.offset;
    border = cut.border;
  }
}

/** Adds a range with a gap in it: what stands before, the gap, and what stands behind. */
function pushAround(
  pieces: Pieces,
  text: string,
  { range, gap }: { readonly range: Range; readonly gap: Gap },
  finders: readonly CutFinder[],
): void {
  const start = Math.max(range.start, gap.start);
  const end = Math.min(range.end, gap.end);
  if (start > range.start) pushRange(pieces, text, { ...range, end: start }, finders);
  pieces.pushGap(start);
  if (end < range.end) {
    pushRange(pieces, text, { start: end, end: range.end, border: Border.Break }, finders);
  }
}

function isBlankRange(text: string, { start, end }: Range): boolean {
  const visible = /\S/g;
  visible.lastIndex = start;
  return !visible.test(text) || visible.lastIndex > end;
}

/** Adds `text` up to `to` as plain text: paragraphs between blank lines, lines where there are none. */
export function pushPlainText(pieces: Pieces, text: string, to: number): void {
  let start = 0;
  while (start < to) {
    const end = Math.min(paragraphEnd(text, start), to);
    pushRange(pieces, text, { start, end, border: Border.Block }, PROSE);
    start = end;
  }
}

/** Where the paragraph behind the one at `start` begins: behind the next blank lines. */
function paragraphEnd(text: string, start: number): number {
  for (let end = text.indexOf('\n', start); end >= 0; end = text.indexOf('\n', end + 1)) {
    const next = behindBlankLines(text, end + 1);
    if (next > end + 1) return next;
  }
  return text.length;
}

/** Where the first line from `start` on begins that is not blank, or ends with the text. */
function behindBlankLines(text: string, start: number): number {
  let next = start;
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === LF) next = index + 1;
    else if (!BLANKS.has(code)) break;
  }
  return next;
}
