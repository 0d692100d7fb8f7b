import { describe, expect, it } from 'vitest';
import { MAX_CONTEXT_TOKENS } from '../../../src/chunking/chunk-document.ts';
import {
  type GivenChunking,
  resolveChunking,
} from '../../../src/engine/indexing/chunking-options.ts';
import { CHUNK_OPTIONS } from '../../../src/model/options.ts';
import type { EmbedderIdentity } from '../../../src/model/types.ts';

const DEFAULT_SIZE = CHUNK_OPTIONS.chunkSize.default;

/** What is given for a run, the rest left out. */
const given = (sizes: Partial<GivenChunking>): GivenChunking => ({
  ...{ chunkSize: undefined, chunkOverlap: undefined },
  ...sizes,
});

const model = (contextTokens: number | null, documentPrompt = ''): EmbedderIdentity => ({
  ...{ kind: 'test', model: 'm', digest: null, dimensions: 8 },
  ...{ documentPrompt, queryPrompt: '', contextTokens },
});

describe('the size of chunks', () => {
  it('is the default, unless it was remembered, unless it is given', () => {
    const remembered = { chunkSize: 200, chunkOverlap: 20 };
    const size = (sizes: Partial<GivenChunking>, before: typeof remembered | null = null) =>
      resolveChunking(given(sizes), before, model(null));
    expect(size({})).toMatchObject({ chunkSize: DEFAULT_SIZE, chunkOverlap: 0 });
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
    const plain = resolveChunking(asked, null, model(512));
    expect(plain.chunkSize).toBe(512 - MAX_CONTEXT_TOKENS);
    expect(plain.chunkOverlap * 2).toBeLessThan(plain.chunkSize);
    expect(plain.asked).toEqual(asked);
    const prompted = resolveChunking(asked, null, model(512, 'search_document: '));
    expect(prompted.chunkSize).toBeLessThan(plain.chunkSize);
  });

  it('identifies the chunker by what was used, not by what was asked', () => {
    const small = resolveChunking(given({ chunkSize: 1000 }), null, model(512));
    const same = resolveChunking(given({ chunkSize: 2000 }), null, model(512));
    const large = resolveChunking(given({ chunkSize: 1000 }), null, model(8192));
    expect(small.chunker).toBe(same.chunker);
    expect(small.chunker).not.toBe(large.chunker);
  });

  it.each([[{ chunkOverlap: DEFAULT_SIZE / 2 }], [{ chunkSize: 100, chunkOverlap: 50 }]])(
    '%o is refused: what is repeated must be less than what is new',
    (sizes) => {
      expect(() => resolveChunking(given(sizes), null, model(null))).toThrow(
        expect.objectContaining({ code: 'USAGE' }),
      );
    },
  );
});
