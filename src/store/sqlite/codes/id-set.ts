/** Sets of ids as bits: quicker to make, and to ask about every vector of a large corpus, than a Set. */

/** A set of ids. */
export interface IdSet {
  has(id: number): boolean;
}

/** A set of ids from 0; a bit for each up to the largest. */
export function idSet(ids: readonly number[]): IdSet {
  const largest = ids.reduce((most, id) => Math.max(most, id), 0);
  const bits = new Uint8Array(Math.floor(largest / 8) + 1);
  const byteOf = (id: number): number => bits[Math.floor(id / 8)] ?? 0;
  for (const id of ids) bits[Math.floor(id / 8)] = byteOf(id) | (1 << (id & 7));
  return { has: (id) => (byteOf(id) & (1 << (id & 7))) !== 0 };
}
