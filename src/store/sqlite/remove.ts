/** Sources and documents taken out of a corpus. */
import type { Removal } from '../writing-types.ts';
import type { Connection } from './connection.ts';
import { sourceWriter } from './sources.ts';
import { activeSpace } from './spaces.ts';
import { readManifest } from './stored-documents.ts';
import type { WriteSession } from './write-session.ts';

/**
 * Takes them out, with the vectors that nothing uses any more; call it inside a transaction. Vectors go at
 * once: runs look only for those that they have left without a passage themselves.
 *
 * @returns how many vectors
 */
export function removeAll(
  { db, anchor }: Connection,
  session: WriteSession,
  { sources, documents, rules }: Removal,
): number {
  const writer = sourceWriter(db, anchor);
  for (const id of sources) {
    // One by one: what is derived from them goes with them.
    for (const document of readManifest(db, id)) session.documents.remove(document.id);
    writer.remove(id);
  }
  for (const id of documents) session.documents.remove(id);
  for (const source of rules) writer.save(source);
  const space = activeSpace(db);
  return space === null ? 0 : session.prune(space.id, 'all');
}
