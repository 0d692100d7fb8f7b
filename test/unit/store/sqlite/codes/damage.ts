/** A corpus with codes that tests damage, and what must hold of it all the same. */
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import type { Neighbour } from '../../../../../src/store/reading-types.ts';
import { emptyCorpus, type Filled } from '../filled.ts';
import {
  addDocuments,
  removeSome,
  type Searcher,
  vectorSource,
  type Workshop,
  workshop,
} from './corpora.ts';

export const DIMENSIONS = 20;
export const queries: readonly Float32Array[] = Array.from(
  { length: 3 },
  vectorSource(DIMENSIONS, 5).query,
);

/** Bytes of a float32 that is none, as SQL has them. */
export const FLOAT = { nan: "x'0000c07f'", infinite: "x'0000807f'", huge: "x'ffff7f7f'" };

export interface DamageShop extends Workshop {
  /** A copy of the corpus that someone has changed, past all that guards it. */
  changed(change: (db: Database.Database) => void): string;
}

/** Makes a corpus with codes, of which some are of vectors that were deleted. */
export function damageShop(): DamageShop {
  const files = workshop();
  const base = files.path('base.db');
  const corpus = emptyCorpus(DIMENSIONS, base);
  addDocuments(corpus, vectorSource(DIMENSIONS, 1), { prefix: 'base', documents: 560 });
  corpus.maintain();
  removeSome(corpus, { share: 0.02, from: 'anywhere' }, 4);
  corpus.close();
  return {
    ...files,
    changed: (change) => {
      const path = files.copyOf(base);
      const db = new Database(path);
      db.unsafeMode(true);
      change(db);
      db.close();
      return path;
    },
  };
}

/** Adds a few vectors, as a run does. */
export function addFew(corpus: Filled): void {
  addDocuments(corpus, vectorSource(DIMENSIONS, 3), { prefix: 'more', documents: 2 });
}

/** A search gives just what it gives where every vector is compared. */
export function expectExact(search: Searcher): void {
  for (const query of queries) {
    const truth = search.nearest(query, { exact: true });
    expect(truth).toHaveLength(10);
    expect(distances(search.nearest(query))).toEqual(distances(truth));
    // Once more: what the first one learnt.
    expect(distances(search.nearest(query))).toEqual(distances(truth));
  }
}

function distances(found: readonly Neighbour[]): readonly unknown[] {
  return found.map(({ distance }) => expect.closeTo(distance, 6));
}
