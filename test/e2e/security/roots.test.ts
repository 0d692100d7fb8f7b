import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { crawl } from '../../../src/files/crawl.ts';
import { resolveSource } from '../../../src/files/source.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { countingEmbedder, runIndex } from '../../helpers/corpus.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const makeFolder = temporaryFolders();

/** A root with a neighbour that must stay unread. */
function makeRoot(): { root: string; secret: string } {
  const folder = makeFolder({
    'secret/key.md': 'SECRET',
    'root/a.md': 'alpha',
    'root/in/b.md': 'beta',
  });
  return { root: join(folder, 'root'), secret: join(folder, 'secret') };
}

async function seen(root: string, include: readonly string[] = []): Promise<readonly string[]> {
  const source = await resolveSource('.', { cwd: root });
  return (await crawl({ ...source, include })).files.map(({ path }) => path);
}

describe('nothing leads out of a source', () => {
  it('no link: to a file, to a folder, absolute, upwards, in a circle, to itself', async () => {
    const { root, secret } = makeRoot();
    symlinkSync(join(secret, 'key.md'), join(root, 'file.md'));
    symlinkSync('../secret/key.md', join(root, 'relative.md'));
    symlinkSync(secret, join(root, 'folder'));
    symlinkSync('..', join(root, 'up'));
    symlinkSync('.', join(root, 'circle'));
    symlinkSync('self.md', join(root, 'self.md'));
    symlinkSync('/etc/passwd', join(root, 'passwd.md'));
    expect(await seen(root)).toEqual(['a.md', 'in/b.md']);
    const globs = ['**/*', 'folder/**', 'up/**', 'folder/key.md', 'file.md', '*/*/*.md'];
    for (const glob of globs) {
      expect((await seen(root, [glob])).every((path) => /^(a\.md|in\/b\.md)$/.test(path))).toBe(
        true,
      );
    }
  });

  it.each([
    '../secret/**',
    '**/../../secret/*',
    'in/../../secret/key.md',
    '{..,in}/*',
    '/etc/*',
    '@(..)/secret/*',
    'in/(..|x)/*',
  ])('no glob: %s', async (glob) => {
    const { root } = makeRoot();
    await expect(seen(root, [glob])).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('no ignore file: what it brings back with ! is inside', async () => {
    const { root, secret } = makeRoot();
    writeFileSync(
      join(root, '.umekomiignore'),
      `!../secret/key.md\n!/${secret}/**\n!**/..\n!up/\n`,
    );
    symlinkSync('..', join(root, 'up'));
    expect(await seen(root)).toEqual(['a.md', 'in/b.md']);
  });
});

describe('a corpus file that came with a folder', () => {
  /** Indexes a folder, and lets someone change what the corpus says of its source. */
  async function changed(change: (db: Database.Database, root: string) => void): Promise<string> {
    const { root } = makeRoot();
    const path = join(root, '.umekomi', 'corpus.db');
    await runIndex(path, countingEmbedder(), [join(root, 'in')]);
    const db = new Database(path);
    change(db, root);
    db.close();
    return path;
  }

  it.each([
    [
      '..',
      (db: Database.Database): unknown => db.prepare("UPDATE source SET path = '../secret'").run(),
    ],
    [
      'a link',
      (db: Database.Database, root: string): unknown => {
        symlinkSync('../secret', join(root, 'linked'));
        return db.prepare("UPDATE source SET path = 'linked'").run();
      },
    ],
    [
      'a link further up',
      (db: Database.Database, root: string): unknown => {
        mkdirSync(join(root, 'x'));
        symlinkSync('../..', join(root, 'x', 'y'));
        return db.prepare("UPDATE source SET path = 'x/y/secret'").run();
      },
    ],
  ])('cannot lead out of it by %s: nothing is read or sent', async (_, change) => {
    const path = await changed(change);
    const embedder = countingEmbedder();
    await expect(runIndex(path, embedder)).rejects.toMatchObject({ code: 'CORPUS_DAMAGED' });
    expect(embedder.inputs.join()).not.toContain('SECRET');
  });

  it.each(['{', '1', '[1]', 'null'])('with rules that are none (%s) is damaged', async (rules) => {
    const path = await changed((db) => db.prepare('UPDATE source SET include = ?').run(rules));
    await expect(runIndex(path, countingEmbedder())).rejects.toMatchObject({
      code: 'CORPUS_DAMAGED',
    });
  });

  it('still works where its own folder is reached by a link', async () => {
    const path = await changed(() => {});
    const root = realpathSync(join(path, '..', '..'));
    symlinkSync(root, join(root, '..', 'way'));
    const corpus = await openCorpus(join(root, '..', 'way', '.umekomi', 'corpus.db'), {
      embedder: countingEmbedder(),
    });
    expect((await corpus.index()).documents.unchanged).toBe(1);
    await corpus.close();
  });
});
