import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { countingEmbedder, runIndex } from '../../helpers/corpus.ts';
import { createSandbox } from '../../helpers/sandbox.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const makeFolder = temporaryFolders();
const mode = (path: string): number => statSync(path).mode & 0o777;

describe.skipIf(process.platform === 'win32')('other users of the machine', () => {
  it.each([0o000, 0o022])(
    'cannot read a corpus, nor what lies beside it, whatever the umask (%o)',
    async (mask) => {
      const folder = makeFolder({ 'docs/a.md': 'alpha' });
      const at = join(folder, 'new', 'deep', '.umekomi');
      const path = join(at, 'corpus.db');
      const before = process.umask(mask);
      const beside = new Map<string, number>();
      try {
        const embedder = countingEmbedder();
        const looking = {
          ...embedder,
          embedDocuments: async (texts: readonly string[]) => {
            for (const name of readdirSync(at)) beside.set(name, mode(join(at, name)));
            return embedder.embedDocuments(texts);
          },
        };
        await runIndex(path, looking, [join(folder, 'docs')]);
        const corpus = await openCorpus(path);
        await corpus.optimize();
        await corpus.close();
      } finally {
        process.umask(before);
      }
      expect(mode(at)).toBe(0o700);
      expect(mode(path)).toBe(0o600);
      expect([...beside.keys()].sort()).toEqual(
        expect.arrayContaining(['corpus.db', 'corpus.db-lock', 'corpus.db-wal']),
      );
      for (const [name, bits] of beside)
        if (name !== '.gitignore') expect([name, bits]).toEqual([name, 0o600]);
      expect(readFileSync(join(at, '.gitignore'), 'utf8')).toBe('*\n');
    },
  );

  it('the mode of a folder that was there stays as it was', async () => {
    const folder = makeFolder({ 'docs/a.md': 'alpha' });
    const at = join(folder, 'shared');
    mkdirSync(at);
    chmodSync(at, 0o755);
    await runIndex(join(at, 'notes.db'), countingEmbedder(), [join(folder, 'docs')]);
    expect(mode(at)).toBe(0o755);
    expect(mode(join(at, 'notes.db'))).toBe(0o600);
    expect(readdirSync(at)).toEqual(['notes.db']);
  });
});

describe('the space of a corpus from elsewhere', () => {
  it.each([
    ['a prefix of megabytes', 'UPDATE space SET document_prompt = hex(zeroblob(4000000))'],
    ['a name of megabytes', 'UPDATE space SET model = hex(zeroblob(4000000))'],
    ['a million dimensions', 'UPDATE space SET dimensions = 1000000'],
    ['no context at all', 'UPDATE space SET context_tokens = -1'],
  ])('with %s is refused before anything is sent', async (_, sql) => {
    const folder = makeFolder({ 'docs/a.md': 'alpha' });
    const path = join(folder, 'c.db');
    await runIndex(path, countingEmbedder(), [join(folder, 'docs')]);
    const db = new Database(path);
    db.pragma('ignore_check_constraints = ON');
    db.exec(sql);
    db.close();
    const embedder = countingEmbedder();
    const corpus = await openCorpus(path, { embedder });
    await expect(corpus.search('alpha')).rejects.toMatchObject({ code: 'CORPUS_DAMAGED' });
    await expect(corpus.index()).rejects.toMatchObject({ code: 'CORPUS_DAMAGED' });
    await corpus.close();
    expect(embedder.inputs).toEqual([]);
  });
});

describe('the configuration of a project that came from elsewhere', () => {
  const sandbox = createSandbox();
  const config = 'p/.umekomi/config.json';
  beforeAll(() => {
    sandbox.write('p/a.md', 'alpha');
  });
  afterAll(() => sandbox.remove());

  it.each(['db', 'endpoint', 'apiKey', 'prefix', 'source', 'include', '__proto__', 'constructor'])(
    'cannot set %s',
    async (key) => {
      sandbox.write(config, `{"${key}": "http://127.0.0.1:1"}`);
      const { code, stderr } = await sandbox.umekomi(['status'], { cwd: 'p' });
      expect(code, stderr).toBe(2);
    },
  );

  it.skipIf(process.platform === 'win32')(
    'is not waited for where it is a named pipe, and not read where it is huge',
    async () => {
      sandbox.write(config, `{"model": "${'x'.repeat(2_000_000)}"}`);
      const huge = await sandbox.umekomi(['status', '--db', 'p/.umekomi/corpus.db']);
      expect(huge.stderr).toContain('CONFIG_INVALID');
      sandbox.write('q/.umekomi/x', '');
      execFileSync('mkfifo', [join(sandbox.folder, 'q/.umekomi/config.json')]);
      const pipe = await sandbox.umekomi(['status'], { cwd: 'q' });
      expect(pipe.stderr).toContain('CONFIG_INVALID');
    },
  );
});
