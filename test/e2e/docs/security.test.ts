import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../${name}`, import.meta.url)), 'utf8');

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const page = read('docs/security.md');
const manifest = JSON.parse(read('package.json')) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
};
const { packages } = JSON.parse(read('package-lock.json')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};

/** Where node finds a package from a place in the tree. */
function placeOf(from: string, name: string): string | null {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const place = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (packages[place] !== undefined) return place;
    if (at === '') return null;
    if (!at.includes('/node_modules/')) at = '';
  }
}

/** All that a package brings along. */
function below(place: string, found: Set<string> = new Set<string>()): Set<string> {
  const { dependencies, optionalDependencies } = packages[place] ?? {};
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const next = placeOf(place, name);
    if (next === null || found.has(next)) continue;
    found.add(next);
    below(next, found);
  }
  return found;
}

const direct = Object.keys(manifest.dependencies).map((name) => `node_modules/${name}`);
const installed = new Set(direct.flatMap((place) => [place, ...below(place)]));

describe('docs/security.md', () => {
  it('lists every dependency with its reason, licence and what it brings along', () => {
    const rows = page
      .split('\n')
      .filter((line) => /^\| (?:@|[a-z0-9])[^|]* \| [^|]* \| [^|]* \| \d+ \|$/.test(line));
    const listed = rows.map((row) => row.split('|').map((cell) => cell.trim()));
    const wanted = direct.map((place) => [
      place.replace('node_modules/', ''),
      packages[place]?.license,
      String(below(place).size),
    ]);
    expect(listed.map(([, name, , licence, count]) => [name, licence, count])).toEqual(wanted);
    expect(listed.every(([, , reason = '']) => reason.length > 4)).toBe(true);
    expect(page).toContain(`together there are ${installed.size} packages`);
  });

  it('names tests that are there', () => {
    const named = [...page.matchAll(/`(test\/[^`]+\.ts)`/g)].map(([, file = '']) => file);
    expect(named.length).toBeGreaterThan(20);
    const missing = named.filter(
      (file) => !existsSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url))),
    );
    expect(missing).toEqual([]);
  });
});

describe('what is installed', () => {
  it('runs no script of ours, and one of a dependency', () => {
    const ours = ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare'];
    expect(ours.filter((name) => name in manifest.scripts)).toEqual([]);
    const theirs = [...installed].filter((place) => packages[place]?.hasInstallScript === true);
    expect(theirs).toEqual(['node_modules/better-sqlite3']);
  });

  it('is under permissive licences', () => {
    const licences = [...installed].map((place) => packages[place]?.license ?? 'none');
    const others = licences.filter((name) => !/\b(?:MIT|ISC|BSD-[23]-Clause|Apache)/.test(name));
    expect(others).toEqual([]);
  });
});
