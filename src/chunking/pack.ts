/**
 * Chooses the cuts: the cheapest way through a document's pieces, where each border has a price by
 * its kind and each chunk one by its size and by what it mixes.
 *
 * The optimum is found by dynamic programming over a bounded window, as line breaking does (Knuth
 * and Plass, "Breaking Paragraphs into Lines", 1981). A price also depends on a hash of the text at
 * the border, so that of equal borders the same ones win whatever stands before them: after an edit
 * the cheapest ways meet again within a few chunks, where counting from the front would move every
 * border behind it (content-defined chunking: Muthitacharoen et al., "LBFS", 2001; Xia et al.,
 * "FastCDC", 2016).
 */
import type { Outline } from './outline.ts';
import { Border, type Pieces } from './pieces.ts';

/** Borders up to this one stand before headings. */
const LAST_LEVEL = 6;
/** Price of a cut before a heading of level 1–6, then by `Border`. */
const CUT_COST: readonly number[] = makeCutCosts();
/** How much the hash moves a price, as a multiple of it; measured in docs/internals/chunking.md. */
const LUCK = 1.5;
const HEADING_LUCK = 0.5;
/** The most that luck takes off, as a multiple of `LUCK`: the best border is about free, no more. */
const BEST_LUCK = 0.7;
const LUCK_SLOPE = 2.5;
/** A chunk below this part of the limit is small, and costs more the smaller it is. */
const SMALL = 0.5;
const SMALL_COST = 3;
/** A chunk that begins inside a section and goes on into the next one. */
const LEAVES_SECTION = 2.2;
/** A chunk that takes in a section's beginning and is cut inside it. */
const TAKES_PART = 0.75;
/** Pieces that a chunk holds at most: keeps the work per piece bounded. */
const MAX_PIECES = 512;
/** UTF-16 units at each side of a border that its hash reads. */
const HASH_REACH = 24;

function makeCutCosts(): number[] {
  const costs = [0, -1, -0.6, -0.3, -0.1, 0, 0];
  costs[Border.Break] = 0.5;
  costs[Border.Block] = 1;
  costs[Border.Item] = 1.4;
  costs[Border.Inner] = 2;
  costs[Border.Sentence] = 3;
  costs[Border.LeadIn] = 3.2;
  costs[Border.Line] = 5;
  costs[Border.Clause] = 6;
  costs[Border.Word] = 10;
  costs[Border.Grapheme] = 20;
  costs[Border.Glue] = 1000;
  return costs;
}

/**
 * Packs pieces into chunks of at most `pieces.limit` units.
 *
 * @returns the index of the first piece of every chunk, ascending, from 0; empty without pieces
 */
export function pack(pieces: Pieces, outline: Outline, text: string): number[] {
  const { count } = pieces;
  const state: State = {
    best: new Float64Array(count + 1),
    from: new Int32Array(count + 1),
    sums: new Float64Array(count + 1),
    borders: Uint8Array.from(pieces.borders),
    leaves: outline.leaves,
    limit: pieces.limit,
  };
  let sum = 0;
  for (let end = 1; end <= count; end += 1) {
    sum += pieces.units[end - 1] ?? 0;
    state.sums[end] = sum;
    const price = end < count ? borderCost(pieces, text, end) : 0;
    state.best[end] = choose(state, end) + price;
  }
  const cuts: number[] = [];
  for (let end = count; end > 0; end = state.from[end] ?? 0) cuts.push(state.from[end] ?? 0);
  return cuts.reverse();
}

interface State {
  /** Price of the cheapest way to each border, its own price included. */
  readonly best: Float64Array;
  /** Where the last chunk of that way begins. */
  readonly from: Int32Array;
  /** Units before each border. */
  readonly sums: Float64Array;
  readonly borders: Uint8Array;
  readonly leaves: Int32Array;
  readonly limit: number;
}

/** Finds the best beginning for a chunk that ends before piece `end`; returns the price up to there. */
function choose(state: State, end: number): number {
  const { best, from, sums, borders, leaves } = state;
  const total = sums[end] ?? 0;
  const scale = 1 / state.limit;
  const inSection = end < borders.length && (borders[end] ?? 0) > LAST_LEVEL;
  const first = Math.max(0, end - MAX_PIECES);
  let cheapest = Number.POSITIVE_INFINITY;
  let chosen = end - 1;
  for (let start = end - 1; start >= first; start -= 1) {
    const fill = (total - (sums[start] ?? 0)) * scale;
    if (fill > 1 && start < end - 1) break;
    let cost = best[start] ?? 0;
    if (fill < SMALL) {
      const lack = 1 - fill / SMALL;
      cost += SMALL_COST * lack * lack;
    }
    if (end > (leaves[start] ?? 0)) {
      if ((borders[start] ?? 0) > LAST_LEVEL) cost += LEAVES_SECTION;
      if (inSection) cost += TAKES_PART;
    }
    if (cost < cheapest) {
      cheapest = cost;
      chosen = start;
    }
  }
  from[end] = chosen;
  return cheapest;
}

/**
 * The price of a cut before piece `index`. The logarithm makes the luckiest border of a window stand
 * out by as much whether the window holds ten or a hundred: ways that began differently then meet at
 * it. Luck counts in proportion to the price, so that it decides among equals of every kind, and
 * little at headings, where levels shall decide.
 */
function borderCost(pieces: Pieces, text: string, index: number): number {
  const kind = pieces.borders[index] ?? Border.Grapheme;
  const price = CUT_COST[kind] ?? 0;
  // No luck makes a heading alone worth it.
  if (kind === Border.Glue) return price;
  const luck = 1 + Math.log(hashAround(text, pieces.starts[index] ?? 0) + 0.001) / LUCK_SLOPE;
  return price + (price < 1 ? HEADING_LUCK : LUCK * price) * Math.max(-BEST_LUCK, luck);
}

/** FNV-1a over the text around `offset`, as a number from 0 to 1. */
function hashAround(text: string, offset: number): number {
  let hash = 0x811c9dc5;
  const end = Math.min(text.length, offset + HASH_REACH);
  for (let index = Math.max(0, offset - HASH_REACH); index < end; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 0x1_0000_0000;
}
