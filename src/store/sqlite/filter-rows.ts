/**
 * Documents as filters look at them. A row at a time costs SQLite's driver 1 to 2 µs, which is most of a
 * search among 100,000 documents: so each column of a page of rows comes as one JSON array.
 */
import type { Database } from 'better-sqlite3';
import type { JsonObject } from '../../model/types.ts';
import { RowDamaged } from './sqlite-errors.ts';
import { statement } from './statements.ts';
import { storedObject } from './stored-json.ts';
import { bounded, maxBytes, rowsToAPage } from './stored-lengths.ts';

/** Rows read at once where they are short: few calls, and never all of a large corpus in memory. */
const PAGE = 10_000;

/** What is read besides the names, which an index holds alone. */
export interface FilterColumns {
  readonly mtime: boolean;
  readonly frontMatter: boolean;
}

/** A document with what filters look at. */
export interface FilterRow {
  readonly id: number;
  readonly source: string;
  readonly path: string;
  /** Nanoseconds since 1970; undefined if it was not asked for. */
  readonly mtimeNs: bigint | undefined;
  /** Undefined if it was not asked for. */
  readonly frontMatter: JsonObject | null | undefined;
}

interface Page {
  readonly ids: string;
  readonly paths: string;
  readonly times: string | null;
  readonly frontMatter: string | null;
}

/**
 * Every document of a source, by path.
 *
 * @param source its id, and the name that the rows have
 */
export function* filterRows(
  db: Database,
  source: { readonly id: number; readonly name: string },
  columns: FilterColumns,
): Generator<FilterRow> {
  const read = statement<[number, string, number], Page>(db, pageSql(columns));
  const size = pageSize(db, source.id, columns);
  for (let last: string | undefined = ''; last !== undefined; ) {
    const page = read.get(source.id, last, size);
    if (page === undefined) return;
    const paths = parsed<string>(page.paths);
    yield* rowsOf(source.name, paths, page);
    last = paths.length < size ? undefined : paths.at(-1);
  }
}

/** Lengths alone are read of all rows before the first page: it is one value. @throws RowDamaged */
function pageSize(db: Database, sourceId: number, { frontMatter }: FilterColumns): number {
  const lengths = statement<[number], { path: number | null; matter: number | null }>(
    db,
    `SELECT max(octet_length(path)) AS path,
       ${frontMatter ? 'max(octet_length(front_matter))' : 'NULL'} AS matter
     FROM document WHERE source_id = ?`,
  );
  const { path, matter } = lengths.get(sourceId) ?? {};
  if ((path ?? 0) > maxBytes('path')) throw new RowDamaged('a path of too many bytes');
  return rowsToAPage((path ?? 0) + Math.min(matter ?? 0, maxBytes('front_matter')), PAGE);
}

function* rowsOf(source: string, paths: readonly string[], page: Page): Generator<FilterRow> {
  const ids = parsed<number>(page.ids);
  const times = page.times === null ? null : parsed<string>(page.times);
  const matters = page.frontMatter === null ? null : parsed<string | null>(page.frontMatter);
  for (let at = 0; at < paths.length; at++) {
    yield {
      id: ids[at] ?? 0,
      source,
      path: paths[at] ?? '',
      mtimeNs: times === null ? undefined : BigInt(times[at] ?? 0),
      frontMatter: matters === null ? undefined : storedObject(matters[at] ?? null),
    };
  }
}

function parsed<T>(array: string): readonly T[] {
  return JSON.parse(array) as T[];
}

/** The inner columns are named, so that an index has them all; times as text: JSON would round them. */
function pageSql({ mtime, frontMatter }: FilterColumns): string {
  const inner = [
    'id',
    'path',
    ...(mtime ? ['mtime_ns'] : []),
    ...(frontMatter ? ['front_matter'] : []),
  ];
  return `SELECT json_group_array(id) AS ids, json_group_array(path) AS paths,
      ${mtime ? 'json_group_array(CAST(mtime_ns AS TEXT))' : 'NULL'} AS times,
      ${frontMatter ? `json_group_array(${bounded('front_matter', "''")})` : 'NULL'} AS frontMatter
    FROM (SELECT ${inner.join(', ')} FROM document
      WHERE source_id = ? AND path > ? ORDER BY path LIMIT ?)`;
}
