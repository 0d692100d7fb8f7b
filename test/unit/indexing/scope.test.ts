import { describe, expect, it } from 'vitest';
import { resolveScope } from '../../../src/engine/indexing/scope.ts';
import type { SourceSpec } from '../../../src/files/source.ts';
import type { Source } from '../../../src/store/sqlite/sources.ts';

const NO_RULES = { include: [], exclude: [], ignoreFiles: true };

const named = (path: string, change: Partial<SourceSpec> = {}): SourceSpec => ({
  ...{ path, kind: 'folder', include: [], exclude: [] },
  ...change,
});
const source = (id: number, path: string, rules: Partial<Source['rules']> = {}): Source => ({
  ...{ id, path, isOutside: false, kind: 'folder' },
  rules: { ...NO_RULES, ...rules },
});

describe('nothing named', () => {
  it('is everything that is stored, each with its rules', () => {
    const stored = [source(1, '/a', { include: ['*.md'] }), source(2, '/b')];
    expect(resolveScope([], stored, {})).toEqual([
      { path: '/a', kind: 'folder', rules: stored[0]?.rules, subtree: '', nested: [] },
      { path: '/b', kind: 'folder', rules: NO_RULES, subtree: '', nested: [] },
    ]);
  });

  it('in an empty corpus is an error that says what to do', () => {
    expect(() => resolveScope([], [], {})).toThrow(/umekomi index \.\/docs/);
  });

  it('but rules is an error: they would hold for every source', () => {
    expect(() => resolveScope([], [source(1, '/a')], { exclude: ['x'] })).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    );
  });
});

describe('the rules of a source', () => {
  const stored = [source(1, '/a', { include: ['*.md'], exclude: ['old'], ignoreFiles: false })];

  it('are kept when none are given', () => {
    expect(resolveScope([named('/a')], stored, {})[0]?.rules).toEqual(stored[0]?.rules);
  });

  it('are replaced as a whole when some are given', () => {
    expect(resolveScope([named('/a')], stored, { exclude: [] })[0]?.rules).toEqual(NO_RULES);
    expect(resolveScope([named('/a')], stored, { include: ['*.txt'] })[0]?.rules).toEqual({
      ...NO_RULES,
      include: ['*.txt'],
    });
  });

  it('a glob is its base folder plus an include, and several globs add up', () => {
    const globs = [named('/a', { include: ['*.md'] }), named('/a', { include: ['*.txt'] })];
    expect(resolveScope(globs, [], { exclude: ['x'] })).toMatchObject([
      { path: '/a', rules: { include: ['*.md', '*.txt'], exclude: ['x'] } },
    ]);
  });

  it.each([
    ['before', [named('/a'), named('/a', { include: ['*.md'] })]],
    ['behind', [named('/a', { include: ['*.md'] }), named('/a')]],
  ])('a plain folder %s a glob of it wins', (_, both) => {
    expect(resolveScope(both, [], {})).toMatchObject([{ path: '/a', rules: { include: [] } }]);
  });
});

describe('a path inside a known source', () => {
  const stored = [source(1, '/a', { exclude: ['old'] }), source(2, '/a/b/c')];

  it('re-syncs that subtree by the rules of the source', () => {
    expect(resolveScope([named('/a/b')], stored, {})).toEqual([
      { path: '/a', kind: 'folder', rules: stored[0]?.rules, subtree: 'b', nested: ['b/c'] },
    ]);
  });

  it('belongs to the innermost source around it', () => {
    expect(resolveScope([named('/a/b/c/d')], stored, {})).toMatchObject([
      { path: '/a/b/c', subtree: 'd' },
    ]);
  });

  it('a file is a subtree as well', () => {
    const file = named('/a/x.md', { kind: 'file' });
    expect(resolveScope([file], stored, {})).toMatchObject([{ path: '/a', subtree: 'x.md' }]);
  });

  it('a folder whose name only begins alike is not inside', () => {
    expect(resolveScope([named('/ab')], stored, {})).toMatchObject([{ path: '/ab', subtree: '' }]);
  });

  it('with rules of its own becomes a source, and the one around it gives its documents up', () => {
    const scope = resolveScope([named('/a/x', { include: ['*.md'] })], stored, {});
    expect(scope).toMatchObject([
      { path: '/a/x', subtree: '', nested: [] },
      { path: '/a', subtree: 'x', nested: ['b/c', 'x'] },
    ]);
  });
});

describe('parts of one source', () => {
  it('that overlap are synchronised once', () => {
    const stored = [source(1, '/a')];
    const names = (paths: readonly string[]) =>
      resolveScope(
        paths.map((path) => named(path)),
        stored,
        {},
      ).map(({ path, subtree }) => [path, subtree]);
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
      { path: '/a', nested: ['b'] },
      { path: '/a/b', nested: [] },
    ]);
  });
});
