/** A corpus that an umekomi without lexical search made: it is searched, and says what it lacks. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSandbox, type Outcome, type Sandbox } from '../../helpers/sandbox.ts';

const NOTE = 'the words of this corpus are not indexed yet; umekomi index does that.\n';

let box: Sandbox;
beforeAll(async () => {
  box = createSandbox();
  box.copyFixtures('docs');
  expect(await box.umekomi(['index', 'docs', '--model', 'builtin'])).toMatchObject({ code: 0 });
  const db = new Database(join(box.folder, '.umekomi', 'corpus.db'));
  db.exec("DROP TABLE words_block; DELETE FROM meta WHERE key = 'words'");
  db.close();
});
afterAll(() => box.remove());

const search = (...args: readonly string[]): Promise<Outcome> =>
  box.umekomi(['search', 'H-423', '-k', '2', ...args]);

it('is searched by meaning, with one line on stderr', async () => {
  const { code, stdout, stderr } = await search('--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ mode: 'semantic', hits: [{}, {}] });
  expect(stderr).toBe(`umekomi: searching by meaning only: ${NOTE}`);
});

it('is silent where meaning was asked for, and refuses words', async () => {
  expect(await search('--mode', 'semantic')).toMatchObject({ code: 0, stderr: '' });
  expect(await box.umekomi(['like', 'docs/検索/用語集.md'])).toMatchObject({ code: 0, stderr: '' });
  for (const mode of ['lexical', 'hybrid']) {
    const { code, stdout, stderr } = await search('--mode', mode);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('[CORPUS_OUTDATED]');
  }
});

it('is measured in the mode that it has', async () => {
  const set = fileURLToPath(new URL('../../../fixtures/judged', import.meta.url));
  const { code, stdout, stderr } = await box.umekomi(['eval', set, '--json']);
  expect([code, stderr]).toEqual([0, expect.stringContaining(NOTE)]);
  const { modes } = JSON.parse(stdout) as { modes: { mode: string }[] };
  expect(modes.map(({ mode }) => mode)).toEqual(['semantic']);
});

it('has words after the next run of index', async () => {
  expect(await box.umekomi(['index'])).toMatchObject({ code: 0 });
  const { stdout, stderr } = await search('--json');
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({ mode: 'hybrid' });
});
