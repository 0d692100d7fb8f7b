/** What an examination says of a corpus and its embedder, and what it says to do. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { examineCorpus } from '../../../src/engine/examination/examine.ts';
import { type CheckResult, toFinding } from '../../../src/engine/examination/findings.ts';
import { runIndex } from '../../../src/engine/indexing/run.ts';
import { EmbeddingError } from '../../../src/model/errors.ts';
import type { Embedder } from '../../../src/model/types.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import type { DamageCode } from '../../../src/store/upkeep-types.ts';
import { countingEmbedder } from '../../helpers/corpus.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
let store: Store;

beforeEach(async () => {
  store = await openSqliteStore(':memory:', { mode: 'memory', now: Date.now, owner: 'test' });
});
afterEach(() => store.close());

/** Fills the corpus with one document. */
async function fill(): Promise<void> {
  const path = temporary({ 'a.md': '# Harbour\n\nA lantern.\n' });
  await runIndex({
    ...{ store, embedder: countingEmbedder(), chunkSize: undefined, chunkOverlap: undefined },
    sources: [
      { path, kind: 'folder', include: [], exclude: [], ignoreFiles: true, encoding: null },
    ],
    limits: { batchSize: 4, batchTokens: 10_000, concurrency: 1 },
    ...{ rules: {}, rebuild: false, dryRun: false, signal: undefined, now: Date.now },
    onProgress: () => {},
  });
}

const examine = async (embedder: Embedder | null): Promise<readonly CheckResult[]> =>
  examineCorpus(store, embedder === null ? null : async () => embedder, {});

const NAMES = ['file', 'documents', 'vectors', 'words', 'neighbours', 'server', 'vector space'];

describe('an examination', () => {
  it('of a sound corpus finds nothing, in every check in its order', async () => {
    await fill();
    const told: string[] = [];
    const checks = await examineCorpus(store, async () => countingEmbedder(), {
      onCheck: (check) => told.push(check),
    });
    expect(checks.map(({ check }) => check)).toEqual(NAMES);
    expect(told).toEqual(NAMES);
    expect(checks.every(({ done, findings }) => done && findings.length === 0)).toBe(true);
  });

  it('leaves out the embedder if there is none to ask, or nothing was embedded', async () => {
    const leftOut = async (embedder: Embedder | null): Promise<unknown> =>
      (await examine(embedder)).filter(({ done }) => !done).map(({ check }) => check);
    expect(await leftOut(countingEmbedder())).toEqual(['server', 'vector space']);
    await fill();
    expect(await leftOut(null)).toEqual(['server', 'vector space']);
  });

  it('says what to do if the embedder makes other vectors than those that are stored', async () => {
    await fill();
    const other = countingEmbedder({}, (_, dimensions) => new Float32Array(dimensions).fill(1));
    expect((await examine(other)).flatMap(({ findings }) => findings)).toMatchObject([
      { code: 'VECTORS_CHANGED', remedy: { code: 'restore-model' }, repairable: false },
    ]);
  });

  it('passes on what a server refuses, and does not compare vectors then', async () => {
    await fill();
    const away = countingEmbedder();
    away.identity = async () => {
      const remedy = { code: 'start-server' } as const;
      throw new EmbeddingError('ENDPOINT_UNREACHABLE', 'nothing there', { remedy });
    };
    const [server, space] = (await examine(away)).slice(-2);
    expect(server?.findings).toMatchObject([
      { code: 'ENDPOINT_UNREACHABLE', remedy: { code: 'start-server' }, repairable: false },
    ]);
    expect(space?.done).toBe(false);
  });
});

describe('damage', () => {
  it.each<[DamageCode, string, boolean]>([
    ['FILE_DAMAGED', 'restore', true],
    ['VECTORS_DAMAGED', 'repair', true],
    ['WORDS_DAMAGED', 'repair', true],
    ['SPACE_DAMAGED', 'rebuild', false],
  ])('%s is answered by %s', (code, remedy, repairable) => {
    const finding = toFinding({ code, message: 'of some rows' });
    expect(finding).toMatchObject({ code, remedy: { code: remedy }, repairable });
  });
});
