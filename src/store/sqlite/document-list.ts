/** Stored documents without their texts: all that a filter keeps, or those of a few names. */
import type { Database } from 'better-sqlite3';
import type { DocumentFilter } from '../filters.ts';
import type { StoredDocument, StoredSource } from '../reading-types.ts';
import { withSlashes } from './anchor.ts';
import { statement } from './statements.ts';
import { storedObject } from './stored-json.ts';
import { bounded, requireValue, takePage } from './stored-lengths.ts';

/** Documents read at once. */
const PAGE = 1000;

/** As an array: a third quicker to read than objects. */
type Row = [
  id: bigint,
  path: string | null,
  title: string | null,
  size: bigint,
  mtimeNs: bigint,
  frontMatter: unknown,
];

/** @param frontMatter whether it is asked for */
function rowsSql(frontMatter: boolean): string {
  const matter = frontMatter ? bounded('front_matter', "''") : 'NULL';
  return `SELECT id, ${bounded('path')}, ${bounded('title')}, size, mtime_ns, ${matter}
    FROM document WHERE source_id = ?`;
}

/** Some documents, and where the next ones begin; null behind the last. */
export interface DocumentPage {
  readonly documents: readonly StoredDocument[];
  readonly next: string | null;
}

/**
 * The next documents of a source, by path: those of a page that a filter keeps.
 *
 * @param from what the page before gave as `next`; '' at first
 */
export function readDocuments(
  db: Database,
  source: StoredSource,
  { filter, from }: { readonly filter: DocumentFilter | null; readonly from: string },
): DocumentPage {
  const page = statement<[number, string], Row>(
    db,
    `${rowsSql(filter?.needs.frontMatter === true)} AND path > ? ORDER BY path LIMIT ${PAGE}`,
  );
  const rows = takePage(page.safeIntegers().raw().iterate(source.id, from), lengthOf);
  const name = withSlashes(source.path);
  const kept = rows.filter(([id, stored, , , mtimeNs, frontMatter]) => {
    if (filter === null) return true;
    const path = requireValue(stored, 'a path');
    const matter = filter.needs.frontMatter ? storedObject(frontMatter) : undefined;
    return filter.keeps({ id: Number(id), source: name, path, mtimeNs, frontMatter: matter });
  });
  const last = rows.at(-1);
  const next = last === undefined ? null : requireValue(last[1], 'a path');
  return { documents: toDocuments(db, source, kept), next };
}

function lengthOf([, path, title, , , frontMatter]: Row): number {
  const matter = typeof frontMatter === 'string' ? frontMatter.length : 0;
  return (path?.length ?? 0) + (title?.length ?? 0) + matter;
}

/** Documents of a source by their names, from an index. */
export function documentsNamed(
  db: Database,
  source: StoredSource,
  paths: readonly string[],
): readonly StoredDocument[] {
  const named = statement<[number, string], Row>(
    db,
    `${rowsSql(false)} AND path IN (SELECT value FROM json_each(?)) ORDER BY path`,
  );
  const rows = named.safeIntegers().raw().all(source.id, JSON.stringify(paths));
  return toDocuments(db, source, rows);
}

function toDocuments(
  db: Database,
  source: StoredSource,
  rows: readonly Row[],
): readonly StoredDocument[] {
  const passages = countPassages(
    db,
    rows.map(([id]) => Number(id)),
  );
  return rows.map(([id, path, title, size, mtimeNs]) => ({
    ...{ id: Number(id), sourceId: source.id, source: source.path, sourceKind: source.kind },
    ...{
      path: requireValue(path, 'a path'),
      title,
      passages: passages.get(Number(id)) ?? 0,
      size: Number(size),
      mtimeNs,
    },
  }));
}

/** From an index alone; one count a document is quicker than a grouped one. */
function countPassages(db: Database, ids: readonly number[]): ReadonlyMap<number, number> {
  const count = statement<[string], [id: number, passages: number]>(
    db,
    `SELECT value, (SELECT count(*) FROM chunk WHERE document_id = value) FROM json_each(?)`,
  );
  return new Map(count.raw().all(JSON.stringify(ids)));
}
