/** What a run came to, stored; and searches kept as fast as ever while it goes on. */
import type { Database } from 'better-sqlite3';
import type { Changes } from '../writing-types.ts';
import { makeMissingCodes } from './codes/maintain.ts';
import { activeSpace } from './spaces.ts';
import { foldFresh } from './words/fold.ts';
import type { WriteSession } from './write-session.ts';

/** After so many vectors or passages it is seen whether there are enough for codes, or to fold their words. */
const CHECK_EVERY = 1024;

/**
 * Stores changes; call it inside a transaction. Documents of a space that is not searched yet wait.
 *
 * @param now milliseconds since 1970
 */
export function applyChanges(
  db: Database,
  session: WriteSession,
  { spaceId, vectors = [], failures = [], documents = [], touched = [], moved = [] }: Changes,
  now: number,
): void {
  const embeddings = session.embeddings(spaceId);
  embeddings.put(vectors);
  for (const failure of failures) embeddings.fail(failure, now);
  for (const each of touched) session.documents.touch(each);
  for (const { observation, ...place } of moved) session.documents.move(place, observation);
  const isSearched = documents.length > 0 && activeSpace(db)?.id === spaceId;
  for (const document of documents) {
    if (isSearched) session.documents.replace(document);
    else session.waiting.add(document);
  }
}

/** Brings derived tables up to date once much has come: a run may take hours. Has transactions of its own. */
export function keepSearchable(db: Database, session: WriteSession, changes: Changes): void {
  const { spaceId, vectors = [], documents = [] } = changes;
  const space = activeSpace(db);
  if (space?.id !== spaceId) return;
  session.fresh += documents.reduce((sum, { chunks }) => sum + chunks.length, vectors.length);
  if (session.fresh < CHECK_EVERY) return;
  session.fresh = 0;
  makeMissingCodes(db, space);
  foldFresh(db);
}
