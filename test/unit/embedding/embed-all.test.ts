import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type EmbedAllOptions,
  type EmbeddedBatch,
  embedAll,
} from '../../../src/embedding/embed-all.ts';
import { EmbeddingError, type EmbeddingErrorCode } from '../../../src/model/errors.ts';
import type { EmbedCallOptions, Embedder } from '../../../src/model/types.ts';
import { hashingVector } from '../../helpers/stand-in/hashing-vector.ts';

const DIMENSIONS = 8;

type Answer = (
  texts: readonly string[],
  options: EmbedCallOptions,
) => readonly Float32Array[] | Promise<readonly Float32Array[]>;

const vectorsOf = (texts: readonly string[]): Float32Array[] =>
  texts.map((text) => hashingVector(text, DIMENSIONS));

/** An embedder of a user's own, that counts. */
function embedderOf(answer: Answer = vectorsOf): Embedder & {
  readonly requests: (readonly string[])[];
  mostInFlight: number;
} {
  let inFlight = 0;
  const embedder = {
    requests: [] as (readonly string[])[],
    mostInFlight: 0,
    identity: async () => ({
      kind: 'mine',
      model: 'm',
      digest: null,
      dimensions: DIMENSIONS,
      documentPrompt: '',
      queryPrompt: '',
      contextTokens: null,
    }),
    embedDocuments: async (texts: readonly string[], options: EmbedCallOptions = {}) => {
      embedder.requests.push(texts);
      embedder.mostInFlight = Math.max(embedder.mostInFlight, ++inFlight);
      try {
        await new Promise((resolve) => setImmediate(resolve));
        return await answer(texts, options);
      } finally {
        inFlight--;
      }
    },
    embedQuery: async (text: string) => hashingVector(text, DIMENSIONS),
  };
  return embedder;
}

const inputsOf = (count: number): { text: string }[] =>
  Array.from({ length: count }, (_, i) => ({ text: `text ${i}` }));

interface Outcome {
  readonly embedded: string[];
  readonly failed: [text: string, code: EmbeddingErrorCode][];
  readonly error: unknown;
}

async function collect<T extends { text: string }>(
  batches: AsyncIterable<EmbeddedBatch<T>>,
): Promise<Outcome> {
  const outcome = {
    embedded: [] as string[],
    failed: [] as Outcome['failed'],
    error: undefined as unknown,
  };
  try {
    for await (const batch of batches) {
      outcome.embedded.push(...batch.embedded.map(({ input }) => input.text));
      outcome.failed.push(
        ...batch.failed.map(({ input, error }): Outcome['failed'][number] => [
          input.text,
          error.code,
        ]),
      );
    }
  } catch (error) {
    outcome.error = error;
  }
  return outcome;
}

const run = (
  embedder: Embedder,
  inputs: Iterable<{ text: string }> | AsyncIterable<{ text: string }>,
  options: EmbedAllOptions = {},
): Promise<Outcome> => collect(embedAll(embedder, inputs, options));

function refuse(code: EmbeddingErrorCode, isBad: (text: string) => boolean): Answer {
  return (texts) => {
    if (texts.some(isBad)) throw new EmbeddingError(code, 'refused');
    return vectorsOf(texts);
  };
}

