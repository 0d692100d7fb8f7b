/** A sum over postings in any order, to tell whether two sets of them are the same without sorting them. */

/** Adds up postings. */
export interface PostingSum {
  add(term: string, row: number, frequency: number): void;
  equals(other: PostingSum): boolean;
  /** Number of postings, and two independent sums of their hashes. */
  readonly parts: readonly [count: number, first: number, second: number];
}

/** Of no postings yet. Two different sets have the same sums by a chance of less than one in 2^32. */
export function postingSum(): PostingSum {
  let count = 0;
  let [first, second] = [0, 0];
  return {
    get parts() {
      return [count, first, second] as const;
    },
    add: (term, row, frequency) => {
      count += 1;
      let hash = 0x811c9dc5;
      for (let i = 0; i < term.length; i++) {
        hash = Math.imul(hash ^ term.charCodeAt(i), 0x01000193);
      }
      first = (first + mixed(hash ^ Math.imul(row, 0x9e3779b1), frequency)) >>> 0;
      second = (second + mixed(Math.imul(hash, 0x85ebca6b) + row, ~frequency)) >>> 0;
    },
    equals: (other) => other.parts.every((part, i) => part === [count, first, second][i]),
  };
}

/** The last steps of MurmurHash3. */
function mixed(a: number, b: number): number {
  let hash = a ^ Math.imul(b, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
