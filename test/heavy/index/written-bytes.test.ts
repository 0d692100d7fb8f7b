/** How much a run writes, and what it keeps: vectors are stored in groups. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Embedder } from '../../../src/model/types.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { openForWriting } from '../../../src/store/sqlite/open-writer.ts';
import { countingEmbedder, findBroken, runIndex, value } from '../../helpers/corpus.ts';
import { type LogFrames, logFrames } from '../../helpers/log-frames.ts';
import { type Files, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();

/** Documents of 16 passages that stand nowhere else. */
function documents(count: number): Files {
  const passage = (at: string): string =>
    `${Array.from({ length: 12 }, (_, line) => `Line ${line} of ${at} says that.`).join(' ')}\n`;
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `${i}.md`,
      Array.from({ length: 16 }, (_, k) => passage(`passage ${k} of ${i}`)).join('\n'),
    ]),
  );
}

/** Indexes while a reader keeps the log from being begun anew. */
async function logOfFirstRun(db: string, root: string, embedder: Embedder): Promise<LogFrames> {
  openForWriting(db, 0).close();
  const corpus = await openCorpus(db, { embedder });
  const reader = new Database(db, { readonly: true });
  try {
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM chunk').get();
    await corpus.index([root], { chunkSize: 110 });
    return logFrames(db);
  } finally {
    reader.close();
    await corpus.close();
  }
}

const PAGE = 32_768;

describe('a first run', () => {
  it('writes each page into the log a few times, not once for every batch', async () => {
    const root = temporary(documents(280));
    const db = join(temporary(), 'corpus.db');
    const { pages, commits } = await logOfFirstRun(db, root, countingEmbedder({ dimensions: 384 }));
    const passages = Number(value(db, 'SELECT count(*) FROM chunk'));
    expect(passages).toBeGreaterThan(7000);
    expect(findBroken(db)).toEqual([]);
    // A commit for each batch of 32 made it 8 and 11; the less there is, the smaller are groups.
    expect(commits).toBeLessThan(passages / 32 / 2);
    expect(pages / (statSync(db).size / PAGE)).toBeLessThan(6.5);
  });
});

/** Answers, until it has been asked for so many texts; then it hangs until it is told what to do. */
function hangingAfter(texts: number, onHang: () => void): Embedder & { answered: number } {
  const embedder = countingEmbedder();
  const hanging = {
    ...embedder,
    answered: 0,
    embedDocuments: async (asked: readonly string[]) => {
      if (hanging.answered >= texts) {
        onHang();
        await new Promise(() => {});
      }
      const vectors = await embedder.embedDocuments(asked);
      hanging.answered += asked.length;
      return vectors;
    },
  };
  return hanging;
}

describe('a run that ends early in a corpus whose groups are large', () => {
  it.each([
    ['at an abort', (stop: AbortController) => stop.abort()],
    ['at an error of the server', null],
  ])('keeps everything that was answered, %s', async (_, end) => {
    const db = join(temporary(), 'corpus.db');
    await runIndex(db, countingEmbedder(), [temporary(documents(120))], { chunkSize: 110 });
    const before = Number(value(db, 'SELECT count(*) FROM embedding'));
    expect(before / 32, 'a group is more than a batch').toBeGreaterThan(64);
    const stop = new AbortController();
    const embedder = hangingAfter(40, () => {
      if (end === null) throw new Error('gone');
      end(stop);
    });
    const progress: number[] = [];
    const running = runIndex(db, embedder, [temporary(documents(130))], {
      ...{ chunkSize: 110, batchSize: 8, signal: stop.signal },
      onProgress: ({ embedded }) => progress.push(embedded),
    });
    await expect(running).rejects.toThrow();
    expect(Number(value(db, 'SELECT count(*) FROM embedding')) - before).toBe(embedder.answered);
    expect(progress.at(-1), 'only what is stored is counted').toBe(embedder.answered);
    expect(findBroken(db)).toEqual([]);
  });
});
