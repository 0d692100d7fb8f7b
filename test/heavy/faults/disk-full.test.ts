/** No room: what was committed stays, the corpus is whole, and the next run embeds only the rest. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runIndex as indexInto } from '../../../src/engine/indexing/run.ts';
import type { Connection } from '../../../src/store/sqlite/connection.ts';
import { storeOver } from '../../../src/store/sqlite/open-store.ts';
import { openConnection } from '../../helpers/connection.ts';
import {
  type CountingEmbedder,
  countingEmbedder,
  findBroken,
  logicalDump,
  runIndex,
  sampleDocument,
  value,
} from '../../helpers/corpus.ts';
import { createSandbox, type Outcome, type Sandbox } from '../../helpers/sandbox.ts';
import { type Files, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
const DOCUMENTS = 60;
const documents = (count = DOCUMENTS): Files =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}.md`, sampleDocument(i)]));

const vectors = (db: string): number => Number(value(db, 'SELECT count(*) FROM embedding'));

describe('a corpus that may not grow any further (SQLITE_FULL)', () => {
  /** One run into an open file. */
  const run = (file: Connection, embedder: CountingEmbedder, root: string) =>
    indexInto({
      store: storeOver(file, { now: Date.now, owner: 'a test', patience: 0 }),
      ...{ embedder, rules: {}, chunkSize: undefined, chunkOverlap: undefined },
      sources: [
        { path: root, kind: 'folder', include: [], exclude: [], ignoreFiles: true, encoding: null },
      ],
      limits: { batchSize: 4, batchTokens: 100_000, concurrency: 2 },
      ...{ rebuild: false, dryRun: false, signal: undefined, onProgress: () => {} },
      now: Date.now,
    });

  it.each([24, 40])(
    'keeps whole documents at %i pages; with room again the rest is embedded, nothing twice',
    async (pages) => {
      const root = temporary(documents());
      const [db, fresh] = [join(temporary(), 'corpus.db'), join(temporary(), 'fresh.db')];
      const whole = countingEmbedder({ dimensions: 512 });
      await runIndex(fresh, whole, [root]);

      const embedder = countingEmbedder({ dimensions: 512 });
      const file = openConnection(db, 'write', 0);
      file.db.pragma(`max_page_count = ${pages}`);
      await expect(run(file, embedder, root)).rejects.toMatchObject({ code: 'CORPUS_DISK_FULL' });
      file.close();
      const kept = vectors(db);
      expect(kept).toBeLessThan(whole.inputs.length);
      expect(findBroken(db)).toEqual([]);

      const next = countingEmbedder({ dimensions: 512 });
      await runIndex(db, next, [root]);
      expect(next.inputs).toHaveLength(whole.inputs.length - kept);
      expect(logicalDump(db)).toEqual(logicalDump(fresh));
      expect(findBroken(db)).toEqual([]);
    },
  );
});

/** A disk of its own, as small as we like: needs root and the right to mount. */
const canMount = ((): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), 'umekomi-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  if (mounted.status === 0) execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return mounted.status === 0;
})();

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = createSandbox();
  for (const [name, text] of Object.entries(documents())) sandbox.write(`docs/${name}`, `${text}`);
});
afterEach(() => sandbox.remove());

const index = (db: string): Promise<Outcome> =>
  sandbox.start(['index', 'docs', '--db', db, '--model', 'builtin', '--json']).done;

/** What the run says that it did. */
const embedded = ({ stdout }: Outcome): number => JSON.parse(stdout).inputs.embedded;

