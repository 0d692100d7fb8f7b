/** What the pages state is so: JSON shapes, defaults, links. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flagOf } from '../../../src/cli/flags.ts';
import { INDEX_OPTIONS, SEARCH_OPTIONS, SERVER_OPTIONS } from '../../../src/model/options.ts';
import type { Sandbox } from '../../helpers/sandbox.ts';
import { blocksOf, fileLinksOf, pages, root, words } from './blocks.ts';
import { docsSandbox } from './docs-sandbox.ts';

describe('JSON examples have the shape of the real answers', () => {
  let box: Sandbox;
  beforeAll(async () => {
    box = docsSandbox();
    const outcome = await box.umekomi(['index', 'docs']);
    if (outcome.code !== 0) throw new Error(outcome.stderr);
  });
  afterAll(() => box.remove());

  const examples = pages()
    .flatMap(blocksOf)
    .filter((block) => block.shapeOf !== null);

  it('there are some to compare', () => {
    expect(examples).not.toHaveLength(0);
  });

  it.each(examples)('$at: $shapeOf', async ({ code, shapeOf }) => {
    const answer = await box.umekomi(words(shapeOf ?? '').slice(1));
    expect(answer.code, answer.stderr).toBe(0);
    expect(shape(JSON.parse(code))).toEqual(shape(JSON.parse(answer.stdout)));
  });
});

describe('docs/cli.md', () => {
  const options = Object.entries({ ...INDEX_OPTIONS, ...SEARCH_OPTIONS, ...SERVER_OPTIONS });
  const defaults = options.flatMap(([name, spec]) =>
    'default' in spec && spec.default !== undefined ? [[flagOf(name), spec.default] as const] : [],
  );

  it('has defaults to compare', () => expect(defaults.length).toBeGreaterThan(5));

  it.each(defaults)('states the real default of %s', (flag, value) => {
    const lines = readFileSync(join(root, 'docs', 'cli.md'), 'utf8').split('\n');
    const row = lines.find((line) => line.startsWith(`| \`${flag} `));
    expect(row?.split('|')[2]?.trim()).toBe(String(value));
  });
});

describe.each(pages())('%s', (page) => {
  it('links to files that are there', () => {
    const missing = fileLinksOf(page).filter((target) => {
      const from = target.startsWith('/') ? root : join(root, dirname(page));
      return !existsSync(join(from, decodeURI(target)));
    });
    expect(missing).toEqual([]);
  });
});

/** Names and nesting, without values; an array stands for its first element. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? 'array' : [shape(value[0])];
  if (value === null || typeof value !== 'object') return 'value';
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
}
