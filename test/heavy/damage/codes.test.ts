/** Damage of the codes of a large corpus: found, searched without, and mended. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EXACT_SCAN_LIMIT } from '../../../src/model/defaults.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { countingEmbedder, findBroken, runIndex, sampleDocument } from '../../helpers/corpus.ts';
import { plant } from '../../helpers/temp.ts';
import { codesFound } from './sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'umekomi-test-'));
const [root, base, path] = [
  join(folder, 'texts'),
  join(folder, 'base.db'),
  join(folder, 'copy.db'),
];

beforeAll(async () => {
  const paragraph = (_: unknown, i: number): string =>
    `Paragraph ${i} is about the ${i % 97}th lantern, and its ${i % 89}th harbour. `.repeat(3);
  plant(root, {
    'large.md': Array.from({ length: EXACT_SCAN_LIMIT + 100 }, paragraph).join('\n\n'),
    'small.md': sampleDocument(2),
  });
  await runIndex(base, countingEmbedder(), [root], { chunkSize: 48 });
  plant(root, { 'small.md': sampleDocument(4) });
  await runIndex(base, countingEmbedder());
});

beforeEach(() => copyFileSync(base, path));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function damage(sql: string): void {
  const db = new Database(path);
  db.unsafeMode(true);
  db.exec(sql);
  db.close();
}

async function search(): Promise<unknown> {
  const corpus = await openCorpus(path, { embedder: countingEmbedder(), readOnly: true });
  const hits = (await corpus.search('the 11th lantern', { mode: 'semantic' })).hits;
  await corpus.close();
  return hits.map(({ path, startLine, similarity }) => ({
    ...{ path, startLine, similarity: expect.closeTo(similarity ?? NaN, 5) },
  }));
}

const DAMAGE: Readonly<Record<string, string>> = {
  'a segment that is gone': 'DELETE FROM vector_codes WHERE segment = 3',
  'a segment that is cut off':
    'UPDATE vector_codes SET codes = substr(codes, 1, 5000) WHERE segment = 3',
  'no table': 'DROP TABLE vector_codes',
  'deleted vectors that are forgotten': 'DELETE FROM vector_gone',
  'a state that is none': `UPDATE meta SET value = json_set(value, '$.coded', -1) WHERE key = 'vector_codes'`,
};

/** Which a search does not see: candidates are worse. */
const UNSEEN: Readonly<Record<string, string>> = {
  'factors of zeros':
    'UPDATE vector_codes SET codes = CAST(substr(codes, 1, 1024) || zeroblob(1024) || substr(codes, 2049) AS BLOB) WHERE segment = 3',
  'a mean that the codes are not of': 'UPDATE space SET mean = zeroblob(128)',
};

it('a large corpus has its codes, some of them of deleted vectors', async () => {
  const db = new Database(path, { readonly: true });
  const state = db.prepare("SELECT value FROM meta WHERE key = 'vector_codes'").pluck().get();
  db.close();
  const { coded, gone } = JSON.parse(String(state)) as { coded: number; gone: number };
  expect(coded).toBeGreaterThan(EXACT_SCAN_LIMIT);
  expect(gone).toBeGreaterThan(0);
  expect(await codesFound(path)).toEqual([]);
  expect(findBroken(path)).toEqual([]);
});

describe.each(Object.entries({ ...DAMAGE, ...UNSEEN }))('%s', (name, sql) => {
  it('is found as NEIGHBOURS_DAMAGED, and mended', async () => {
    const found = await search();
    damage(sql);
    if (!Object.hasOwn(UNSEEN, name)) expect(await search()).toEqual(found);
    expect(await codesFound(path)).toEqual(['NEIGHBOURS_DAMAGED']);
    expect(findBroken(path)).toEqual(['codes of vectors']);
    const corpus = await openCorpus(path);
    await corpus.repair();
    await corpus.close();
    expect(await codesFound(path)).toEqual([]);
    expect(findBroken(path)).toEqual([]);
    expect(await search()).toEqual(found);
  });
});
