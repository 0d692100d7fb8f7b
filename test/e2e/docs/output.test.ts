/** Output that a page shows is what is printed: blocks after `<!-- output of: … -->`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../helpers/sandbox.ts';
import { blocksOf, pages, words } from './blocks.ts';
import { docsSandbox } from './docs-sandbox.ts';

const examples = pages()
  .flatMap(blocksOf)
  .filter((block) => block.outputOf !== null);

describe('output in the pages', () => {
  let box: Sandbox;
  beforeAll(async () => {
    box = docsSandbox();
    const outcome = await box.umekomi(['index', 'fixtures/corpus']);
    if (outcome.code !== 0) throw new Error(outcome.stderr);
  });
  afterAll(() => box.remove());

  it('there is some to compare', () => {
    expect(examples).not.toHaveLength(0);
  });

  it.each(examples)('$at: $outputOf', async ({ code, outputOf }) => {
    const outcome = await box.umekomi(words(outputOf ?? '').slice(1));
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(outcome.stdout.trimEnd()).toBe(code.trimEnd());
  });
});
