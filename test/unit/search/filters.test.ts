/** A glob finds what is printed: relative to where one stands, absolute, a folder, a file. */
import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveFilters } from '../../../src/engine/search/filters.ts';
import { compilePathFilter } from '../../../src/store/path-filter.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();

const PATHS = ['a.md', 'sub/b.md', 'sub/deep/c.md', 'x [1]/d.md'];

/** What a glob keeps of a source `notes/docs`, typed in a folder beside or above it. */
function kept(glob: string, where: string = '.', folder: string = 'work (new) [x]'): string[] {
  const root = join(realpathSync(temporary({ 'here.md': '' })), folder);
  mkdirSync(join(root, 'notes/docs/sub/deep'), { recursive: true });
  symlinkSync(join(root, 'notes'), join(root, 'link'));
  const typed = glob.replace('ROOT', root);
  const { paths = [] } = resolveFilters({ paths: [typed] }, [], join(root, where));
  const keeps = compilePathFilter(paths);
  return PATHS.filter((path) => keeps({ source: `${root}/notes/docs`, path }));
}

describe('a glob finds what is printed', () => {
  it.each([
    ['relative to the current folder', 'notes/docs/sub/b.md', '.', ['sub/b.md']],
    ['… a folder', 'notes/docs/sub', '.', ['sub/b.md', 'sub/deep/c.md']],
    ['… with / behind it', 'notes/docs/sub/', '.', ['sub/b.md', 'sub/deep/c.md']],
    ['… with ./ in front', './notes/docs/sub', '.', ['sub/b.md', 'sub/deep/c.md']],
    ['… with a wildcard', 'notes/*/sub/*', '.', ['sub/b.md']],
    ['… with brackets in its name', 'notes/docs/x [1]/d.md', '.', ['x [1]/d.md']],
    ['… above the source', 'notes', '.', PATHS],
    ['inside the source', 'b.md', 'notes/docs/sub', ['sub/b.md']],
    ['… a folder', 'deep', 'notes/docs/sub', ['sub/deep/c.md']],
    ['the current folder', '.', 'notes/docs/sub', ['sub/b.md', 'sub/deep/c.md']],
    ['the one above', '..', 'notes/docs/sub/deep', ['sub/b.md', 'sub/deep/c.md']],
    ['a file of the one above', '../b.md', 'notes/docs/sub/deep', ['sub/b.md']],
    ['absolute', 'ROOT/notes/docs/a.md', '.', ['a.md']],
    ['… a folder', 'ROOT/notes/docs/sub', '.', ['sub/b.md', 'sub/deep/c.md']],
    ['another folder', 'other', '.', []],
    ['without what is taken away', '!notes/docs/sub', '.', ['a.md', 'x [1]/d.md']],
  ])('%s: %s', (_, glob, where, expected) => {
    expect(kept(glob, where)).toEqual(expected);
  });

  it('through a link', () => {
    expect(kept('ROOT/link/docs/sub/*.md', '.', 'work')).toEqual(['sub/b.md']);
    expect(kept('ROOT/link', '.', 'work')).toEqual(PATHS);
  });
});
