/** From a file with damaged pages the vectors are saved: only those on the pages are embedded again. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { salvageCorpus } from '../../../src/service/open-corpus.ts';
import { lockCorpus } from '../../../src/store/sqlite/lock-file.ts';
import { countingEmbedder, findBroken, logicalDump, rows, runIndex } from '../../helpers/corpus.ts';
import { temporaryFolders } from '../../helpers/temp.ts';
import { codesFound, sampleCorpus } from './sample.ts';

const temporary = temporaryFolders();
const PAGE = 32_768;

let path: string;
let all: number;

beforeEach(async () => {
  ({ path, embedded: all } = await sampleCorpus(temporary, 100, 1024));
});

/** Fills whole pages of a table with nonsense; which ones, by their share of the table. */
function damagePages(table: string, shares: readonly number[]): number {
  const pages = rows(path, "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'", table);
  const bytes = readFileSync(path);
  const hit = new Set(
    shares.map((share) => Number(pages[Math.floor(share * pages.length)]?.['pageno'])),
  );
  for (const page of hit) bytes.fill(0xff, (page - 1) * PAGE, page * PAGE);
  writeFileSync(path, bytes);
  return hit.size / pages.length;
}

it.each([
  ['in the middle', [0.2, 0.5, 0.51, 0.52]],
  ['at the start', [0, 0.01]],
  ['at the end', [0.99, 0.999]],
])('vectors on damaged pages %s are embedded again, and no others', async (_, shares) => {
  const fresh = logicalDump(path);
  const lost = damagePages('embedding', shares);
  const damaged = readFileSync(path);
  expect(await codesFound(path, { offline: true })).toContain('FILE_DAMAGED');
  const { setAside, vectors } = await salvageCorpus(path);
  expect(readFileSync(setAside).equals(damaged), 'the damaged file is kept').toBe(true);
  expect(vectors).toBeLessThan(all);
  expect(vectors).toBeGreaterThan(all * (1 - 2 * lost) - 2);
  expect(await codesFound(path, { offline: true })).toEqual([]);
  const again = countingEmbedder({ dimensions: 1024 });
  const { embedded, reused } = (await runIndex(path, again)).inputs;
  expect({ embedded, reused }).toEqual({ embedded: all - vectors, reused: vectors });
  expect(logicalDump(path)).toEqual(fresh);
  expect(findBroken(path)).toEqual([]);
});

it('damaged documents cost no vector', async () => {
  damagePages('chunk', [0.3, 0.6]);
  expect(await codesFound(path, { offline: true })).toContain('FILE_DAMAGED');
  expect((await salvageCorpus(path)).vectors).toBe(all);
  expect((await runIndex(path, countingEmbedder({ dimensions: 1024 }))).inputs.embedded).toBe(0);
});

it('waits for no one and takes nothing from an indexer that is at work', async () => {
  const unlock = lockCorpus(path);
  const before = readFileSync(path);
  await expect(salvageCorpus(path)).rejects.toMatchObject({ code: 'CORPUS_BUSY' });
  unlock?.();
  expect(readFileSync(path).equals(before)).toBe(true);
});

it('leaves a file of which nothing can be read as it is', async () => {
  const bytes = readFileSync(path);
  bytes.fill(0xff, 100, PAGE);
  writeFileSync(path, bytes);
  await expect(salvageCorpus(path)).rejects.toMatchObject({ code: 'CORPUS_DAMAGED' });
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(readdirSync(dirname(path))).toEqual(['corpus.db']);
});
