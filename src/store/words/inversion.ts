/** Turns passages with their terms into terms with their passages: posting lists for a new segment. */
import type { PassageTerms } from './passage-terms.ts';
import type { Postings } from './postings.ts';

/** Posting lists in the making. Takes 9 bytes a posting, and about 100 a term. */
export interface Inversion {
  /** Postings that were added. */
  readonly size: number;
  /** Adds a row; rows come ascending. */
  add(row: number, terms: Omit<PassageTerms, 'length'>): void;
  /** The lists, in the order of their terms' UTF-16 units. */
  lists(): Generator<Postings & { readonly term: string }>;
}

const FIRST_ROOM = 1 << 16;

/** Starts without rows. */
export function inversion(): Inversion {
  const numbers = new Map<string, number>();
  let room = { terms: new Uint32Array(FIRST_ROOM), rows: new Uint32Array(FIRST_ROOM) };
  let frequencies = new Uint8Array(FIRST_ROOM);
  let size = 0;
  const grow = (needed: number): void => {
    if (needed <= frequencies.length) return;
    const length = Math.max(needed, 2 * frequencies.length);
    const { terms, rows } = room;
    room = { terms: enlarged(terms, length), rows: enlarged(rows, length) };
    const before = frequencies;
    frequencies = new Uint8Array(length);
    frequencies.set(before);
  };
  return {
    get size() {
      return size;
    },
    add: (row, added) => {
      grow(size + added.terms.length);
      for (let i = 0; i < added.terms.length; i++) {
        const term = added.terms[i] as string;
        let number = numbers.get(term);
        if (number === undefined) {
          number = numbers.size;
          numbers.set(term, number);
        }
        room.terms[size] = number;
        room.rows[size] = row;
        frequencies[size++] = added.frequencies[i] as number;
      }
    },
    *lists() {
      const sorted = byNumber({ ...room, frequencies, size }, numbers.size);
      for (const term of [...numbers.keys()].sort()) {
        const number = numbers.get(term) as number;
        const [from, to] = [number === 0 ? 0 : sorted.ends[number - 1], sorted.ends[number]];
        yield {
          term,
          rows: sorted.rows.subarray(from, to),
          frequencies: sorted.frequencies.subarray(from, to),
        };
      }
    },
  };
}

function enlarged(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(array);
  return larger;
}

/** Postings as they were added: by row. */
interface Added extends Postings {
  /** The number of each one's term. */
  readonly terms: Uint32Array;
  readonly size: number;
}

/** A counting sort: postings by the number of their term, those of one term in their order. */
function byNumber(
  { terms, rows, frequencies, size }: Added,
  count: number,
): Postings & { readonly ends: Uint32Array } {
  const ends = new Uint32Array(count);
  for (let at = 0; at < size; at++) {
    const number = terms[at] as number;
    ends[number] = (ends[number] as number) + 1;
  }
  for (let i = 1; i < count; i++) ends[i] = (ends[i] as number) + (ends[i - 1] as number);
  const sorted = { ends, rows: new Uint32Array(size), frequencies: new Uint8Array(size) };
  const next = ends.slice();
  for (let at = size - 1; at >= 0; at--) {
    const number = terms[at] as number;
    const place = (next[number] as number) - 1;
    next[number] = place;
    sorted.rows[place] = rows[at] as number;
    sorted.frequencies[place] = frequencies[at] as number;
  }
  return sorted;
}
