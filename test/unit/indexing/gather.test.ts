import { describe, expect, it } from 'vitest';
import type { EmbeddedBatch } from '../../../src/embedding/embed-all.ts';
import { gather, groupSize } from '../../../src/engine/indexing/gather.ts';

const vector = Float32Array.of(1);

/** A batch of these inputs, all of which have vectors. */
const batch = (...inputs: number[]): EmbeddedBatch<number> => ({
  embedded: inputs.map((input) => ({ input, vector })),
  failed: [],
});

async function* sourceOf(
  ...steps: (EmbeddedBatch<number> | Error | Promise<void>)[]
): AsyncGenerator<EmbeddedBatch<number>> {
  for (const step of steps) {
    if (step instanceof Error) throw step;
    if (step instanceof Promise) await step;
    else yield step;
  }
}

/** The inputs of each group, and what it ended with. */
async function groupsOf(
  source: AsyncIterable<EmbeddedBatch<number>>,
  { minSize = 4, waitMs = 10_000, onGroup = (): void => {} } = {},
): Promise<{ groups: number[][]; error: unknown }> {
  const groups: number[][] = [];
  try {
    for await (const group of gather(source, {
      minSize: () => minSize,
      waitMs,
      abandon: () => {},
    })) {
      groups.push(group.embedded.map(({ input }) => input));
      onGroup();
    }
  } catch (error) {
    return { groups, error };
  }
  return { groups, error: null };
}

describe('answers gathered into groups', () => {
  it('join batches in their order until a group is large enough', async () => {
    const source = sourceOf(batch(1, 2), batch(3), batch(4, 5, 6), batch(7));
    expect(await groupsOf(source)).toEqual({ groups: [[1, 2, 3, 4, 5, 6], [7]], error: null });
  });

  it('hand over every batch where groups are small', async () => {
    const source = sourceOf(batch(1, 2), batch(3));
    expect((await groupsOf(source, { minSize: 0 })).groups).toEqual([[1, 2], [3]]);
  });

  it('count what failed as well', async () => {
    const failed = { embedded: [], failed: [1, 2].map((input) => ({ input, error: {} as never })) };
    const source = sourceOf(failed, batch(3, 4), batch(5));
    expect((await groupsOf(source)).groups).toEqual([[3, 4], [5]]);
  });

  it('hand over what there is before an error, and then the error', async () => {
    const error = new Error('the server is gone');
    expect(await groupsOf(sourceOf(batch(1), batch(2), error))).toEqual({
      groups: [[1, 2]],
      error,
    });
  });

  it('hand over what there is when the next answer takes too long', async () => {
    let answer = (): void => {};
    const late = new Promise<void>((resolve) => {
      answer = resolve;
    });
    // It only answers once the first group was handed over.
    const source = sourceOf(batch(1), late, batch(2), batch(3));
    const { groups } = await groupsOf(source, { waitMs: 5, onGroup: () => answer() });
    expect(groups).toEqual([[1], [2, 3]]);
  });

  it('end a source that is still at work when they are left', async () => {
    let end = (): void => {};
    const stuck = new Promise<void>((resolve) => {
      end = resolve;
    });
    const groups = gather(sourceOf(batch(1), stuck), {
      ...{ minSize: () => 4, waitMs: 5 },
      abandon: () => end(),
    });
    for await (const group of groups) {
      expect(group.embedded).toHaveLength(1);
      break;
    }
  });

  it('grow with the corpus, up to a bound', () => {
    expect([0, 1000, 32_000, 10_000_000].map(groupSize)).toEqual([0, 32, 1000, 4096]);
  });
});
