/** Documents as filters read them: all of a source, page by page, with what was asked for and exact. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../../src/store/sqlite/connection.ts';
import { filterRows } from '../../../../src/store/sqlite/filter-rows.ts';
import { openConnection } from '../../../helpers/connection.ts';

/** More than two pages. */
const MANY = 20_001;

let file: Connection;
beforeEach(() => {
  file = openConnection(':memory:', 'memory', 0);
  const source = file.db.prepare(
    `INSERT INTO source (id, path, relative, kind, include, exclude, ignore_files)
     VALUES (?, ?, 0, 'folder', '[]', '[]', 1)`,
  );
  source.run(1, '/one');
  source.run(2, '/two');
});
afterEach(() => file.close());

function add(sourceId: number, path: string, mtimeNs = 0n, frontMatter: string | null = null) {
  const insert = file.db.prepare(
    `INSERT INTO document (source_id, path, front_matter, format, encoding, size, mtime_ns,
       observed_at, content_hash, chunker) VALUES (?, ?, ?, 'text', 'utf-8', 0, ?, 0, x'', '')`,
  );
  return Number(insert.run(sourceId, path, frontMatter, mtimeNs).lastInsertRowid);
}

const ONE = { id: 1, name: '/one' };
const NAMES = { mtime: false, frontMatter: false };

describe('rows for filters', () => {
  it('are all documents of the source, each once, with their ids', () => {
    const ids = new Map<string, number>();
    file.db.transaction(() => {
      for (let n = 0; n < MANY; n++) {
        // Ids do not follow the names.
        const path = `${(n * 7919) % MANY}.md`;
        ids.set(path, add(1, path));
      }
      add(2, 'other.md');
    })();
    const rows = [...filterRows(file.db, ONE, NAMES)];
    expect(rows).toHaveLength(MANY);
    expect(new Map(rows.map(({ path, id }) => [path, id]))).toEqual(ids);
    expect(new Set(rows.map(({ source }) => source))).toEqual(new Set(['/one']));
  });

  it('have names as they are stored, and nothing that was not asked for', () => {
    const names = ['"quoted"\\.md', 'ガ'.normalize('NFD'), 'line\nbreak', '😀.md'];
    for (const name of names) add(1, name, 5n, '{"a":1}');
    const rows = [...filterRows(file.db, ONE, NAMES)];
    expect(new Set(rows.map(({ path }) => path))).toEqual(new Set(names));
    expect(rows.every((row) => row.mtimeNs === undefined && row.frontMatter === undefined)).toBe(
      true,
    );
  });

  it('have times to the nanosecond and front matter as an object', () => {
    add(1, 'a.md', 1_764_000_000_123_456_789n, '{"tags":["x"]}');
    add(1, 'b.md', 1n);
    expect([...filterRows(file.db, ONE, { mtime: true, frontMatter: true })]).toMatchObject([
      { path: 'a.md', mtimeNs: 1_764_000_000_123_456_789n, frontMatter: { tags: ['x'] } },
      { path: 'b.md', mtimeNs: 1n, frontMatter: null },
    ]);
  });

  it('of a source without documents are none', () => {
    add(2, 'other.md');
    expect([...filterRows(file.db, ONE, NAMES)]).toEqual([]);
  });
});
