import { describe, expect, it } from 'vitest';
import { type GivenRules, resolveScope } from '../../../src/engine/indexing/scope.ts';
import type { Source } from '../../../src/model/source.ts';
import type { StoredSource } from '../../../src/store/reading-types.ts';

const NO_RULES = { include: [], exclude: [], ignoreFiles: true, encoding: null };

const named = (path: string, change: Partial<Source> = {}): Source => ({
  ...{ path, kind: 'folder', ...NO_RULES },
  ...change,
});
const stored = (id: number, path: string, rules: Partial<Source> = {}): StoredSource => ({
  ...{ id, unfinished: false, ...named(path, rules) },
});

describe('nothing named', () => {
  it('is everything that is stored, each with its rules', () => {
    const known = [stored(1, '/a', { include: ['*.md'] }), stored(2, '/b')];
    expect(resolveScope([], known, {})).toEqual([
      { source: named('/a', { include: ['*.md'] }), subtree: '', nested: [] },
      { source: named('/b'), subtree: '', nested: [] },
    ]);
  });

  it('in an empty corpus is an error that says what to do', () => {
    expect(() => resolveScope([], [], {})).toThrow(
      expect.objectContaining({ code: 'USAGE', remedy: { code: 'index-source' } }),
    );
  });

  it('but rules is an error: they would hold for every source', () => {
    expect(() => resolveScope([], [stored(1, '/a')], { exclude: ['x'] })).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    );
  });
});

describe('the rules of a source', () => {
  const rules = { include: ['*.md'], exclude: ['old'], ignoreFiles: false };
  const known = [stored(1, '/a', rules)];
  const sourceOf = (given: GivenRules) => resolveScope([named('/a')], known, given)[0]?.source;

  it('are kept when none are given', () => {
    expect(sourceOf({})).toEqual(named('/a', rules));
  });

  it('are replaced as a whole when some are given', () => {
    expect(sourceOf({ exclude: [] })).toEqual(named('/a'));
    expect(sourceOf({ include: ['*.txt'] })).toEqual(named('/a', { include: ['*.txt'] }));
  });

  it('a glob is its base folder plus an include, and several globs add up', () => {
    const globs = [named('/a', { include: ['*.md'] }), named('/a', { include: ['*.txt'] })];
    expect(resolveScope(globs, [], { exclude: ['x'] })).toMatchObject([
      { source: { path: '/a', include: ['*.md', '*.txt'], exclude: ['x'] } },
    ]);
  });

  it.each([
    ['before', [named('/a'), named('/a', { include: ['*.md'] })]],
    ['behind', [named('/a', { include: ['*.md'] }), named('/a')]],
  ])('a plain folder %s a glob of it wins', (_, both) => {
    expect(resolveScope(both, [], {})).toMatchObject([{ source: { path: '/a', include: [] } }]);
  });
});

describe('a place that was removed from a source', () => {
  const exclude = ['old', 'a \\[1\\]', 'a \\[1\\]/**', '*.tmp'];
  const known = [stored(1, '/a', { exclude })];
  const excludesFor = (...paths: readonly string[]) =>
    resolveScope(
      paths.map((path) => named(path)),
      known,
      {},
    ).map(({ source, subtree }) => [source.exclude, subtree]);

  it('is taken back when it is named, whatever characters it has', () => {
    expect(excludesFor('/a/old')).toEqual([[exclude.slice(1), 'old']]);
    expect(excludesFor('/a/a [1]')).toEqual([[['old', '*.tmp'], 'a [1]']]);
    expect(excludesFor('/a/old', '/a/a [1]')).toEqual([
      [['*.tmp'], 'old'],
      [['*.tmp'], 'a [1]'],
    ]);
  });

  it('stays out when the source, another place or something in it is named', () => {
    expect(excludesFor('/a')).toEqual([[exclude, '']]);
    expect(excludesFor('/a/older')).toEqual([[exclude, 'older']]);
    expect(excludesFor('/a/old/x.md')).toEqual([[exclude, 'old/x.md']]);
  });

  it('may be held in another normal form than it is typed in', () => {
    const held = [stored(1, '/a', { exclude: ['が'.normalize('NFD')] })];
    expect(resolveScope([named('/a/が')], held, {})[0]?.source.exclude).toEqual([]);
  });
});

describe('a path inside a known source', () => {
  const known = [stored(1, '/a', { exclude: ['old'] }), stored(2, '/a/b/c')];

  it('re-syncs that subtree by the rules of the source', () => {
    expect(resolveScope([named('/a/b')], known, {})).toEqual([
      { source: named('/a', { exclude: ['old'] }), subtree: 'b', nested: ['b/c'] },
    ]);
  });

  it('belongs to the innermost source around it', () => {
    expect(resolveScope([named('/a/b/c/d')], known, {})).toMatchObject([
      { source: { path: '/a/b/c' }, subtree: 'd' },
    ]);
  });

  it('a file is a subtree as well', () => {
    const file = named('/a/x.md', { kind: 'file' });
    expect(resolveScope([file], known, {})).toMatchObject([
      { source: { path: '/a' }, subtree: 'x.md' },
    ]);
  });

  it('a folder whose name only begins alike is not inside', () => {
    expect(resolveScope([named('/ab')], known, {})).toMatchObject([
      { source: { path: '/ab' }, subtree: '' },
    ]);
  });

  it('with rules of its own becomes a source, and the one around it gives its documents up', () => {
    const scope = resolveScope([named('/a/x', { include: ['*.md'] })], known, {});
    expect(scope).toMatchObject([
      { source: { path: '/a/x' }, subtree: '', nested: [] },
      { source: { path: '/a' }, subtree: 'x', nested: ['b/c', 'x'] },
    ]);
  });
});

describe('parts of one source', () => {
  it('that overlap are synchronised once', () => {
    const known = [stored(1, '/a')];
    const names = (paths: readonly string[]) =>
      resolveScope(
        paths.map((path) => named(path)),
        known,
        {},
      ).map(({ source, subtree }) => [source.path, subtree]);
    expect(names(['/a/b/c', '/a/b', '/a/d'])).toEqual([
      ['/a', 'b'],
      ['/a', 'd'],
    ]);
    expect(names(['/a/b', '/a'])).toEqual([['/a', '']]);
  });
});

describe('nested sources', () => {
  it('leave to each other what is theirs', () => {
    expect(resolveScope([named('/a'), named('/a/b')], [], {})).toMatchObject([
      { source: { path: '/a' }, nested: ['b'] },
      { source: { path: '/a/b' }, nested: [] },
    ]);
  });
});
