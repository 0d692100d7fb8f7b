/** The package holds what it needs to run and be understood, and nothing else. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { fileLinksOf } from '../docs/blocks.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
  bin: Record<string, string>;
  exports: Record<string, string | Record<string, string>>;
};

describe('the packed package', () => {
  let files: string[];
  beforeAll(() => {
    // Without scripts: packing builds, and building under running tests would break them.
    const listing = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    files = packedFiles(JSON.parse(listing));
  });

  it('has every migration', () => {
    const migrations = readdirSync(join(root, 'migrations', 'sqlite')).filter((name) =>
      name.endsWith('.sql'),
    );
    expect(migrations).not.toHaveLength(0);
    for (const name of migrations) expect(files).toContain(`migrations/sqlite/${name}`);
  });

  it('has the data of the built-in embedder, with licences and documentation', () => {
    const folder = join(root, 'data', 'builtin');
    const names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(root, join(parentPath, name)).split(sep).join('/'));
    expect(names).toHaveLength(7);
    expect(files).toEqual(expect.arrayContaining(names));
  });

  it('has its licence, both READMEs, the changelog and the reference', () => {
    const pages = ['LICENSE', 'README.md', 'README.ja.md', 'CHANGELOG.md', 'docs/cli.md'];
    expect(files).toEqual(expect.arrayContaining(pages));
  });

  it('has every page for users, and none of docs/internals', () => {
    const ofUsers = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
    const packed = files.filter((file) => file.startsWith('docs/'));
    expect(packed.sort()).toEqual(ofUsers.map((name) => `docs/${name}`).sort());
  });

  it('has what its pages link to, but for paths that begin at the repository', () => {
    for (const page of files.filter((file) => file.endsWith('.md'))) {
      const targets = fileLinksOf(page).filter((target) => !target.startsWith('/'));
      const linked = targets.map((target) => posix.join(dirname(page), decodeURI(target)));
      expect(files, page).toEqual(expect.arrayContaining(linked));
    }
  });

  it('has the files that bin and exports point at', () => {
    const targets = [manifest.bin, ...Object.values(manifest.exports)].flatMap((value) =>
      typeof value === 'string' ? [value] : Object.values(value),
    );
    for (const target of targets) expect(files).toContain(target.replace(/^\.\//, ''));
  });

  it('has no sources, tests, fixtures, corpora or settings of a developer', () => {
    const allowed =
      /^(dist|migrations|data|docs)\/|^(LICENSE|README(\.ja)?\.md|CHANGELOG\.md|package\.json)$/;
    expect(files.filter((file) => !allowed.test(file))).toEqual([]);
    expect(files.filter((file) => /\.(test\.js|db|tsbuildinfo|map)$/.test(file))).toEqual([]);
  });
});

describe('the bin', () => {
  it('starts with a Node shebang, so that npm can link it', () => {
    const [target] = Object.values(manifest.bin);
    const file = join(root, target ?? '');
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});

describe('the changelog', () => {
  it('has an entry for this version', () => {
    const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
    expect(changelog).toMatch(new RegExp(`^## \\[${manifest.version}\\]`, 'm'));
  });
});

/** npm 10 prints an array of packages, newer ones may print an object by package name. */
function packedFiles(listing: unknown): string[] {
  const [first] = Object.values(listing as Record<string, { files: { path: string }[] }>);
  return first?.files.map((file) => file.path) ?? [];
}
