/** What could not be done, as it is told: inputs that were not embedded, files that were not cut. */
import type { Database } from 'better-sqlite3';
import type { FileInSource, StoredFailure } from '../../model/indexing.ts';
import { NOT_CUT_PATTERN } from '../../model/not-cut.ts';
import { type StoredPath, toAbsolute } from './anchor.ts';
import { BY_PLACE } from './place-order.ts';
import { bounded, requireValue } from './stored-lengths.ts';

type FailureRow = Omit<StoredFailure, 'source' | 'path'> & {
  readonly path: string | null;
  readonly sourcePath: string | null;
  readonly sourceRelative: number;
};

/** The remembered failures of a space, each at the first place where its text stands. */
export function readFailures(
  db: Database,
  anchor: string,
  { spaceId, limit }: { readonly spaceId: number; readonly limit: number },
): readonly StoredFailure[] {
  const rows = db.prepare<[number, number], FailureRow>(
    `SELECT ${bounded('source.path')} AS sourcePath, source.relative AS sourceRelative,
       ${bounded('document.path')} AS path, chunk.start_line AS startLine, chunk.end_line AS endLine,
       ${bounded('failure.code', "''")} AS code, ${bounded('failure.message', "''")} AS message,
       failure.attempts AS attempts
     FROM failure
     JOIN chunk ON chunk.id = (
       SELECT min(c.id) FROM chunk AS c WHERE c.input_hash = failure.input_hash)
     JOIN document ON document.id = chunk.document_id
     JOIN source ON source.id = document.source_id
     WHERE failure.space_id = ?
     ORDER BY ${BY_PLACE} LIMIT ?`,
  );
  return rows.all(spaceId, limit).map(({ path, sourcePath, sourceRelative, ...failure }) => {
    const source: StoredPath = {
      path: requireValue(sourcePath, 'the path of a source'),
      relative: sourceRelative,
    };
    return { source: toAbsolute(source, anchor), path: requireValue(path, 'a path'), ...failure };
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
