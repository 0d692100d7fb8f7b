import { describe, expect, it } from 'vitest';
import { hashString, SEED } from '../../../../src/embedding/builtin/hashing.ts';
import { Lexicon } from '../../../../src/embedding/builtin/lexicon.ts';
import { addFeature, DIMENSIONS } from '../../../../src/embedding/builtin/sums.ts';
import { Translation } from '../../../../src/embedding/builtin/translation.ts';
import { type Meaning, packing } from '../../../helpers/lexicon-scripts.ts';

/** Each key means one stem for certain, unless said otherwise. */
function translationOf(keys: Record<string, string | Meaning>): Translation {
  const entries = Object.entries(keys).map(([key, value]): [string, Meaning] => [
    key,
    typeof value === 'string' ? { stems: [[value, 1]], half: false } : value,
  ]);
  return new Translation(new Lexicon(packing.packLexicon(new Map(entries))));
}

function sumsOf(translation: Translation, ...runs: string[]): Float64Array {
  translation.clear();
  for (const run of runs) translation.addRun(run, 0, run.length);
  const sums = new Float64Array(DIMENSIONS);
  translation.addTo(sums);
  return sums;
}

/** The recipe, spelled out: √Σp of each stem times 1 for itself and .1, .4, .1 for the n-grams of `<stem`. */
function expected(shares: Record<string, number>): Float64Array {
  const sums = new Float64Array(DIMENSIONS);
  for (const [stem, share] of Object.entries(shares)) {
    const value = Math.sqrt(share);
    addFeature(sums, hashString(SEED.stem, stem), value);
    const bounded = `<${stem}`;
    for (const [length, weight] of [
      [3, 0.1],
      [4, 0.4],
      [5, 0.1],
    ] as const) {
      for (let start = 0; start + length <= bounded.length; start++) {
        const ngram = bounded.slice(start, start + length);
        addFeature(sums, hashString(SEED.wordNgram, ngram), value * weight);
      }
    }
  }
  return sums;
}

function expectShares(sums: Float64Array, shares: Record<string, number>): void {
  const wanted = expected(shares);
  for (const [i, sum] of sums.entries()) expect(sum).toBeCloseTo(wanted[i]!, 9);
}

describe('a translation', () => {
  const words = translationOf({
    全文: 'full',
    全文検索: 'retriev',
    検索: 'search',
    索: 'rope',
    猫: 'ox',
  });

  it('takes the longest key from left to right, and goes on behind it', () => {
    expectShares(sumsOf(words, '全文検索検索'), { retriev: 1, search: 1 });
    expectShares(sumsOf(words, '全文の検索'), { full: 1, search: 1 });
    expectShares(sumsOf(words, '文検索'), { search: 1 });
  });

  it('takes single kanji, and steps over those that no key has', () => {
    expectShares(sumsOf(words, '龘索𠮷猫'), { rope: 1, ox: 1 });
    expectShares(sumsOf(words, '犬'), {});
  });

  it('sums what the runs of a text say before it takes the root, and forgets it for the next text', () => {
    expectShares(sumsOf(words, '検索', '検索は検索'), { search: 3 });
    expectShares(sumsOf(words, '猫'), { ox: 1 });
    expectShares(sumsOf(words), {});
  });

  it('shares a key out among its stems, and counts mere readings half', () => {
    const shared = translationOf({
      構成: {
        stems: [
          ['composit', (153 / 255) ** 2],
          ['configur', (204 / 255) ** 2],
        ],
        half: false,
      },
      こうせい: { stems: [['composit', 1]], half: true },
      として: { stems: [], half: false },
      とし: 'citi',
    });
    expectShares(sumsOf(shared, '構成'), { composit: 0.36, configur: 0.64 });
    expectShares(sumsOf(shared, 'こうせい'), { composit: 0.5 });
    // A key without a translation still keeps shorter ones from being found.
    expectShares(sumsOf(shared, 'として'), {});
  });

  it('has only a left border for stems', () => {
    expectShares(sumsOf(translationOf({ 猫: 'cat' }), '猫'), { cat: 1 });
  });
});

describe('katakana in a translation', () => {
  const words = translationOf({
    メモリ: 'memori',
    リー: 'lee',
    ベクトル: 'vector',
    データ: 'data',
    ベース: 'bass',
  });

  it('are left out whole if no key begins them', () => {
    expectShares(sumsOf(words, 'ヌメモリ'), {});
    expectShares(sumsOf(words, 'ヌメモリのベクトル'), { vector: 1 });
  });

  it('are left out from where the key ends one short of their end', () => {
    expectShares(sumsOf(words, 'メモリー'), {});
    expectShares(sumsOf(words, 'データメモリア猫'), { data: 1 });
  });

  it('are put together from keys', () => {
    expectShares(sumsOf(words, 'データベース'), { data: 1, bass: 1 });
    expectShares(sumsOf(words, 'メモリデータ'), { memori: 1, data: 1 });
  });
});
