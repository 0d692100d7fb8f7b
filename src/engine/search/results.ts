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
  /** False if neighbours stay hits of their own. */
  readonly joinsNeighbours: boolean;
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
  options: ResultOptions,
): readonly PassageGroup[] {
  const byText = new Map<string, RankedPassage>();
  const elsewhere = new Map<RankedPassage, RankedPassage[]>();
  const hits = new GrowingHits(options);
  for (const passage of ranking) {
    const text = passage.text.trim();
    const same = byText.get(text);
    if (same !== undefined) {
      const others = elsewhere.get(same);
      if (others === undefined) elsewhere.set(same, [passage]);
      else others.push(passage);
      continue;
    }
    const outcome = hits.add(passage);
    if (outcome === 'full') break;
    if (outcome === 'taken') byText.set(text, passage);
  }
  return hits.inOrder().map(({ best, passages }) => ({
    best,
    passages,
    elsewhere: passages.flatMap((passage) => elsewhere.get(passage) ?? []),
  }));
}

/** A hit that is being put together. */
interface Neighbours {
  /** Its place among the hits. */
  readonly order: number;
  readonly best: RankedPassage;
  passages: readonly RankedPassage[];
}

/** The hits of one document. */
interface DocumentHits {
  count: number;
  /** By the ordinals of their passages: to look at all would take the square of their number. */
  readonly at: Map<number, Neighbours>;
}

/** Hits to which passages are added, best first. */
class GrowingHits {
  readonly #options: ResultOptions;
  readonly #hits = new Set<Neighbours>();
  readonly #byDocument = new Map<number, DocumentHits>();
  #order = 0;

  constructor(options: ResultOptions) {
    this.#options = options;
  }

  /** @returns `full` if there are as many hits as are wanted, and the passage would be another one */
  add(passage: RankedPassage): 'taken' | 'left' | 'full' {
    const { k, perDocument, joinsNeighbours } = this.#options;
    const own = this.#byDocument.get(passage.documentId) ?? { count: 0, at: new Map() };
    const [better, ...others] = joinsNeighbours ? joinedBy(passage, own) : [];
    if (better !== undefined) {
      const all = [better, ...others].flatMap(({ passages }) => passages).concat(passage);
      better.passages = all.sort((a, b) => a.ordinal - b.ordinal);
      for (const { ordinal } of all) own.at.set(ordinal, better);
      for (const hit of others) this.#hits.delete(hit);
      own.count -= others.length;
      return 'taken';
    }
    if (perDocument !== null && own.count >= perDocument) return 'left';
    if (this.#hits.size >= k) return 'full';
    const hit = { order: this.#order++, best: passage, passages: [passage] };
    this.#hits.add(hit);
    own.at.set(passage.ordinal, hit);
    own.count += 1;
    this.#byDocument.set(passage.documentId, own);
    return 'taken';
  }

  inOrder(): readonly Neighbours[] {
    return [...this.#hits];
  }
}

/** The hits that a passage makes one, best first; of two that have no room together the better one that has. */
function joinedBy(passage: RankedPassage, { at }: DocumentHits): readonly Neighbours[] {
  const touched = [at.get(passage.ordinal - 1), at.get(passage.ordinal + 1)]
    .filter((hit) => hit !== undefined)
    .filter((hit) => touches(hit, passage))
    .sort((a, b) => a.order - b.order);
  const size = touched.reduce((sum, { passages }) => sum + passages.length, 1);
  return size <= MAX_PASSAGES ? touched : touched.filter(hasRoom).slice(0, 1);
}

function touches({ best, passages }: Neighbours, passage: RankedPassage): boolean {
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
