/** Damage of every kind is found, said with its remedy, and mended as far as the truth goes. */
import Database from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import { beforeEach, describe, expect, it } from 'vitest';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import {
  countingEmbedder,
  findBroken,
  logicalDump,
  rows,
  runIndex,
  value,
} from '../../helpers/corpus.ts';
import { temporaryFolders } from '../../helpers/temp.ts';
import { codesFound, sampleCorpus } from './sample.ts';

const temporary = temporaryFolders();
let root: string;
let path: string;

beforeEach(async () => {
  ({ root, path } = await sampleCorpus(temporary, 6));
});

/** Changes the file as a fault of a disk or a program would, past all that guards it. */
function damage(sql: string): void {
  const db = new Database(path);
  sqliteVec.load(db);
  db.unsafeMode(true);
  db.exec(`PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; ${sql}`);
  db.close();
}

const examine = (offline = true): Promise<readonly string[]> => codesFound(path, { offline });

async function repair(): Promise<void> {
  const corpus = await openCorpus(path);
  await corpus.repair();
  await corpus.close();
}

/** What is done to the file; what is found; what of it only the next run of `index` mends. */
const DAMAGE: readonly (readonly [name: string, sql: string, found: string, left: boolean])[] = [
  [
    'the text of a passage',
    "UPDATE chunk SET text = 'X' || substr(text, 2) WHERE id = 3",
    'DOCUMENTS_DAMAGED',
    true,
  ],
  ['a passage that is gone', 'DELETE FROM chunk WHERE ordinal = 1', 'DOCUMENTS_DAMAGED', true],
  [
    'headings that are no list',
    "UPDATE chunk SET headings = '{' WHERE id = 2",
    'DOCUMENTS_DAMAGED',
    true,
  ],
  [
    'front matter that is no object',
    "UPDATE document SET front_matter = '['",
    'DOCUMENTS_DAMAGED',
    true,
  ],
  [
    'a vector of zeros',
    'UPDATE embedding SET vector = zeroblob(128) WHERE id = 4',
    'VECTORS_DAMAGED',
    false,
  ],
  [
    'a vector that is cut off',
    'UPDATE embedding SET vector = substr(vector, 1, 64) WHERE id = 4',
    'VECTORS_DAMAGED',
    false,
  ],
  [
    'a NaN in a vector',
    "UPDATE embedding SET vector = CAST(x'0000c07f' || substr(vector, 5) AS BLOB) WHERE id = 4",
    'VECTORS_DAMAGED',
    false,
  ],
  ['a vector that is gone', 'DELETE FROM embedding WHERE id = 5', 'VECTORS_MISSING', false],
  ['a space that says another model', "UPDATE space SET model = 'other'", 'SPACE_DAMAGED', true],
  ['a space that cannot be', 'UPDATE space SET dimensions = -5', 'SPACE_DAMAGED', true],
  ['documents of no source', 'DELETE FROM source', 'ROWS_ORPHANED', false],
  [
    'words of a passage that are gone',
    'UPDATE words_length SET codes = zeroblob(length(codes))',
    'WORDS_DAMAGED',
    false,
  ],
  ['a term that is gone', "DELETE FROM words_block WHERE term = 'harbour'", 'WORDS_DAMAGED', false],
  [
    'another frequency of a term',
    "UPDATE words_block SET data = x'0105' WHERE data = x'00'",
    'WORDS_DAMAGED',
    false,
  ],
  [
    'fresh words of no passage',
    "INSERT INTO words_fresh VALUES (99999, 1, 'harbour', x'01')",
    'WORDS_DAMAGED',
    false,
  ],
];

describe.each(DAMAGE)('%s', (name, sql, found, left) => {
  it(`is found as ${found}, and mended`, async () => {
    expect(await examine()).toEqual([]);
    const fresh = logicalDump(path);
    damage(sql);
    expect(await examine()).toContain(found);
    await repair();
    expect(await examine(), name).toEqual(left ? [found] : []);
    if (found === 'SPACE_DAMAGED') return;
    if (!left) expect(findBroken(path)).toEqual([]);
    await runIndex(path, countingEmbedder(), [root]);
    expect(await examine()).toEqual([]);
    expect(logicalDump(path)).toEqual(fresh);
  });
});

/** Changes the file as an SQLite would that does not know of an index. */
function damageBehindIndex(index: string, sql: string): void {
  const { rootpage, tbl_name } =
    rows(path, 'SELECT * FROM sqlite_schema WHERE name = ?', index)[0] ?? {};
  const made = value(path, 'SELECT sql FROM sqlite_schema WHERE name = ?', index);
  damage(`PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = '${index}'`);
  damage(sql);
  damage(`PRAGMA writable_schema = ON;
    INSERT INTO sqlite_schema VALUES ('index', '${index}', '${tbl_name}', ${rootpage}, '${made}')`);
}

describe('an index of SQLite that does not fit its table', () => {
  it('is made anew', async () => {
    const fresh = logicalDump(path);
    damageBehindIndex('chunk_input_hash', 'DELETE FROM chunk WHERE id = 1');
    expect(await examine()).toContain('INDEXES_DAMAGED');
    await repair();
    expect(await examine()).toEqual(['DOCUMENTS_DAMAGED']);
    await runIndex(path, countingEmbedder(), [root]);
    expect(await examine()).toEqual([]);
    expect(logicalDump(path)).toEqual(fresh);
  });
});

describe('the embedder', () => {
  it('is asked for stored texts again: the same vectors are fine', async () => {
    expect(await examine(false)).toEqual([]);
  });

  it('that gives other vectors under the same identity is found out', async () => {
    const other = countingEmbedder({}, (text, dimensions) =>
      Float32Array.from({ length: dimensions }, (_, i) => Math.sin(i * text.length) + 0.1),
    );
    const corpus = await openCorpus(path, { embedder: other, readOnly: true });
    const { checks } = await corpus.examine();
    await corpus.close();
    expect(checks.at(-1)).toMatchObject({
      check: 'vector space',
      findings: [{ code: 'VECTORS_CHANGED', repairable: false }],
    });
  });

  it('of another model is a finding, not an error', async () => {
    const corpus = await openCorpus(path, {
      embedder: countingEmbedder({ model: 'another' }),
      readOnly: true,
    });
    const { checks } = await corpus.examine();
    await corpus.close();
    expect(checks.flatMap(({ findings }) => findings)).toMatchObject([{ code: 'SPACE_MISMATCH' }]);
  });
});
