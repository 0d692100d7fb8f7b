/** A stored vector of zeros or NaN, as a damaged page or another program leaves it, answers nothing. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { countingEmbedder, runIndex, sampleDocument } from '../../helpers/corpus.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();

const DAMAGE = [
  ['zeros', 'zeroblob(length(vector))'],
  ['NaN', `CAST(x'0000c07f' || substr(vector, 5) AS BLOB)`],
] as const;

/** A corpus of six documents, the vectors of one of them damaged. */
async function damaged(blob: string): Promise<string> {
  const files = Array.from({ length: 6 }, (_, i) => [`${i}.md`, sampleDocument(2 * i)]);
  const db = join(temporary(), 'corpus.db');
  await runIndex(db, countingEmbedder(), [temporary(Object.fromEntries(files))]);
  const other = new Database(db);
  other.unsafeMode(true);
  other.exec(`UPDATE embedding SET vector = ${blob} WHERE input_hash IN
    (SELECT input_hash FROM passage WHERE path = '0.md')`);
  await other.close();
  return db;
}

describe.each(DAMAGE)('a damaged vector (%s)', (_, blob) => {
  it('is in no answer by meaning, and has no similarity where words find its passage', async () => {
    const corpus = await openCorpus(await damaged(blob), {
      embedder: countingEmbedder(),
      readOnly: true,
    });
    // Twice: the first search reads the file, the second one what it kept of it.
    for (const options of [{}, {}, { exact: true }, { paths: ['**'] }]) {
      const hits = (
        await corpus.search('harbour lantern', {
          ...{ mode: 'semantic', k: 50, ...options },
        })
      ).hits;
      expect(new Set(hits.map(({ path }) => path))).toEqual(
        new Set(['1.md', '2.md', '3.md', '4.md', '5.md']),
      );
      expect(hits.every(({ similarity }) => similarity !== null && similarity < 1)).toBe(true);
    }
    const both = (await corpus.search('"of number 0 stands"', { k: 50 })).hits;
    const words = both.filter(({ path }) => path === '0.md');
    expect(words.length).toBeGreaterThan(0);
    for (const { similarity, distance } of words)
      expect([similarity, distance]).toEqual([null, null]);
    await expect(corpus.like({ path: '0.md' })).rejects.toThrow(
      expect.objectContaining({ code: 'DOCUMENT_NOT_FOUND' }),
    );
    await corpus.close();
  });
});
