/** The SQL in docs/schema.md is part of the public format: exactly that text is run here. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtin, type Hit, openCorpus } from '../../../src/index.ts';

const root = new URL('../../../', import.meta.url);
const markdown = readFileSync(new URL('docs/schema.md', root), 'utf8');

function statement(name: string): string {
  const block = new RegExp(`\`\`\`sql ${name}\n([^]*?)\`\`\``).exec(markdown)?.[1];
  if (block === undefined) throw new Error(`docs/schema.md has no SQL named ${name}`);
  return block;
}

interface Row {
  path: string;
  start_line: number;
  distance: number;
  text: string;
}

/** Ties are ordered by source in a search and by path alone in the document's SQL. */
function places(rows: readonly (Row | Hit)[]): readonly string[] {
  return rows.map((row) =>
    'start_line' in row ? `${row.path}:${row.start_line}` : `${row.path}:${row.startLine}`,
  );
}

describe('docs/schema.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'umekomi-schema-'));
  const path = join(folder, 'corpus.db');
  const embedder = builtin();
  let db: Database.Database;
  let hits: readonly Hit[];
  let similar: readonly Hit[];

  beforeAll(async () => {
    const corpus = await openCorpus(path, { embedder });
    await corpus.index([fileURLToPath(new URL('fixtures/corpus', root))]);
    // In semantic mode every passage is a hit of its own, as a row is.
    hits = (await corpus.search('埋め込みとは何か', { mode: 'semantic' })).hits;
    similar = (await corpus.like({ path: '木工/埋め込みボルト.md', line: 17 })).hits;
    await corpus.close();
    // Any client: a plain connection with sqlite-vec, hardened as a careful one would.
    db = new Database(path, { readonly: true });
    sqliteVec.load(db);
    db.pragma('trusted_schema = OFF');
  });

  afterAll(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });

  it('the statement "nearest" finds what search finds', async () => {
    const { vector } = await queryVector();
    const rows = db.prepare<object, Row>(statement('nearest')).all({ vector });
    expect(places(rows)).toEqual(places(hits));
    expect(rows[0]?.distance).toBeCloseTo(hits[0]?.distance ?? Number.NaN, 5);
    expect(rows[0]?.text).toBe(hits[0]?.text);
  });

  it("the statements on vec0 make a table of one's own that finds the same", async () => {
    const { vector, dimensions } = await queryVector();
    const make = statement('make-vec0')
      .replace("'.umekomi/corpus.db'", `'${path}'`)
      .replace('float[256]', `float[${dimensions}]`);
    const own = new Database(join(folder, 'own.db'));
    sqliteVec.load(own);
    own.exec(make);
    const rows = own.prepare<object, Row>(statement('ask-vec0')).all({ vector });
    own.close();
    expect(places(rows)).toEqual(places(hits));
  });

  async function queryVector(): Promise<{ vector: Buffer; dimensions: number }> {
    const { buffer, length } = await embedder.embedQuery('埋め込みとは何か');
    return { vector: Buffer.from(buffer), dimensions: length };
  }

  it('the statement "like" finds what like finds', () => {
    const bound = { path: '木工/埋め込みボルト.md', line: 17 };
    const rows = db.prepare<object, Row>(statement('like')).all(bound);
    expect(rows.length).toBe(10);
    expect(places(rows)).toEqual(places(similar));
  });

  it("the statements on FTS5 make a table of one's own that finds passages by their words", () => {
    const own = new Database(join(folder, 'words.db'));
    own.exec(statement('make-fts5').replace("'.umekomi/corpus.db'", `'${path}'`));
    const ask = own.prepare<object, Row & { score: number }>(statement('ask-fts5'));
    for (const words of ['"埋め込み"', '"backup" AND "restore"']) {
      expect(markdown).toContain(`\`${words}\``);
      const rows = ask.all({ words });
      expect(rows.length).toBeGreaterThan(1);
      const scores = rows.map(({ score }) => score);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      for (const word of words.match(/[a-z]{3,}|埋め込み/g) ?? []) {
        expect(JSON.stringify(rows[0]).toLowerCase()).toContain(word);
      }
    }
    expect(ask.all({ words: '"埋め"' })).toEqual([]);
    own.close();
  });

  it('names every table and column that it tells of as they are', () => {
    const rows = markdown.matchAll(/^\| `(\w+)` \|.*?\| (.*) \|$/gm);
    for (const [, table = '', columns = ''] of rows) {
      const real = new Set(
        db
          .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?)')
          .all(table)
          .map(({ name }) => name),
      );
      const told = [...columns.replace(/\([^)]*\)/g, '').matchAll(/`(\w+)`/g)].map(
        ([, name]) => name,
      );
      expect(told.length).toBeGreaterThan(0);
      for (const name of told) expect(real, `${table}.${name}`).toContain(name);
    }
  });

  it('tells of every table there is', () => {
    const tables = db
      .prepare<[], { name: string }>(
        `SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')
         AND name NOT LIKE 'sqlite_%'`,
      )
      .all();
    for (const { name } of tables) expect(markdown).toContain(`\`${name}\``);
  });
});