describe('batches', () => {
  it('end by count and by estimated tokens; a text that is too large for one has its own', async () => {
    const embedder = embedderOf();
    const long = 'word '.repeat(50);
    const inputs = [...inputsOf(5), { text: long }, { text: long }, ...inputsOf(1)];
    await run(embedder, inputs, { batchSize: 3, batchTokens: 60, concurrency: 1 });
    expect(embedder.requests.map(({ length }) => length)).toEqual([3, 2, 1, 1, 1]);
  });

  it('are never empty, and nothing asks the embedder for nothing', async () => {
    const embedder = embedderOf();
    embedder.identity = () => Promise.reject(new Error('not needed'));
    expect(await run(embedder, [])).toEqual({ embedded: [], failed: [], error: undefined });
    expect(embedder.requests).toEqual([]);
  });

  it('give every input exactly one vector, its own, whatever the sizes and the poison', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string(), { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 4 }),
        fc.func(fc.integer({ min: 0, max: 5 })),
        async (texts, batchSize, concurrency, fate) => {
          const isPoison = (text: string): boolean => fate(text) === 0;
          const embedder = embedderOf(refuse('INPUT_REJECTED', isPoison));
          const inputs = texts.map((text) => ({ text }));
          const embedded: string[] = [];
          const failed: string[] = [];
          for await (const batch of embedAll(embedder, inputs, { batchSize, concurrency })) {
            for (const { input, vector } of batch.embedded) {
              embedded.push(input.text);
              expect(vector).toEqual(toUnit(hashingVector(input.text, DIMENSIONS)));
            }
            failed.push(...batch.failed.map(({ input }) => input.text));
          }
          expect(embedded.sort()).toEqual(texts.filter((text) => !isPoison(text)).sort());
          expect(failed.sort()).toEqual(texts.filter(isPoison).sort());
        },
      ),
      { numRuns: 60 },
    );
  });
});

function toUnit(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / norm);
}

describe('memory and requests in flight', () => {
  it('are bounded: reads at most concurrency + 1 batches ahead of the consumer', async () => {
    let read = 0;
    let yielded = 0;
    function* source(): Generator<{ text: string }> {
      for (;;) {
        read++;
        yield { text: `text ${read}` };
      }
    }
    const embedder = embedderOf();
    for await (const batch of embedAll(embedder, source(), { batchSize: 10, concurrency: 3 })) {
      yielded += batch.embedded.length;
      for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
      expect(read - yielded).toBeLessThanOrEqual(4 * 10);
      if (yielded >= 200) break;
    }
    expect(embedder.mostInFlight).toBe(3);
  });

  it('keep going while the consumer is busy with a batch', async () => {
    const embedder = embedderOf();
    const batches = embedAll(embedder, inputsOf(100), { batchSize: 10, concurrency: 2 });
    await batches.next();
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(embedder.requests.length).toBe(4);
    await batches.return(undefined);
  });

  it('do not hold back finished batches while the source is slow', async () => {
    let release = (): void => {};
    async function* source(): AsyncGenerator<{ text: string }> {
      yield { text: 'a' };
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      yield { text: 'b' };
    }
    const batches = embedAll(embedderOf(), source(), { batchSize: 1 });
    const first = await batches.next();
    expect(first.value?.embedded[0]?.input.text).toBe('a');
    release();
    expect((await batches.next()).value?.embedded[0]?.input.text).toBe('b');
    expect((await batches.next()).done).toBe(true);
  });
});

describe('one bad text', () => {
  it.each(['INPUT_REJECTED', 'INPUT_TOO_LONG'] as const)(
    'costs only itself (%s), and log2 requests',
    async (code) => {
      const embedder = embedderOf(refuse(code, (text) => text === 'text 21'));
      const { embedded, failed, error } = await run(embedder, inputsOf(32), { batchSize: 32 });
      expect(error).toBeUndefined();
      expect(embedded).toHaveLength(31);
      expect(failed).toEqual([['text 21', code]]);
      expect(embedder.requests.length).toBe(1 + 2 * 5);
    },
  );

  it.each([
    ['NaN', [Number.NaN]],
    ['all-zero', [0]],
  ])('whose vector is %s is remembered, its neighbours are kept', async (_name, [value]) => {
    const embedder = embedderOf((texts) =>
      texts.map((text) =>
        text === 'text 1'
          ? new Float32Array(DIMENSIONS).fill(value ?? 0)
          : hashingVector(text, DIMENSIONS),
      ),
    );
    const { embedded, failed } = await run(embedder, inputsOf(3));
    expect(embedded).toEqual(['text 0', 'text 2']);
    expect(failed).toEqual([['text 1', 'INPUT_REJECTED']]);
  });

  it('that is dropped silently shifts no other vector: fewer vectors are bisected', async () => {
    const embedder = embedderOf((texts) => vectorsOf(texts.filter((text) => text !== 'text 2')));
    const { embedded, failed } = await run(embedder, inputsOf(6));
    expect(embedded).toHaveLength(5);
    expect(failed).toEqual([['text 2', 'INPUT_REJECTED']]);
  });
});

