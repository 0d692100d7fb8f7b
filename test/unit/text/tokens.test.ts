import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateTokens, tokenUnits } from '../../../src/text/tokens.ts';

describe('estimateTokens', () => {
  it('is 0 only for nothing', () => {
    expect(estimateTokens('')).toBe(0);
    expect(estimateTokens(' ')).toBe(1);
  });

  it('means about the same in Japanese and English', () => {
    // 12 and 15 tokens with Qwen3's tokenizer.
    const english = estimateTokens('The quick brown fox jumps over the lazy dog near the river.');
    expect(english).toBeGreaterThanOrEqual(12);
    expect(english, 'these are 59 characters').toBeLessThan(2 * 12);
    const japanese = estimateTokens('素早い茶色の狐が川の近くで怠け者の犬を飛び越える。');
    expect(japanese).toBeGreaterThanOrEqual(15);
    expect(japanese).toBeLessThan(2 * 15);
  });

  it('parts never sum up to less than the whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat(60), (text, at) => {
        const cut = Math.min(at, text.length);
        const parts = tokenUnits(text, 0, cut) + tokenUnits(text, cut, text.length);
        expect(parts).toBeGreaterThanOrEqual(tokenUnits(text, 0, text.length));
      }),
    );
  });

  it('counts runs of one symbol as tokenizers do, not one by one', () => {
    expect(estimateTokens('-'.repeat(80))).toBeLessThan(40);
  });
});
