import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Candidate,
  type FusionScale,
  fuse,
  semanticShare,
} from '../../../src/store/fusion.ts';

const SCALE: FusionScale = {
  ...{ share: 0.3, meanSimilarity: 0.2, bestSimilarity: 0.7, attainable: 50 },
  isForeignToJapanese: false,
};

const PASSAGE: Candidate = { similarity: 0.6, words: 20, path: 5, japanese: 1 };

describe('the score of both', () => {
  it('is the sum of what they are worth inside their bounds, by hand', () => {
    const fused = fuse(PASSAGE, SCALE);
    expect(fused).toMatchObject({ share: 0.3, words: 0.4, path: 0.1, trust: 1 });
    expect(fused.meaning).toBeCloseTo(0.5, 12);
    expect(fused.score).toBeCloseTo(0.3 * 0.5 + 0.7 * 0.4, 12);
  });

  it('has nothing of meaning at the mean similarity, below it, and without a vector', () => {
    for (const similarity of [0.2, -0.5, null]) {
      expect(fuse({ ...PASSAGE, similarity }, SCALE)).toMatchObject({ meaning: 0, trust: 1 });
    }
  });

  it('is that of meaning where no word can be found', () => {
    const fused = fuse({ ...PASSAGE, words: 0, path: 0 }, { ...SCALE, attainable: 0 });
    expect(fused).toMatchObject({ words: 0, path: 0 });
    expect(fused.score).toBeCloseTo(0.15, 12);
  });

  it('gives the built-in embedder less of a share than the model of a server', () => {
    expect([semanticShare('builtin'), semanticShare('ollama')]).toEqual([0.3, 0.4]);
  });
});

describe('words in another script than the query', () => {
  const foreign = { ...SCALE, isForeignToJapanese: true };
  const trust = (changes: Partial<Candidate>): number =>
    fuse({ ...PASSAGE, ...changes }, foreign).trust;

  it('count as far as the passage is near the nearest ones, by hand', () => {
    // As near as the nearest is 1: (.7 − .2) / (.7 − .2); .8 is at .6, 1.1 at .75.
    expect(trust({ similarity: 0.6 })).toBeCloseTo(0, 12);
    expect(trust({ similarity: 0.7 })).toBeCloseTo(0.2 / 0.3, 12);
    expect(trust({ similarity: 0.75 })).toBeCloseTo(1, 12);
    expect(trust({ similarity: 0.3 })).toBe(0);
  });

  it('count in full in documents of the own script, and partly in between', () => {
    expect(trust({ similarity: 0.3, japanese: 0.02 })).toBe(1);
    expect(trust({ similarity: 0.3, japanese: 0.06 })).toBeCloseTo(0.5, 12);
    expect(trust({ similarity: 0.3, japanese: 0.1 })).toBeCloseTo(0, 12);
  });

  it('count where they stand in the path, and where nothing is known of meaning', () => {
    expect(fuse({ ...PASSAGE, similarity: 0.2 }, foreign).score).toBeCloseTo(0.7 * 0.1, 12);
    expect(trust({ similarity: null })).toBe(1);
  });
});

it('for any passage is between 0 and 1, and no worse for a better one', () => {
  const candidate = fc.record({
    similarity: fc.double({ min: -1, max: 1, noNaN: true }),
    words: fc.double({ min: 0, max: 50, noNaN: true }),
    path: fc.double({ min: 0, max: 50, noNaN: true }),
    japanese: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(
      candidate,
      fc.boolean(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (one, isForeignToJapanese, more) => {
        const scale = { ...SCALE, isForeignToJapanese };
        const { score, ...parts } = fuse(one, scale);
        for (const part of [score, ...Object.values(parts)]) {
          expect(part).toBeGreaterThanOrEqual(0);
          expect(part).toBeLessThanOrEqual(1);
        }
        const nearer = fuse({ ...one, similarity: Math.min(1, one.similarity + more) }, scale);
        expect(nearer.score).toBeGreaterThanOrEqual(score - 1e-12);
        expect(fuse({ ...one, words: one.words + more }, scale).score).toBeGreaterThanOrEqual(
          score - 1e-12,
        );
      },
    ),
  );
});