describe('too much at once', () => {
  it('is halved, and later batches are smaller', async () => {
    const embedder = embedderOf((texts) => {
      if (texts.length > 10) throw new EmbeddingError('BATCH_TOO_LARGE', '413');
      return vectorsOf(texts);
    });
    const options = { batchSize: 32, concurrency: 1 };
    const { embedded, failed, error } = await run(embedder, inputsOf(320), options);
    expect({ count: embedded.length, failed, error }).toEqual({
      count: 320,
      failed: [],
      error: undefined,
    });
    // Only the batches that were read before the first refusal are refused as well.
    expect(embedder.requests.filter(({ length }) => length > 10).length).toBeLessThanOrEqual(8);
  });

  it('with a single text is a text that is too long', async () => {
    const embedder = embedderOf(refuse('BATCH_TOO_LARGE', (text) => text === 'text 3'));
    const { embedded, failed } = await run(embedder, inputsOf(8));
    expect(embedded).toHaveLength(7);
    expect(failed).toEqual([['text 3', 'INPUT_TOO_LONG']]);
  });

  it('for the timeout is halved too', async () => {
    const embedder = embedderOf((texts) => {
      if (texts.length > 8) throw new EmbeddingError('ENDPOINT_TIMEOUT', 'slow');
      return vectorsOf(texts);
    });
    const { embedded, error } = await run(embedder, inputsOf(64), { batchSize: 32 });
    expect({ count: embedded.length, error }).toEqual({ count: 64, error: undefined });
  });

  it('is not what a server has that hangs: after three timeouts of one batch it is given up', async () => {
    const embedder = embedderOf(() => {
      throw new EmbeddingError('ENDPOINT_TIMEOUT', 'hangs');
    });
    const { error } = await run(embedder, inputsOf(32), { concurrency: 1 });
    expect(error).toMatchObject({ code: 'ENDPOINT_TIMEOUT' });
    expect(embedder.requests.map(({ length }) => length)).toEqual([32, 16, 8]);
  });
});

describe('a failure of the server', () => {
  it('ends the run at once, after everything that was embedded has been handed over', async () => {
    let abandoned = 0;
    const embedder = embedderOf(async (texts, { signal }) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (texts.includes('text 3')) await new Promise((resolve) => setImmediate(resolve));
      if (texts.includes('text 3')) throw new EmbeddingError('ENDPOINT_UNAUTHORIZED', 'no key');
      if (!texts.includes('text 4')) return vectorsOf(texts);
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          abandoned++;
          reject(signal.reason);
        });
      });
    });
    const options = { batchSize: 1, concurrency: 3 };
    const { embedded, error } = await run(embedder, inputsOf(1000), options);
    expect(error).toMatchObject({ code: 'ENDPOINT_UNAUTHORIZED', message: 'no key' });
    expect(embedded).toEqual(expect.arrayContaining(['text 0', 'text 1', 'text 2']));
    expect(embedder.requests.length).toBeLessThan(12);
    expect(abandoned).toBe(1);
  });

  it('in the middle of a bisection keeps the half that was embedded', async () => {
    const embedder = embedderOf((texts) => {
      if (texts.length === 4) throw new EmbeddingError('INPUT_REJECTED', 'one of you');
      if (texts.includes('text 3')) throw new EmbeddingError('ENDPOINT_FAILED', 'down');
      return vectorsOf(texts);
    });
    const { embedded, error } = await run(embedder, inputsOf(4), { batchSize: 4 });
    expect(embedded).toEqual(['text 0', 'text 1']);
    expect(error).toMatchObject({ message: 'down' });
  });

  it('of another dimension stops: the model was replaced', async () => {
    const embedder = embedderOf((texts) => texts.map((text) => hashingVector(text, 5)));
    const { embedded, failed, error } = await run(embedder, inputsOf(3));
    expect({ embedded, failed }).toEqual({ embedded: [], failed: [] });
    expect(error).toMatchObject({ code: 'VECTORS_INVALID' });
  });

  it('that is a plain Error of a user’s own embedder keeps it as cause and out of the message', async () => {
    const cause = new Error('the text was: 秘密');
    const embedder = embedderOf(() => Promise.reject(cause));
    const { error } = await run(embedder, inputsOf(3));
    expect(error).toMatchObject({ code: 'ENDPOINT_FAILED', cause });
    expect((error as Error).message).not.toContain('秘密');
  });

  it('in identity() is one too', async () => {
    const embedder = embedderOf();
    embedder.identity = () => Promise.reject(new EmbeddingError('MODEL_NOT_FOUND', 'gone'));
    expect((await run(embedder, inputsOf(3))).error).toMatchObject({ code: 'MODEL_NOT_FOUND' });
    expect(embedder.requests).toEqual([]);
  });
});

