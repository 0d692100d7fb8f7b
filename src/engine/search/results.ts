/**
 * From ranked passages to results that people want to read: identical passages once, neighbours as one
 * hit, not all from one document. Pure.
 */

import type { Passage, RankedPassage } from '../../store/reading-types.ts';

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
  /** The most hits of one document; null for any number. */
  readonly perDocument: number | null;
  /** False if neighbours stay hits of their own. */
  readonly joinsNeighbours: boolean;
}

/** A hit stays a passage that one reads, and does not grow into its document. */
const MAX_PASSAGES = 3;

/**
 * A neighbour belongs to a hit if it scores at least this share of the hit's best passage. At .8 there are as
 * many as there were when everything joined that came before the eleventh hit, 0.2 to 0.3 a hit.
 */
const NEIGHBOUR_SHARE = 0.8;

/**
 * Puts ranked passages together, page by page:
 *
 * 1. A passage with the text of an earlier one is that one's other place.
 * 2. A passage that touches a hit of its document and page (ordinals follow each other), and is nearly as good,
 *    joins it; two hits that it joins become the better one. A hit has at most three passages.
 * 3. Any other passage is a new hit, unless its document has `perDocument` hits already.
 *
 * What a page has made stays as it is, but for other places. Pages have the same ends for every search, so that
 * the first hits are the same however many are wanted.
 */
export class Results {
  readonly #byText = new Map<string, RankedPassage>();
  readonly #elsewhere = new Map<RankedPassage, RankedPassage[]>();
  readonly #hits: GrowingHits;

  constructor(options: ResultOptions) {
    this.#hits = new GrowingHits(options);
  }

  /** Hits so far. */
  get count(): number {
    return this.#hits.count;
  }

  /** @param ranking best first, none of it better than what was added before */
  addPage(ranking: Iterable<RankedPassage>): void {
    this.#hits.startPage();
    for (const passage of ranking) {
      const text = passage.text.trim();
      const same = this.#byText.get(text);
      if (same === undefined) {
        if (this.#hits.add(passage)) this.#byText.set(text, passage);
        continue;
      }
      const others = this.#elsewhere.get(same);
      if (others === undefined) this.#elsewhere.set(same, [passage]);
      else others.push(passage);
    }
  }

  /** The first hits, in the order of their best passages. */
  first(k: number): readonly PassageGroup[] {
    return this.#hits.first(k).map(({ best, passages }) => ({
      best,
      passages,
      elsewhere: passages.flatMap((passage) => this.#elsewhere.get(passage) ?? []),
    }));
  }
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

  get count(): number {
    return this.#hits.size;
  }

  /** Nothing joins the hits that there are. */
  startPage(): void {
    for (const { at } of this.#byDocument.values()) at.clear();
  }

  /** @returns false if the passage was left out */
  add(passage: RankedPassage): boolean {
    const { perDocument, joinsNeighbours } = this.#options;
    const own = this.#byDocument.get(passage.documentId) ?? { count: 0, at: new Map() };
    const [better, ...others] = joinsNeighbours ? joinedBy(passage, own) : [];
    if (better !== undefined) {
      const all = [better, ...others].flatMap(({ passages }) => passages).concat(passage);
      better.passages = all.sort((a, b) => a.ordinal - b.ordinal);
      for (const { ordinal } of all) own.at.set(ordinal, better);
      for (const hit of others) this.#hits.delete(hit);
      own.count -= others.length;
      return true;
    }
    if (perDocument !== null && own.count >= perDocument) return false;
    const hit = { order: this.#order++, best: passage, passages: [passage] };
    this.#hits.add(hit);
    own.at.set(passage.ordinal, hit);
    own.count += 1;
    this.#byDocument.set(passage.documentId, own);
    return true;
  }

  first(k: number): readonly Neighbours[] {
    return [...this.#hits].slice(0, k);
  }
}

/** The hits that a passage makes one, best first; of two that have no room together the better one that has. */
function joinedBy(passage: RankedPassage, { at }: DocumentHits): readonly Neighbours[] {
  const touched = [at.get(passage.ordinal - 1), at.get(passage.ordinal + 1)]
    .filter((hit) => hit !== undefined)
    .filter((hit) => touches(hit, passage) && isNearlyAsGood(passage, hit))
    .sort((a, b) => a.order - b.order);
  const size = touched.reduce((sum, { passages }) => sum + passages.length, 1);
  return size <= MAX_PASSAGES ? touched : touched.filter(hasRoom).slice(0, 1);
}

function touches({ best, passages }: Neighbours, passage: RankedPassage): boolean {
  const [first, last] = [passages[0] ?? best, passages.at(-1) ?? best];
  if (passage.ordinal === last.ordinal + 1) return gapBetween(last, passage) !== null;
  return passage.ordinal === first.ordinal - 1 && gapBetween(passage, first) !== null;
}

function isNearlyAsGood({ score }: RankedPassage, { best }: Neighbours): boolean {
  return score >= NEIGHBOUR_SHARE * best.score;
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
