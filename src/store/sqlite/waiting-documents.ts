/**
 * Documents that wait for another space to become the active one: what a rebuild has read is put in place
 * with the swap. They are kept in a temporary table, so memory stays bounded, and go with the process.
 */
import { deserialize, serialize } from 'node:v8';
import type { Database } from 'better-sqlite3';
import type { NewDocument } from '../writing-types.ts';

/** Documents that wait. */
export interface WaitingDocuments {
  /** Another one of the same source and path is forgotten. */
  add(document: NewDocument): void;
  /** Hands over every one of them, and forgets them. */
  release(place: (document: NewDocument) => void): void;
}

/** Starts without any. */
export function waitingDocuments(db: Database): WaitingDocuments {
  db.exec(
    `CREATE TEMP TABLE IF NOT EXISTS waiting_document (
       id INTEGER PRIMARY KEY, source_id INTEGER, path TEXT, document BLOB,
       UNIQUE (source_id, path));
     DELETE FROM temp.waiting_document`,
  );
  const add = db.prepare(
    'INSERT OR REPLACE INTO temp.waiting_document (source_id, path, document) VALUES (?, ?, ?)',
  );
  const next = db.prepare<[number], { id: number; document: Buffer }>(
    'SELECT id, document FROM temp.waiting_document WHERE id > ? ORDER BY id LIMIT 1',
  );
  return {
    add: (document) => {
      add.run(document.sourceId, document.path, serialize(document));
    },
    release: (place) => {
      for (let row = next.get(0); row !== undefined; row = next.get(row.id)) {
        place(deserialize(row.document) as NewDocument);
      }
      db.exec('DELETE FROM temp.waiting_document');
    },
  };
}