describe('an abort', () => {
  it('throws its reason after the finished batches, even if the embedder does not listen', async () => {
    const controller = new AbortController();
    const reason = new Error('Ctrl-C');
    const embedder = embedderOf((texts) => {
      if (!texts.includes('text 2')) return vectorsOf(texts);
      setImmediate(() => controller.abort(reason));
      return new Promise(() => {});
    });
    const options = { batchSize: 1, concurrency: 1, signal: controller.signal };
    const { embedded, error } = await run(embedder, inputsOf(10), options);
    expect(embedded).toEqual(['text 0', 'text 1']);
    expect(error).toBe(reason);
  });

  it('before the start asks nothing', async () => {
    const embedder = embedderOf();
    const reason = new Error('too late');
    const { error } = await run(embedder, inputsOf(3), { signal: AbortSignal.abort(reason) });
    expect(error).toBe(reason);
    expect(embedder.requests).toEqual([]);
  });

  it('does not wait for a source that is stuck', async () => {
    const controller = new AbortController();
    async function* stuck(): AsyncGenerator<{ text: string }> {
      yield { text: 'a' };
      await new Promise(() => {});
    }
    const { signal } = controller;
    const batches = embedAll(embedderOf(), stuck(), { batchSize: 1, signal });
    expect((await batches.next()).value?.embedded).toHaveLength(1);
    setImmediate(() => controller.abort(new Error('stop')));
    await expect(batches.next()).rejects.toThrow('stop');
  });

  it('leaves no listener behind', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    await run(embedderOf(), inputsOf(100), { batchSize: 3, signal });
    expect(listeners).toBe(0);
  });
});

describe('the source', () => {
  it('that fails ends the run with its own error, after what was embedded', async () => {
    function* failing(): Generator<{ text: string }> {
      yield { text: 'a' };
      yield { text: 'b' };
      throw new Error('disk');
    }
    const { error } = await run(embedderOf(), failing(), { batchSize: 1 });
    expect(error).toMatchObject({ message: 'disk' });
  });

  it('is closed when the consumer leaves', async () => {
    let isClosed = false;
    function* source(): Generator<{ text: string }> {
      try {
        for (;;) yield { text: 'a' };
      } finally {
        isClosed = true;
      }
    }
    for await (const _batch of embedAll(embedderOf(), source(), { batchSize: 1 })) break;
    expect(isClosed).toBe(true);
  });
});

describe('the options', () => {
  it.each([[{ batchSize: 0 }], [{ batchSize: 1.5 }], [{ batchSize: 5000 }], [{ concurrency: -1 }]])(
    '%j are refused',
    async (options) => {
      expect((await run(embedderOf(), inputsOf(1), options)).error).toMatchObject({
        code: 'USAGE',
      });
    },
  );
});

it('warns of no leak of listeners, however many requests are in flight', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  const options = { batchSize: 1, concurrency: 32 };
  for await (const _ of embedAll(embedderOf(), inputsOf(100), options));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});
