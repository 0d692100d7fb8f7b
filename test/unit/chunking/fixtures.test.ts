/**
 * Fixture pairs: `name.md` and `name.expected.json`. `UPDATE_FIXTURES=1` writes the expected files;
 * read the difference before it is committed.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { chunkDocument } from '../../../src/chunking/chunk-document.ts';

const folder = fileURLToPath(new URL('../../../fixtures/chunking/', import.meta.url));
const names = readdirSync(folder).filter((name) => !name.endsWith('.expected.json'));
// Small, so that a fixture a person can read shows several cuts.
const options = { chunkSize: 120, chunkOverlap: 0 };

describe('chunking fixtures', () => {
  it.each(names)('%s', (name) => {
    const format = name.endsWith('.txt') ? 'text' : 'markdown';
    const actual = chunkDocument(readFileSync(folder + name, 'utf8'), format, options);
    const expected = `${folder}${name}.expected.json`;
    if (process.env['UPDATE_FIXTURES'] === '1') {
      writeFileSync(expected, `${JSON.stringify(actual, null, 2)}\n`);
    }
    expect(existsSync(expected), `${expected} is missing: run with UPDATE_FIXTURES=1`).toBe(true);
    expect(actual).toEqual(JSON.parse(readFileSync(expected, 'utf8')));
  });
});
