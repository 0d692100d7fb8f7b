/** The beginning of a run: its space, its sources and what is remembered of it, in one step. */
import type { Database } from 'better-sqlite3';
import type { StoredSource, VectorSpace } from '../reading-types.ts';
import type { RunStart, RunState } from '../writing-types.ts';
import { writeChunking } from './chunking.ts';
import { codesWriter } from './codes/writer.ts';
import { confirmNamed } from './confirmed-sources.ts';
import type { Connection } from './connection.ts';
import { embeddingWriter, vectorsAtMost } from './embeddings.ts';
import { beginLastRun } from './last-run.ts';
import { sourceWriter } from './sources.ts';
import { addSpace, adoptIdentity, findSpace, spaceById } from './spaces.ts';
import { prepareWords } from './words/state.ts';

/**
 * Begins a run; call it inside a transaction, and open documents behind it: their writer keeps words in step
 * if their index is there.
 *
 * @param now milliseconds since 1970
 */
export function beginRun(connection: Connection, run: RunStart, now: number): RunState {
  const { db, anchor } = connection;
  const space = resolveSpace(db, run, now);
  beginLastRun(db, now);
  writeChunking(db, run.chunking);
  const writer = sourceWriter(db, anchor);
  const sources = run.sources.map((source): StoredSource => {
    const stored = writer.save(source);
    writer.begin(stored.id);
    return stored;
  });
  confirmNamed(connection, run.named);
  prepareWords(db);
  return { space, sources, vectors: vectorsAtMost(db) };
}

function resolveSpace(
  db: Database,
  { adopt, identity, fingerprint }: RunStart,
  now: number,
): VectorSpace {
  const adopted = adopt === null ? null : spaceById(db, adopt.spaceId);
  if (adopted === null) {
    return findSpace(db, fingerprint) ?? addSpace(db, identity, fingerprint, now);
  }
  if (adopt?.prune === true) embeddingWriter(db, adopted, codesWriter(db, adopted)).prune(null);
  return adoptIdentity(db, adopted, identity, fingerprint);
}
