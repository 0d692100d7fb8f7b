/** docs/troubleshooting.md has every error code there is, once, and none that there is not. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);

/** The codes in the union types of src/model/errors.ts, with the order of the file. */
function codesInCode(): readonly string[] {
  const source = readFileSync(new URL('src/model/errors.ts', root), 'utf8');
  return [...source.matchAll(/^ {2}(?:\| )?'([A-Z_]+)';?$/gm)].map(([, code = '']) => code);
}

function codesInDocs(): readonly string[] {
  const markdown = readFileSync(new URL('docs/troubleshooting.md', root), 'utf8');
  return [...markdown.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code = '']) => code);
}

it('lists every error code with its meaning and remedy', () => {
  const codes = codesInCode();
  expect(codes.length).toBeGreaterThan(20);
  expect([...codesInDocs()].sort()).toEqual([...codes].sort());
});
