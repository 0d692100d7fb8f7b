/** Answers are stored only behind a confirmation, and nothing waits for that but the end. */
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { EmbeddedBatch } from '../../../src/embedding/embed-all.ts';
import { type Confirm, confirmed } from '../../../src/engine/indexing/confirmed.ts';

const batch = (input: number): EmbeddedBatch<number> => ({
  embedded: [{ input, vector: new Float32Array(1) }],
  failed: [],
});

async function* answers(count: number, error?: Error): AsyncGenerator<EmbeddedBatch<number>> {
  for (let i = 0; i < count; i++) {
    await wait(1);
    yield batch(i);
  }
  if (error) throw error;
}

async function stored(
  batches: AsyncIterable<EmbeddedBatch<number>>,
  confirm: Confirm,
): Promise<{ readonly inputs: readonly number[]; readonly error: unknown }> {
  const inputs: number[] = [];
  try {
    for await (const { embedded } of confirmed(batches, confirm)) {
      inputs.push(...embedded.map(({ input }) => input));
    }
    return { inputs, error: null };
  } catch (error) {
    return { inputs, error };
  }
}

describe('answers that are confirmed', () => {
  it('come all, in order, and many with one question', async () => {
    let questions = 0;
    const result = await stored(answers(200), async () => void questions++);
    expect(result).toEqual({ inputs: Array.from({ length: 200 }, (_, i) => i), error: null });
    expect(questions).toBeLessThan(50);
  });

  it('do not wait for a slow question: the source is read on meanwhile', async () => {
    let asked = 0;
    const result = await stored(answers(100), async () => {
      asked++;
      await wait(100);
    });
    expect(result.inputs).toHaveLength(100);
    expect(asked).toBeLessThan(5);
  });

  it('are only those that came before the question', async () => {
    let came = 0;
    async function* counted(): AsyncGenerator<EmbeddedBatch<number>> {
      for await (const each of answers(50)) {
        came++;
        yield each;
      }
    }
    let known = 0;
    const confirm = async (): Promise<void> => {
      const before = came;
      await wait(7);
      known = before;
    };
    for await (const { embedded } of confirmed(counted(), confirm)) {
      for (const { input } of embedded) expect(input).toBeLessThan(known);
    }
  });

  it('are not stored when the embedder is another one', async () => {
    const other = new Error('another model');
    let questions = 0;
    const { inputs, error } = await stored(answers(50), async () => {
      if (++questions > 2) throw other;
    });
    expect(error).toBe(other);
    expect(inputs.length).toBeLessThan(50);
  });

  it('from before a failure are stored, and the failure is what is told', async () => {
    const failure = new Error('server gone');
    const { inputs, error } = await stored(answers(20, failure), async () => {});
    expect(inputs).toHaveLength(20);
    expect(error).toBe(failure);
    const nothing = await stored(answers(20, failure), async () => {
      throw new Error('cannot tell');
    });
    expect(nothing.inputs).toEqual([]);
  });
});
