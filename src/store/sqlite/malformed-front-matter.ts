/** Documents whose front matter is not valid YAML or TOML, as they are told. */
import type { Database } from 'better-sqlite3';
import type { FrontMatterPlace, MalformedFrontMatter } from '../../model/indexing.ts';
import { type StoredPath, toAbsolute } from './anchor.ts';
import { statement } from './statements.ts';
import { bounded, requireValue } from './stored-lengths.ts';

/** Of an index that holds these documents alone. */
const MALFORMED = 'document.front_matter_error_line IS NOT NULL';

type Row = Omit<FrontMatterPlace, 'source' | 'path'> & {
  readonly path: string | null;
  readonly sourcePath: string | null;
  readonly sourceRelative: number;
};

/** All of them counted, the first `limit` listed. @param anchor see {@link toAbsolute} */
export function readMalformed(db: Database, anchor: string, limit: number): MalformedFrontMatter {
  const counted = statement<[], { count: number }>(
    db,
    `SELECT count(*) AS count FROM document WHERE ${MALFORMED}`,
  );
  const first = statement<[number], Row>(
    db,
    `SELECT ${bounded('source.path')} AS sourcePath, source.relative AS sourceRelative,
       ${bounded('document.path')} AS path, document.front_matter_error_line AS line
     FROM document JOIN source ON source.id = document.source_id
     WHERE ${MALFORMED} ORDER BY document.source_id, document.path LIMIT ?`,
  );
  const places = first.all(limit).map(({ path, sourcePath, sourceRelative, line }) => {
    const source: StoredPath = {
      path: requireValue(sourcePath, 'the path of a source'),
      relative: sourceRelative,
    };
    return { source: toAbsolute(source, anchor), path: requireValue(path, 'a path'), line };
  });
  return { count: counted.get()?.count ?? 0, places };
}
