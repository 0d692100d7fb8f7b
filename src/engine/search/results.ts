/**
 * From ranked passages to results that people want to read: identical passages once, neighbours as one
 * hit, not all from one document. Pure.
 */

import type { Passage } from '../../store/reading-types.ts';
import type { RankedPassage } from './rank.ts';

/** A passage's text and where it stands. */
type PlacedText = Pick<Passage, 'text' | 'startLine' | 'endLine' | 'startOffset' | 'endOffset'>;

/** A hit: one passage, or neighbours in order, that stand in one document. */
export interface PassageGroup {
  /** The best one: gives the hit its rank and scores. */
  readonly best: RankedPassage;
  /** What is shown, in the order of the document; `best` among them. */
  readonly passages: readonly RankedPassage[];
  /** Other places where exactly the text of one of them stands, in the order of the ranking. */
  readonly elsewhere: readonly RankedPassage[];
}

/** How results are put together. */
export interface ResultOptions {
  /** Hits wanted, counted after everything else. */
  readonly k: number;
  /** The most hits of one document; null for any number. */
  readonly perDocument: number | null;
}

/** A hit stays a passage that one reads, and does not grow into its document. */
const MAX_PASSAGES = 3;

/**
 * Puts ranked passages together, until there are `k` hits and the next passage would be another one:
 *
 * 1. A passage with the text of an earlier one is that one's other place.
 * 2. A passage that touches a hit of its document (ordinals follow each other) joins it; two hits that
 *    it joins become the better one. A hit has at most three passages.
 * 3. Any other passage is a new hit, unless its document has `perDocument` hits already.
 *
 * @param ranking best first; longer than `k`, or what is merged leaves fewer
 * @returns at most `k` hits in the order of their best passages
 */
export function assembleResults(
  ranking: Iterable<RankedPassage>,
  { k, perDocument }: ResultOptions,
): readonly PassageGroup[] {
  const byText = new Map<string, RankedPassage>();
  const elsewhere = new Map<RankedPassage, RankedPassage[]>();
  let hits: Neighbours[] = [];
  for (const passage of ranking) {
    const same = byText.get(passage.text.trim());
    if (same !== undefined) {
      elsewhere.set(same, [...(elsewhere.get(same) ?? []), passage]);
      continue;
    }
    const joined = join(hits, passage);
    if (joined !== null) hits = joined;
    else if (perDocument !== null && countOf(hits, passage) >= perDocument) continue;
    else if (hits.length >= k) break;
    else hits.push({ best: passage, passages: [passage] });
    byText.set(passage.text.trim(), passage);
  }
  return hits.map(({ best, passages }) => ({
    best,
    passages,
    elsewhere: passages.flatMap((passage) => elsewhere.get(passage) ?? []),
  }));
}

/** A hit that is being put together. */
type Neighbours = Pick<PassageGroup, 'best' | 'passages'>;

function countOf(hits: readonly Neighbours[], { documentId }: RankedPassage): number {
  return hits.filter(({ best }) => best.documentId === documentId).length;
}

/** The hits with the passage in the best one that it touches and that has room; null if none has. */
function join(hits: readonly Neighbours[], passage: RankedPassage): Neighbours[] | null {
  const touched = hits.filter((hit) => touches(hit, passage));
  const together = touched.flatMap(({ passages }) => passages).concat(passage);
  const joining = together.length <= MAX_PASSAGES ? touched : touched.filter(hasRoom).slice(0, 1);
  const [better] = joining;
  if (better === undefined) return null;
  const passages = [...joining.flatMap((hit) => hit.passages), passage].sort(
    (a, b) => a.ordinal - b.ordinal,
  );
  return hits
    .filter((hit) => hit === better || !joining.includes(hit))
    .map((hit) => (hit === better ? { best: hit.best, passages } : hit));
}

function touches({ best, passages }: Neighbours, passage: RankedPassage): boolean {
  if (best.documentId !== passage.documentId) return false;
  const [first, last] = [passages[0] ?? best, passages.at(-1) ?? best];
  if (passage.ordinal === last.ordinal + 1) return gapBetween(last, passage) !== null;
  return passage.ordinal === first.ordinal - 1 && gapBetween(passage, first) !== null;
}

function hasRoom({ passages }: Neighbours): boolean {
  return passages.length < MAX_PASSAGES;
}

/**
 * The text of neighbours in one piece, exactly as in the document: what overlaps once, and between
 * them the line ends that stand there.
 *
 * @param passages of one document, in its order, each of which touches the one before it
 */
export function joinTexts(passages: readonly PlacedText[]): string {
  let text = '';
  let last: PlacedText | null = null;
  for (const passage of passages) {
    const overlap = last === null ? 0 : Math.max(0, last.endOffset - passage.startOffset);
    if (last !== null) text += gapBetween(last, passage) ?? '\n';
    text += passage.text.slice(overlap);
    last = passage;
  }
  return text;
}

/**
 * What stands between two neighbours; null if that is not known. It is white space, which no chunk
 * has: as many line ends as there are lines between them, if those fill it.
 */
function gapBetween(last: PlacedText, next: PlacedText): string | null {
  const length = next.startOffset - last.endOffset;
  if (length <= 0) return '';
  const lines = next.startLine - last.endLine;
  const ends = new Set(`${last.text}\0${next.text}`.match(/\r\n|\r|\n/g));
  const end = ends.size === 0 ? '\n' : [...ends][0];
  return ends.size <= 1 && end !== undefined && lines * end.length === length
    ? end.repeat(lines)
    : null;
}
