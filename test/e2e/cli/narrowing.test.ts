/** What a run or a removal leaves out from then on is said, with the command that takes it back. */
import { appendFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IndexSummary } from '../../../src/index.ts';
import { createSandbox, type Outcome, type Sandbox } from '../../helpers/sandbox.ts';

let box: Sandbox;
beforeEach(async () => {
  box = createSandbox();
  box.write('docs/a.md', '# Lantern\n');
  box.write('docs/b.txt', 'Harbour\n');
  box.write('docs/my drafts/c.md', '# Copper\n');
  await index('docs');
});
afterEach(() => box.remove());

const index = (...args: readonly string[]): Promise<Outcome> =>
  box.umekomi(['index', ...args, '--model', 'builtin']);

const paths = async (): Promise<readonly string[]> =>
  (await box.umekomi(['ls', '--jsonl'])).stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { path: string }).path)
    .sort();

const ALL = ['a.md', 'b.txt', 'my drafts/c.md'];

/** Runs the command that a line ends with. */
async function follow({ stderr, stdout }: Outcome): Promise<Outcome> {
  const command = /umekomi (index .*)$/m.exec(stderr + stdout)?.[1] ?? '';
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain,
  );
  return box.umekomi([...words.map(String), '--model', 'builtin']);
}

describe('rules that cover less', () => {
  it.each([
    ['a glob', ['docs/**/*.md'], 1, ['a.md', 'my drafts/c.md']],
    ['an include', ['docs', '--include', '*.md'], 2, ['a.md']],
    ['an exclude', ['docs', '--exclude', 'my drafts'], 1, ['a.md', 'b.txt']],
    ['a glob below', ['docs/my drafts/*.txt', 'docs'], 1, ['a.md', 'b.txt']],
  ])('%s: how many go, and the command that takes them back', async (_, args, lost, left) => {
    box.write('docs/my drafts/d.txt', 'Velvet\n');
    const run = await index(...args);
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(
      new RegExp(
        `^narrowed   .*: ${lost} documents? that (is|are) still there (has|have) left`,
        'm',
      ),
    );
    expect((await paths()).filter((path) => !path.endsWith('d.txt'))).toEqual(left);
    expect((await follow(run)).code).toBe(0);
    expect((await paths()).map((path) => path.replace(/^c\.md$/, 'my drafts/c.md')).sort()).toEqual(
      expect.arrayContaining(ALL),
    );
  });

  it('are data in --json, and a dry run says what would go', async () => {
    const run = await index('docs', '--include', '*.md', '--dry-run', '--json');
    expect((JSON.parse(run.stdout) as IndexSummary).narrowed).toEqual([
      {
        source: join(box.folder, 'docs'),
        documents: 2,
        before: { include: [], exclude: [], ignoreFiles: true },
      },
    ]);
    expect(run.stderr).toContain('would leave the corpus');
    expect(await paths()).toEqual(ALL);
  });

  it('are said where no document is lost, and not where files are gone or rules cover more', async () => {
    expect((await index('docs', '--exclude', '*.tmp')).stderr).toContain('no document is lost');
    expect((await index('docs', '--exclude', '')).stderr).not.toContain('narrowed');
    rmSync(join(box.folder, 'docs/b.txt'));
    expect((await index('docs')).stderr).not.toContain('narrowed');
  });

  it('a file that ignores is named as the reason', async () => {
    appendFileSync(join(box.folder, 'docs/.gitignore'), 'b.txt\n');
    const { stderr } = await index();
    expect(stderr).toMatch(/narrowed {3}docs: 1 document .*\n +Files that ignore/);
  });
});

it("--include '' and --exclude '' clear all rules of a source", async () => {
  for (const flag of ['--include', '--exclude']) {
    await index('docs', '--include', '*.md', '--exclude', 'x');
    expect(await paths()).toEqual(['a.md']);
    await index('docs', flag, '');
    expect(await paths()).toEqual(ALL);
  }
});

describe('a place that was removed', () => {
  it.each([
    ['a folder', 'docs/my drafts', ['a.md', 'b.txt']],
    ['a file', 'docs/b.txt', ['a.md', 'my drafts/c.md']],
  ])('%s: the way back is said, and naming it goes that way', async (_, place, left) => {
    const removed = await box.umekomi(['remove', place]);
    expect(removed.stderr).toContain(`excluded   ${place} from now on`);
    await index('docs');
    expect(await paths()).toEqual(left);
    expect((await follow(removed)).code).toBe(0);
    expect(await paths()).toEqual(ALL);
  });

  it('what is named in it is not taken in silence', async () => {
    await box.umekomi(['remove', 'docs/my drafts']);
    const { code, stderr } = await index('docs/my drafts/c.md');
    expect(code).toBe(4);
    expect(stderr).toMatch(/my drafts {2}excluded \(exclude\)/);
  });
});

describe('a source that is gone', () => {
  it('says what to do, in a run over everything and when it is named', async () => {
    renameSync(join(box.folder, 'docs'), join(box.folder, 'away'));
    const run = await index();
    expect(run.code).toBe(4);
    expect(run.stderr).toContain('docs  is not there\n');
    expect(run.stderr).toContain('if it is gone for good: umekomi remove');
    const named = await index('docs');
    expect(named.code).toBe(2);
    expect(named.stderr).toMatch(
      /if it is gone for good: umekomi remove docs \[SOURCE_NOT_FOUND\]/,
    );
    expect(await paths()).toEqual(ALL);
    expect((await box.umekomi(['remove', 'docs'])).code).toBe(0);
    expect(await paths()).toEqual([]);
  });
});

it('-v lists everything that was left out', async () => {
  for (let n = 0; n < 1010; n++) box.write(`docs/img/${n}.png`, '');
  const quiet = await index();
  expect(quiet.stderr).toContain('1,010 extension (--verbose lists them)');
  const verbose = await index('-v');
  expect(verbose.stderr.match(/\.png {2}extension/g)).toHaveLength(1010);
  expect(verbose.stderr).not.toContain('more');
});
