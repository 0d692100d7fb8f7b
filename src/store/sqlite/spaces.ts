/** Vector spaces: what the vectors of a corpus mean. One is active; search uses only that one. */
import type { Database } from 'better-sqlite3';
import { CorpusError } from '../../model/errors.ts';
import type { EmbedderIdentity } from '../../model/types.ts';
import type { VectorSpace } from '../reading-types.ts';
import { statement } from './statements.ts';
import { bounded } from './stored-lengths.ts';

interface SpaceRow {
  id: number;
  fingerprint: string;
  kind: string;
  model: string;
  digest: string | null;
  dimensions: number;
  document_prompt: string;
  query_prompt: string;
  context_tokens: number | null;
}

/** A BLOB in the place of what is too long: it is no text. */
const COLUMNS = [
  ...['id', 'dimensions', 'context_tokens'],
  ...(['fingerprint', 'kind', 'model', 'digest', 'document_prompt', 'query_prompt'] as const).map(
    (column) => `${bounded(column, "x''")} AS ${column}`,
  ),
].join(', ');

/** More rebuilds than that were never left half done. */
const MAX_INACTIVE = 1000;

/** UTF-16 units of a name or a prefix of a model: it is sent with every text. */
const MAX_TEXT_LENGTH = 10_000;

/** Eight times as many numbers as the longest vector in use. */
const MAX_DIMENSIONS = 32_768;

/** False for what cannot be true: a corpus file may come from elsewhere, and what it says is sent to a server. */
function isSane(row: SpaceRow): boolean {
  const names = [row.fingerprint, row.kind, row.model, row.digest ?? ''];
  const texts = [...names, row.document_prompt, row.query_prompt];
  const isText = (text: unknown): boolean =>
    typeof text === 'string' && text.length <= MAX_TEXT_LENGTH;
  const isCount = (count: unknown): boolean => Number.isSafeInteger(count) && Number(count) > 0;
  return (
    texts.every(isText) &&
    isCount(row.dimensions) &&
    row.dimensions <= MAX_DIMENSIONS &&
    (row.context_tokens === null || isCount(row.context_tokens))
  );
}

/** @throws CorpusError `CORPUS_DAMAGED` */
function toSpace(row: SpaceRow): VectorSpace {
  if (!isSane(row)) {
    const message =
      'What this corpus says of its model cannot be true (a name, a prefix or a length beyond all limits).';
    throw new CorpusError('CORPUS_DAMAGED', message, { remedy: { code: 'name-corpus' } });
  }
  return {
    id: row.id,
    fingerprint: row.fingerprint,
    kind: row.kind,
    model: row.model,
    digest: row.digest,
    dimensions: row.dimensions,
    documentPrompt: row.document_prompt,
    queryPrompt: row.query_prompt,
    contextTokens: row.context_tokens,
  };
}

/** The space that search uses; null in a corpus that was never indexed. */
export function activeSpace(db: Database): VectorSpace | null {
  const row = statement<[], SpaceRow>(db, `SELECT ${COLUMNS} FROM space WHERE active = 1`).get();
  return row === undefined ? null : toSpace(row);
}

/** Spaces of rebuilds that have not ended; those left out of which nothing sensible is said. */
export function inactiveSpaces(db: Database): readonly VectorSpace[] {
  const rows = statement<[], SpaceRow>(
    db,
    `SELECT ${COLUMNS} FROM space WHERE active = 0 ORDER BY id LIMIT ${MAX_INACTIVE}`,
  );
  return rows.all().filter(isSane).map(toSpace);
}

/** A space by its id, active or not; null if there is none. */
export function spaceById(db: Database, id: number): VectorSpace | null {
  const row = statement<[number], SpaceRow>(db, `SELECT ${COLUMNS} FROM space WHERE id = ?`);
  const found = row.get(id);
  return found === undefined ? null : toSpace(found);
}

/** A space by its fingerprint, active or not; null if there is none. */
export function findSpace(db: Database, fingerprint: string): VectorSpace | null {
  const row = db
    .prepare<[string], SpaceRow>(`SELECT ${COLUMNS} FROM space WHERE fingerprint = ?`)
    .get(fingerprint);
  return row === undefined ? null : toSpace(row);
}

/** Adds a space. It is active if none is. */
export function addSpace(
  db: Database,
  identity: EmbedderIdentity,
  fingerprint: string,
  now: number,
): VectorSpace {
  const { kind, model, digest, dimensions, documentPrompt, queryPrompt, contextTokens } = identity;
  const insert = db.prepare(
    `INSERT INTO space (fingerprint, kind, model, digest, dimensions, document_prompt, query_prompt,
       context_tokens, active, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, NOT EXISTS (SELECT 1 FROM space WHERE active = 1), ?)`,
  );
  const result = insert.run(
    fingerprint,
    kind,
    model,
    digest,
    dimensions,
    documentPrompt,
    queryPrompt,
    contextTokens,
    now,
  );
  return { ...identity, id: Number(result.lastInsertRowid), fingerprint };
}

/** The model's file has changed and its vectors have not: the space goes by the new digest. */
export function adoptIdentity(
  db: Database,
  space: VectorSpace,
  identity: EmbedderIdentity,
  fingerprint: string,
): VectorSpace {
  const { model, digest } = identity;
  db.prepare('DELETE FROM space WHERE fingerprint = ? AND active = 0').run(fingerprint);
  db.prepare('UPDATE space SET fingerprint = ?, model = ?, digest = ? WHERE id = ?').run(
    ...[fingerprint, model, digest, space.id],
  );
  return { ...space, fingerprint, model, digest };
}

/** Makes a space the active one and frees every other, with their vectors. Call it inside a transaction. */
export function activateSpace(db: Database, id: number): void {
  db.prepare('DELETE FROM space WHERE id <> ?').run(id);
  db.prepare('UPDATE space SET active = 1 WHERE id = ?').run(id);
}
