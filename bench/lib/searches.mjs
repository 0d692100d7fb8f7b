/** A corpus as searches by vector ask it: the library's `searchVector`, and the port below it. */
import Database from 'better-sqlite3';
import { openCorpus } from '../../dist/index.js';
import { openSqliteStore } from '../../dist/store/sqlite/open-store.js';

/**
 * Opens a corpus for reading, as a program that only searches has it.
 *
 * @returns `searchVector(vector, options)` → hits, `find(vector, { k, exact, paths })` → neighbours, and
 *   `db`, a connection for statements about rows
 */
export async function openForSearches(path) {
  const corpus = await openCorpus(path, { readOnly: true });
  const store = await openSqliteStore(path, { mode: 'read', now: Date.now, owner: 'bench' });
  const db = new Database(path, { readonly: true });
  const { space } = await store.info();
  return {
    db,
    searchVector: async (vector, options) => (await corpus.searchVector(vector, options)).hits,
    find: async (vector, options) =>
      (await store.find(vectorQuery(space, vector, options))).nearest,
    close: async () => {
      await corpus.close();
      await store.close();
      db.close();
    },
  };
}

/** What the port is asked for the `k` passages nearest to a vector, inside globs if there are any. */
export function vectorQuery(space, values, { k, exact = false, paths }) {
  const vector = { spaceId: space.id, values };
  return { vector, words: null, filter: { paths }, depth: k, exact };
}
