/** Chance from a seed: the same seed changes, runs and kills the same. */
import { seededRandom } from '../../../src/store/sqlite/codes/random.ts';

/** Draws from one seed. */
export interface Chance {
  /** A whole number from 0 to below `n`. */
  below(n: number): number;
  pick<T>(from: readonly T[]): T;
  /** True in this share of all cases. */
  happens(share: number): boolean;
}

export function createChance(seed: number): Chance {
  const next = seededRandom(seed);
  const below = (n: number): number => Math.floor(next() * n);
  return {
    below,
    happens: (share) => next() < share,
    pick: (from) => {
      const picked = from[below(from.length)];
      if (picked === undefined) throw new Error('There is nothing to pick from.');
      return picked;
    },
  };
}
