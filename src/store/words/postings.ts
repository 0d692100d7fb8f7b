/** Posting lists in memory: the rows that have a term, and how often. */
import type { QueryTerm } from '../../text/terms.ts';
import { MAX_FREQUENCY } from './passage-terms.ts';

/** A term as its list is asked for; well-formed UTF-16, as terms are stored. */
export type LookedUp = Pick<QueryTerm, 'term' | 'prefix'>;

/** A posting list, or a part of one. */
export interface Postings {
  /** Ids of rows, ascending, each once. */
  readonly rows: Uint32Array;
  /** Weighted occurrences in each row, from 1 to 255. */
  readonly frequencies: Uint8Array;
}

/** A list without rows. */
export const NO_POSTINGS: Postings = { rows: new Uint32Array(0), frequencies: new Uint8Array(0) };

/** Below one row in so many of a span, rows are sorted; above it, counted in an array of the span. */
const SPARSE = 16;

/**
 * Several lists as one. A row that is in several has the sum of its frequencies. Lists of segments follow
 * each other, as a rule, and are only put together.
 */
export function unionOf(lists: readonly Postings[]): Postings {
  const parts = lists.filter(({ rows }) => rows.length > 0);
  if (parts.length <= 1) return parts[0] ?? NO_POSTINGS;
  return inOrder(join(parts.sort((a, b) => (a.rows[0] ?? 0) - (b.rows[0] ?? 0))));
}

/** A list of what may have rows in any order, and more than once. */
export function inOrder(postings: Postings): Postings {
  const { rows } = postings;
  let isAscending = true;
  let first = rows[0] ?? 0;
  let last = first;
  for (let i = 1; i < rows.length; i++) {
    const row = rows[i] as number;
    if (row <= last) isAscending = false;
    if (row > last) last = row;
    if (row < first) first = row;
  }
  if (isAscending) return postings;
  const span = last - first + 1;
  return rows.length * SPARSE < span ? sorted(postings) : counted(postings, first, span);
}

function join(parts: readonly Postings[]): Postings {
  const size = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  const joined = { rows: new Uint32Array(size), frequencies: new Uint8Array(size) };
  let at = 0;
  for (const { rows, frequencies } of parts) {
    joined.rows.set(rows, at);
    joined.frequencies.set(frequencies, at);
    at += rows.length;
  }
  return joined;
}

function sorted({ rows, frequencies }: Postings): Postings {
  const order = Uint32Array.from(rows, (_, i) => i).sort(
    (a, b) => (rows[a] as number) - (rows[b] as number),
  );
  const result = { rows: new Uint32Array(rows.length), frequencies: new Uint8Array(rows.length) };
  let size = 0;
  for (const index of order) {
    const row = rows[index] as number;
    const isSame = size > 0 && result.rows[size - 1] === row;
    if (!isSame) result.rows[size++] = row;
    const sum = (result.frequencies[size - 1] as number) + (frequencies[index] as number);
    result.frequencies[size - 1] = Math.min(MAX_FREQUENCY, sum);
  }
  return cut(result, size);
}

function counted({ rows, frequencies }: Postings, first: number, span: number): Postings {
  const sums = new Uint8Array(span);
  for (let i = 0; i < rows.length; i++) {
    const at = (rows[i] as number) - first;
    const sum = (sums[at] as number) + (frequencies[i] as number);
    sums[at] = Math.min(MAX_FREQUENCY, sum);
  }
  const result = { rows: new Uint32Array(rows.length), frequencies: new Uint8Array(rows.length) };
  let size = 0;
  for (let at = 0; at < span; at++) {
    const sum = sums[at] as number;
    if (sum === 0) continue;
    result.rows[size] = first + at;
    result.frequencies[size++] = sum;
  }
  return cut(result, size);
}

/** The first entries of a list. */
export function cut({ rows, frequencies }: Postings, size: number): Postings {
  if (size === rows.length) return { rows, frequencies };
  return { rows: rows.slice(0, size), frequencies: frequencies.slice(0, size) };
}
