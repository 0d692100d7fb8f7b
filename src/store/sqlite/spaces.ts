/** Vector spaces: what the vectors of a corpus mean. One is active; search uses only that one. */
import type { Database } from 'better-sqlite3';
import { CorpusError } from '../../model/errors.ts';
import type { EmbedderIdentity } from '../../model/types.ts';
import { statement } from './statements.ts';

/** A stored vector space. */
export interface Space extends EmbedderIdentity {
  readonly id: number;
  readonly fingerprint: string;
}

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

const COLUMNS =
  'id, fingerprint, kind, model, digest, dimensions, document_prompt, query_prompt, context_tokens';

/** What a name or a prefix of a model may be long, in UTF-16 units: it is sent with every text. */
const LONGEST = 10_000;

/** Eight times as many numbers as the longest vector in use. */
const MOST_DIMENSIONS = 32_768;

/** A corpus file may come from elsewhere: what it says of its model is sent to the user's server. */
function requireSane(row: SpaceRow): void {
  const texts = [row.kind, row.model, row.digest ?? '', row.document_prompt, row.query_prompt];
  const isText = (text: unknown): boolean => typeof text === 'string' && text.length <= LONGEST;
  const isCount = (count: unknown): boolean => Number.isSafeInteger(count) && Number(count) > 0;
  const isSane =
    texts.every(isText) &&
    isCount(row.dimensions) &&
    row.dimensions <= MOST_DIMENSIONS &&
    (row.context_tokens === null || isCount(row.context_tokens));
  if (isSane) return;
  const message =
    'What this corpus says of its model cannot be true (a name, a prefix or a length beyond all limits).';
  throw new CorpusError('CORPUS_DAMAGED', message);
}

function toSpace(row: SpaceRow): Space {
  requireSane(row);
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
export function activeSpace(db: Database): Space | null {
  const row = statement<[], SpaceRow>(db, `SELECT ${COLUMNS} FROM space WHERE active = 1`).get();
  return row === undefined ? null : toSpace(row);
}

/** A space by its fingerprint, active or not; null if there is none. */
export function findSpace(db: Database, fingerprint: string): Space | null {
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
): Space {
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
  space: Space,
  identity: EmbedderIdentity,
  fingerprint: string,
): Space {
  db.transaction(() => {
    db.prepare('DELETE FROM space WHERE fingerprint = ? AND active = 0').run(fingerprint);
    db.prepare('UPDATE space SET fingerprint = ?, model = ?, digest = ? WHERE id = ?').run(
      fingerprint,
      identity.model,
      identity.digest,
      space.id,
    );
  }).immediate();
  return { ...space, fingerprint, model: identity.model, digest: identity.digest };
}

/**
 * Makes a space the active one and frees every other: in one transaction, so that a search sees
 * the old or the new. `rebuild` builds the derived tables in it.
 */
export function activateSpace(db: Database, space: Space, rebuild: () => void): void {
  db.transaction(() => {
    db.prepare('DELETE FROM space WHERE id <> ?').run(space.id);
    db.prepare('UPDATE space SET active = 1 WHERE id = ?').run(space.id);
    rebuild();
  }).immediate();
}
