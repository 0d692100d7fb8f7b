/** docs/internals/pitfalls.md names tests that are there, so that the page cannot promise what nobody checks. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './blocks.ts';

/** Rows of the page; a new one is counted here as well, so that none is lost by a broken table. */
const ROWS = 89;

const page = readFileSync(join(root, 'docs', 'internals', 'pitfalls.md'), 'utf8');
const rows = [...page.matchAll(/^\| (.+) \| `(.+\.ts)` › (.+) \|$/gm)].map(
  ([, fault = '', path = '', title = '']) => ({ fault, path, title }),
);

describe('docs/internals/pitfalls.md', () => {
  it('has as many faults as were counted, and no line of a table that is none of them', () => {
    expect(rows).toHaveLength(ROWS);
    const lines = page.split('\n').filter((line) => line.startsWith('|'));
    const heads = page.match(/^\| what went wrong elsewhere \| test \|\n\|---\|---\|$/gm) ?? [];
    expect(lines).toHaveLength(ROWS + 2 * heads.length);
    expect(new Set(rows.map(({ fault }) => fault)).size).toBe(ROWS);
  });

  it.each(rows)('$fault › $title', ({ path, title }) => {
    const file = join(root, 'test', path);
    expect(existsSync(file), `there is no test/${path}`).toBe(true);
    // In quotes: as the title of a test, or the name of one of its cases.
    const quoted = ["'", '"', '`'].map((quote) => `${quote}${title}${quote}`);
    const code = readFileSync(file, 'utf8');
    expect(
      quoted.some((name) => code.includes(name)),
      `test/${path} has no test “${title}”`,
    ).toBe(true);
  });
});