describe.runIf(canMount)('on a disk that is full (tmpfs; skipped without root)', () => {
  let disk: string;
  beforeEach(() => {
    disk = join(sandbox.folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk]);
  });
  afterEach(() => execFileSync('umount', [disk]));
  const resize = (bytes: number): void => {
    execFileSync('mount', ['-o', `remount,size=${bytes}`, disk]);
  };

  it('an index run says so and keeps what it has; it is searched; with room the next one goes on', async () => {
    const db = join(disk, 'corpus.db');
    const full = await index(db);
    expect(full).toMatchObject({ code: 2, stdout: '' });
    expect(full.stderr).toMatch(/disk that holds .*corpus\.db is full.*\[CORPUS_DISK_FULL\]/);
    expect(findBroken(db)).toEqual([]);
    const kept = vectors(db);
    expect(kept).toBeGreaterThan(0);
    const found = await sandbox.start(['search', 'harbour', '--db', db, '--files']).done;
    expect(found).toMatchObject({ code: 0, stderr: '' });

    // Beside the disk: sources are stored relative to the corpus.
    const fresh = join(sandbox.folder, 'other', 'corpus.db');
    const other = await index(fresh);
    resize(100 * 2 ** 20);
    const next = await index(db);
    expect(next.code).toBe(0);
    expect(embedded(next)).toBe(embedded(other) - kept);
    expect(logicalDump(db)).toEqual(logicalDump(fresh));
    expect(findBroken(db)).toEqual([]);
  });

  it('remove and optimize say so as well, and change nothing', async () => {
    const db = join(disk, 'corpus.db');
    resize(100 * 2 ** 20);
    await index(db);
    const before = logicalDump(db);
    resize(statSync(db).size);
    for (const command of [['optimize'], ['remove', 'docs']]) {
      const refused = await sandbox.start([...command, '--db', db]).done;
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toMatch(/^umekomi: .*\[CORPUS_DISK_FULL\]\n$/);
    }
    expect(logicalDump(db)).toEqual(before);
    expect(findBroken(db)).toEqual([]);
  });

  it('optimize needs room for temporary files too, and does not take a full folder for damage', async () => {
    const db = join(sandbox.folder, 'corpus.db');
    await index(db);
    const before = logicalDump(db);
    resize(64 * 2 ** 10);
    const env = { SQLITE_TMPDIR: disk };
    const refused = await sandbox.start(['optimize', '--db', db], { env }).done;
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(
      /folder for temporary files \(SQLITE_TMPDIR .*\[CORPUS_DISK_FULL\]/,
    );
    expect(logicalDump(db)).toEqual(before);
    expect(findBroken(db)).toEqual([]);
    const fine = await sandbox.start(['optimize', '--db', db]).done;
    expect(fine.code).toBe(0);
    expect(logicalDump(db)).toEqual(before);
  });
});

describe.skipIf(process.platform === 'win32')(
  'a limit on the size of files (ulimit -f, EFBIG)',
  () => {
    const BIN = resolve('dist/cli/bin.cjs');
    /** In blocks of 512 bytes or 1 KiB, as the shell has it. */
    const limited = (blocks: number, args: readonly string[]) =>
      spawnSync(
        'sh',
        ['-c', `ulimit -f ${blocks}; exec "$@"`, 'sh', process.execPath, BIN, ...args],
        {
          cwd: sandbox.folder,
          env: { PATH: process.env['PATH'] ?? '', HOME: sandbox.folder },
          encoding: 'utf8',
        },
      );

    it('ends a run with a reason and a whole corpus, and the next run goes on', async () => {
      const db = join(sandbox.folder, 'corpus.db');
      const cut = limited(3000, ['index', 'docs', '--db', db, '--model', 'builtin']);
      expect(cut).toMatchObject({ status: 2, stdout: '' });
      expect(cut.stderr).toMatch(
        /limit on file sizes.*committed before is kept.*\[CORPUS_NOT_WRITABLE\]/,
      );
      expect(findBroken(db)).toEqual([]);
      const kept = vectors(db);
      expect(kept).toBeGreaterThan(0);
      const fresh = join(sandbox.folder, 'fresh.db');
      const [next, other] = [await index(db), await index(fresh)];
      expect(embedded(next)).toBe(embedded(other) - kept);
      expect(logicalDump(db)).toEqual(logicalDump(fresh));
      const optimized = limited(500, ['optimize', '--db', db]);
      expect(optimized).toMatchObject({ status: 2, stdout: '' });
      expect(optimized.stderr).toMatch(/\[CORPUS_(?:NOT_WRITABLE|DISK_FULL)\]/);
      expect(logicalDump(db)).toEqual(logicalDump(fresh));
      expect(findBroken(db)).toEqual([]);
    });
  },
);
