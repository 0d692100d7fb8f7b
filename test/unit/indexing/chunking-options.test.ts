import { describe, expect, it } from 'vitest';
import { MAX_CONTEXT_TOKENS } from '../../../src/chunking/chunk-document.ts';
import { settleChunking } from '../../../src/engine/indexing/chunking-options.ts';
import { DEFAULT_CHUNK_OVERLAP, DEFAULT_CHUNK_SIZE } from '../../../src/model/defaults.ts';
import type { EmbedderIdentity } from '../../../src/model/types.ts';

const model = (contextTokens: number | null, documentPrompt = ''): EmbedderIdentity => ({
  ...{ kind: 'test', model: 'm', digest: null, dimensions: 8 },
  ...{ documentPrompt, queryPrompt: '', contextTokens },
});

describe('the size of chunks', () => {
  it('is the default, unless it was remembered, unless it is given', () => {
    const remembered = { chunkSize: 200, chunkOverlap: 20 };
    const size = (given: object, before?: typeof remembered) =>
      settleChunking(given, before, model(null));
    expect(size({})).toMatchObject({
      chunkSize: DEFAULT_CHUNK_SIZE,
      chunkOverlap: DEFAULT_CHUNK_OVERLAP,
    });
    expect(size({}, remembered)).toMatchObject(remembered);
    expect(size({ chunkSize: 100 }, remembered)).toMatchObject({
      chunkSize: 100,
      chunkOverlap: 20,
    });
    expect(size({ chunkOverlap: 0 }, remembered)).toMatchObject({
      chunkSize: 200,
      chunkOverlap: 0,
    });
  });

  it('is clamped to what the model reads beside context and prompt, and what was asked is remembered', () => {
    const asked = { chunkSize: 1000, chunkOverlap: 400 };
    const plain = settleChunking(asked, undefined, model(512));
    expect(plain.chunkSize).toBe(512 - MAX_CONTEXT_TOKENS);
    expect(plain.chunkOverlap * 2).toBeLessThan(plain.chunkSize);
    expect(plain.asked).toEqual(asked);
    const prompted = settleChunking(asked, undefined, model(512, 'search_document: '));
    expect(prompted.chunkSize).toBeLessThan(plain.chunkSize);
  });

  it('identifies the chunker by what was used, not by what was asked', () => {
    const small = settleChunking({ chunkSize: 1000 }, undefined, model(512));
    const same = settleChunking({ chunkSize: 2000 }, undefined, model(512));
    const large = settleChunking({ chunkSize: 1000 }, undefined, model(8192));
    expect(small.chunker).toBe(same.chunker);
    expect(small.chunker).not.toBe(large.chunker);
  });

  it.each([
    [{ chunkSize: 31 }],
    [{ chunkSize: 100.5 }],
    [{ chunkSize: Number.NaN }],
    [{ chunkSize: Number.POSITIVE_INFINITY }],
    [{ chunkOverlap: -1 }],
    [{ chunkOverlap: DEFAULT_CHUNK_SIZE / 2 }],
    [{ chunkOverlap: 1.5 }],
  ])('%o is refused, not replaced by a default', (given) => {
    expect(() => settleChunking(given, undefined, model(null))).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    );
  });
});
