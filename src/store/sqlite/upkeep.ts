/** What keeps a corpus in SQLite in order. Loaded when it is first called. */
import type { StoreUpkeep } from '../store.ts';
import type { Connection } from './connection.ts';
import { examineFile } from './examine/examine.ts';
import { optimizeFile } from './optimize.ts';
import { repairFile } from './repair.ts';
import { withCorpusErrors } from './sqlite-errors.ts';

/** Opens a corpus for upkeep. @param now milliseconds since 1970 */
export function storeUpkeep(connection: Connection, now: () => number): StoreUpkeep {
  const { db, path } = connection;
  return {
    optimize: async () => connection.attempt(() => optimizeFile(db)),
    examine: async (options = {}) => withCorpusErrors(path, () => examineFile(db, options), db),
    repair: async () => connection.attempt(() => repairFile(db, now())),
  };
}
