/** What SQLite itself finds wrong in a corpus file. */
import type { Database } from 'better-sqlite3';

/** How a file is damaged, as far as it tells what can be done. */
export interface Integrity {
  /** Indexes that are not what their tables say; REINDEX makes them anew. */
  readonly indexes: number;
  /** Anything else. */
  readonly other: number;
  /** Rows that refer to rows that are not there. */
  readonly orphans: readonly Orphan[];
}

/** A row whose parent is gone. */
export interface Orphan {
  readonly table: string;
  /** null in a table without one. */
  readonly rowid: number | null;
}

/** What PRAGMA integrity_check says of an index, as SQLite's source has it. */
const OF_AN_INDEX =
  /^(?:row \d+ missing from index |wrong # of entries in index |non-unique entry in index |rowid not at end-of-record for row \d+ of index )/;

/** Reads the whole file. @throws SQLite's error if it cannot be read to the end */
export function checkIntegrity(db: Database): Integrity {
  const said = db.pragma('integrity_check') as { integrity_check: string }[];
  const wrong = said.map((row) => row.integrity_check).filter((line) => line !== 'ok');
  const indexes = wrong.filter((line) => OF_AN_INDEX.test(line)).length;
  return { indexes, other: wrong.length - indexes, orphans: findOrphans(db) };
}

function findOrphans(db: Database): readonly Orphan[] {
  const found = db.pragma('foreign_key_check') as { table: string; rowid: number | null }[];
  return found.map(({ table, rowid }) => ({ table, rowid }));
}

/** Deletes rows that belong to nothing. Call it inside a transaction. */
export function deleteOrphans(db: Database): void {
  // Rows that hang on the deleted ones go with them, or are found the next time round.
  for (let orphans = findOrphans(db); orphans.length > 0; orphans = findOrphans(db)) {
    for (const { table, rowid } of orphans) {
      if (rowid !== null) db.prepare(`DELETE FROM "${table}" WHERE rowid = ?`).run(rowid);
    }
    if (orphans.some(({ rowid }) => rowid === null)) {
      db.exec('DELETE FROM failure WHERE space_id NOT IN (SELECT id FROM space)');
    }
  }
}
