/** What could not be done, as it is told: inputs that were not embedded, files that were not cut. */
import type { Database } from 'better-sqlite3';
import type { FileInSource, StoredFailure } from '../../model/indexing.ts';
import { NOT_CUT_PATTERN } from '../../model/not-cut.ts';
import { type StoredPath, toAbsolute } from './anchor.ts';

type FailureRow = Omit<StoredFailure, 'source'> & {
  readonly sourcePath: string;
  readonly sourceRelative: number;
};

/** The remembered failures of a space, each at the first place where its text stands. */
export function readFailures(
  db: Database,
  anchor: string,
  { spaceId, limit }: { readonly spaceId: number; readonly limit: number },
): readonly StoredFailure[] {
  const rows = db.prepare<[number, number], FailureRow>(
    `SELECT source.path AS sourcePath, source.relative AS sourceRelative, document.path AS path,
       chunk.start_line AS startLine, chunk.end_line AS endLine,
       failure.code AS code, failure.message AS message, failure.attempts AS attempts
     FROM failure
     JOIN chunk ON chunk.id = (
       SELECT min(c.id) FROM chunk AS c WHERE c.input_hash = failure.input_hash)
     JOIN document ON document.id = chunk.document_id
     JOIN source ON source.id = document.source_id
     WHERE failure.space_id = ?
     ORDER BY document.source_id, document.path, chunk.ordinal LIMIT ?`,
  );
  return rows.all(spaceId, limit).map(({ sourcePath, sourceRelative, ...failure }) => {
    const source: StoredPath = { path: sourcePath, relative: sourceRelative };
    return { source: toAbsolute(source, anchor), ...failure };
  });
}

/** Files that made the chunker fail. */
export function readNotCut(db: Database, anchor: string, limit: number): readonly FileInSource[] {
  const rows = db.prepare<[string, number], StoredPath & { readonly name: string }>(
    `SELECT source.path AS path, source.relative AS relative, document.path AS name
     FROM document JOIN source ON source.id = document.source_id
     WHERE document.chunker LIKE ? ORDER BY document.source_id, document.path LIMIT ?`,
  );
  return rows
    .all(NOT_CUT_PATTERN, limit)
    .map(({ name, ...source }) => ({ source: toAbsolute(source, anchor), path: name }));
}
