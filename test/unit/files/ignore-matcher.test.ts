/** Many patterns: a name is compared with few of them, and what is ignored is what all of them say. */
import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import ignore from 'ignore';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { crawl } from '../../../src/files/crawl.ts';
import { createIgnoreMatcher } from '../../../src/files/ignore-matcher.ts';
import { createSelection } from '../../../src/files/patterns.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const folderOf = temporaryFolders();

const name = fc.constantFrom(
  'a',
  'b',
  'ab',
  'build',
  'a.md',
  'b.o1',
  '埋め込み',
  'my docs',
  '.x',
  '#h',
  '!n',
);
const piece = fc.oneof(
  name,
  fc.constantFrom(
    '*',
    '**',
    '?',
    '*.md',
    'b*',
    '*b',
    'a*d',
    '[ab]',
    '[!a]b',
    '\\!n',
    '\\#h',
    'a\\*',
    'b.o?',
    '',
  ),
);
const line = fc
  .tuple(
    fc.constantFrom('', '', '!', '/', '!/', ' ', '#'),
    fc.array(piece, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '', '/', ' ', '\\ ', '/**', '\t'),
  )
  .map(([before, parts, behind]) => before + parts.join('/') + behind);
const path = fc
  .tuple(fc.array(name, { minLength: 1, maxLength: 4 }), fc.constantFrom('', '/'))
  .map(([names, behind]) => names.join('/') + behind);

it('says of every path what the library says that is given all lines', () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 12 }),
      fc.array(path, { minLength: 1 }),
      (lines, paths) => {
        const text = lines.join('\n');
        const [some, all] = [createIgnoreMatcher(text), ignore({ ignorecase: false }).add(text)];
        const verdicts = (one: { test(path: string): { ignored: boolean; unignored: boolean } }) =>
          paths.map((each) => {
            const { ignored, unignored } = one.test(each);
            return [each, ignored, unignored];
          });
        expect(verdicts(some)).toEqual(verdicts(all));
        expect(verdicts(some.with('!/a/'))).toEqual(
          verdicts(ignore({ ignorecase: false }).add(text).add('!/a/')),
        );
      },
    ),
    { numRuns: 1000 },
  );
});

it('excludes match what picomatch matches', () => {
  const glob = fc
    .array(
      fc.oneof(
        name,
        fc.constantFrom('*', '**', '?', '*.md', 'b*', '*b', '{a,b}', '[ab]*', 'b.@(o1|o2)'),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    .map((parts) => parts.join('/'))
    .filter((text) => /[*?[{@]/.test(text) && !text.startsWith('!'));
  fc.assert(
    fc.property(glob, path, (pattern, typed) => {
      const file = typed.replace(/\/$/, '');
      const matches = picomatch(pattern, { windows: false, flags: 's', dot: true });
      expect(createSelection([], [pattern]).excluded(file)).toBe(matches(file));
    }),
    { numRuns: 1000 },
  );
});

const hasGit = spawnSync('git', ['--version']).status === 0;

describe.skipIf(!hasGit)('ignores what git ignores', () => {
  /** Patterns of all kinds, most of which match nothing. */
  const patterns = (count: number): readonly string[] =>
    Array.from({ length: count }, (_, i) => {
      const kinds = [
        `build-${i}/`,
        `*.x${i}`,
        `/d${i}/b.md`,
        `d${i}/**/*.md`,
        `!d${i}/keep.md`,
        `f-${i}-?.md`,
      ];
      return kinds[i % kinds.length] ?? '';
    });

  async function compare(files: Readonly<Record<string, string>>): Promise<number> {
    const root = folderOf();
    plant(root, files);
    const git = (...args: readonly string[]): string =>
      execFileSync('git', ['-c', 'core.quotePath=false', ...args], {
        ...{ cwd: root, encoding: 'utf8', maxBuffer: 1e8 },
        env: { PATH: process.env['PATH'], HOME: root, GIT_CONFIG_NOSYSTEM: '1' },
      });
    git('init', '-q');
    const listed = git('ls-files', '--others', '--exclude-standard').split('\n');
    const wanted = listed.filter((file) => file.endsWith('.md')).sort();
    const source = {
      path: root,
      kind: 'folder',
      include: [],
      exclude: [],
      ignoreFiles: true,
      encoding: null,
    } as const;
    const seen = (await crawl(source)).files.map((file) => file.path);
    expect(seen).toEqual(wanted);
    return seen.length;
  }

  it('with 9,999 lines in one file, over nested folders', async () => {
    const files: Record<string, string> = { '.gitignore': patterns(9999).join('\n') };
    for (let i = 0; i < 300; i++) {
      for (const file of ['a.md', 'b.md', 'keep.md', 'sub/c.md', `f-${i}-1.md`]) {
        files[`d${i}/${file}`] = '';
      }
      files[`p/build-${i}/e.md`] = '';
    }
    expect(await compare(files)).toBeGreaterThan(500);
  });

  it('with many files, each of which decides for its own folder', async () => {
    const files: Record<string, string> = { '.gitignore': '*.tmp.md\nd7/\n' };
    for (let i = 0; i < 100; i++) {
      files[`d${i}/.gitignore`] = `/a.md\n!b.tmp.md\nsub/*\n!sub/c.md\nbuild-${i}/\n`;
      for (const file of [
        'a.md',
        'b.tmp.md',
        'c.tmp.md',
        'sub/c.md',
        'sub/d.md',
        `build-${i}/x.md`,
      ]) {
        files[`d${i}/${file}`] = '';
      }
    }
    expect(await compare(files)).toBe(198);
  });
});
