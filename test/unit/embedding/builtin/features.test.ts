import { describe, expect, it } from 'vitest';
import { FeatureCounts } from '../../../../src/embedding/builtin/feature-counts.ts';
import { countFeatures } from '../../../../src/embedding/builtin/features.ts';
import { hashString, SEED } from '../../../../src/embedding/builtin/hashing.ts';

type Expected = [seed: keyof typeof SEED, feature: string, weight: number, count?: number];

/** Expected features in the form that `featuresOf` gives. */
function expected(...features: Expected[]): string[] {
  return features
    .map(([seed, text, weight, count = 1]) => `${hashString(SEED[seed], text)} ${weight} ${count}`)
    .sort();
}

/** Every counted feature as `hash weight count`, sorted. */
function featuresOf(text: string, counts = new FeatureCounts()): string[] {
  counts.clear();
  countFeatures(text, counts);
  return Array.from(
    { length: counts.size },
    (_, i) => `${counts.hashes[i]} ${counts.weights[i]} ${counts.counts[i]}`,
  ).sort();
}

describe('features of words', () => {
  it('are the stem, the whole word, and its n-grams of three to five letters with its borders', () => {
    expect(featuresOf('Cats')).toEqual(
      expected(
        ['stem', 'cat', 1],
        ['word', 'cats', 0.2],
        ['wordNgram', '<ca', 0.1],
        ['wordNgram', 'cat', 0.1],
        ['wordNgram', 'ats', 0.1],
        ['wordNgram', 'ts>', 0.1],
        ['wordNgram', '<cat', 0.4],
        ['wordNgram', 'cats', 0.4],
        ['wordNgram', 'ats>', 0.4],
        ['wordNgram', '<cats', 0.1],
        ['wordNgram', 'cats>', 0.1],
      ),
    );
  });

  it('are counted, stems over different forms', () => {
    expect(featuresOf('x, X; x')).toEqual(
      expected(['stem', 'x', 1, 3], ['word', 'x', 0.2, 3], ['wordNgram', '<x>', 0.1, 3]),
    );
    expect(featuresOf('indexed indexing')).toContain(expected(['stem', 'index', 1, 2])[0]);
  });

  it('are none for stop words, also after stemming', () => {
    expect(featuresOf('The and HIS uses; wills')).toEqual([]);
  });

  it('end after 64 letters', () => {
    expect(featuresOf('q'.repeat(64))).toEqual(featuresOf('q'.repeat(1000)));
  });
});

describe('features of Japanese', () => {
  it('give hiragana little weight', () => {
    expect(featuresOf('埋め込み')).toEqual(
      expected(
        ['cjkNgram', '埋', 0.75],
        ['cjkNgram', '込', 0.75],
        ['cjkNgram', '埋め', 0.1],
        ['cjkNgram', 'め込', 0.1],
        ['cjkNgram', '込み', 0.1],
      ),
    );
    expect(featuresOf('すし')).toEqual(expected(['cjkNgram', 'すし', 0.15]));
    expect(featuresOf('の')).toEqual([]);
  });

  it('are bigrams, trigrams and whole runs of kanji', () => {
    expect(featuresOf('全文検索の')).toEqual(
      expected(
        ['cjkNgram', '全', 0.75],
        ['cjkNgram', '文', 0.75],
        ['cjkNgram', '検', 0.75],
        ['cjkNgram', '索', 0.75],
        ['cjkNgram', '全文', 0.75],
        ['cjkNgram', '文検', 0.75],
        ['cjkNgram', '検索', 0.75],
        ['cjkNgram', '索の', 0.1],
        ['cjkNgram', '全文検', 0.3],
        ['cjkNgram', '文検索', 0.3],
        ['kanjiRun', '全文検索', 0.5],
      ),
    );
  });

  it('have no single katakana, and cross from katakana to kanji', () => {
    expect(featuresOf('メモ帳')).toEqual(
      expected(
        ['cjkNgram', '帳', 0.75],
        ['cjkNgram', 'メモ', 0.75],
        ['cjkNgram', 'モ帳', 0.75],
        ['cjkNgram', 'メモ帳', 0.3],
      ),
    );
  });

  it('are cut at separators and at letters of other scripts', () => {
    const parts = [...featuresOf('検索'), ...featuresOf('x'), ...featuresOf('言語')].sort();
    expect(featuresOf('検索x言語')).toEqual(parts);
    expect(featuresOf('検索・x。言語')).toEqual(parts);
  });

  it('count a kanji run at its own end, not at that of the kana around it', () => {
    expect(featuresOf('東京と京都へ')).toEqual(
      expect.arrayContaining(expected(['kanjiRun', '東京', 0.5], ['kanjiRun', '京都', 0.5])),
    );
  });
});

describe('FeatureCounts', () => {
  it('counts the same as a Map, through growing and clearing', () => {
    const counts = new FeatureCounts();
    for (const distinct of [10, 50_000, 3]) {
      counts.clear();
      const map = new Map<number, number>();
      for (let i = 0; i < distinct * 3; i++) {
        const hash = Math.imul(i % distinct, 0x10001) | 0;
        counts.add(hash, i);
        map.set(hash, (map.get(hash) ?? 0) + 1);
      }
      const { size, hashes, counts: tallies, weights } = counts;
      expect([...hashes.subarray(0, size)]).toEqual([...map.keys()]);
      expect([...tallies.subarray(0, size)]).toEqual([...map.values()]);
      expect([...weights.subarray(0, size)]).toEqual(Array.from({ length: distinct }, (_, i) => i));
    }
  });

  it('leaves nothing of one text in the next', () => {
    const counts = new FeatureCounts();
    featuresOf('東京 banana', counts);
    expect(featuresOf('京都', counts)).toEqual(featuresOf('京都'));
  });
});
