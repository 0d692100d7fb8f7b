import { describe, expect, it } from 'vitest';
import { hashString, SEED } from '../../../../src/embedding/builtin/hashing.ts';
import { edict, english, translations } from '../../../helpers/lexicon-scripts.ts';

/** Node can read EUC-JP but not write it: asks it what each pair of bytes stands for. */
function eucJp(lines: readonly string[]): Uint8Array {
  const decoder = new TextDecoder('euc-jp');
  const bytesOf = new Map<string, number[]>();
  for (let first = 0xa1; first <= 0xfe; first++) {
    for (let second = 0xa1; second <= 0xfe; second++) {
      bytesOf.set(decoder.decode(Uint8Array.of(first, second)), [first, second]);
    }
  }
  const characters = [...[...lines, ''].join('\n')];
  return Uint8Array.from(characters.flatMap((one) => bytesOf.get(one) ?? one.charCodeAt(0)));
}

/** Translations of the keys of some dictionary lines, English words weighing 1. */
function translate(...lines: string[]) {
  const weights = new Map<string, Map<string, number>>();
  translations.addEntries(weights, edict.parseEdict(eucJp(lines)), 1);
  return translations.probabilities(weights, () => 1);
}

describe('dictionary entries', () => {
  it('are read from EUC-JP with their tags, without the line about the file', () => {
    const lines = [
      '　？？？ /EDICT, EDICT_SUB(P), EDICT2 Japanese-English Electronic Dictionary Files/',
      '遣らかす [やらかす] /(v5s,vt) (1) (uk) to fail (badly)/to blunder/(v5s,vt) (2) (arch) to drink up/(P)/',
    ];
    expect(edict.parseEdict(eucJp(lines))).toEqual([
      {
        names: ['遣らかす', 'やらかす'],
        inflected: true,
        mostlyKana: true,
        common: true,
        glosses: [
          { text: expect.stringMatching(/^\s+to fail\s+$/), archaic: false },
          { text: 'to blunder', archaic: false },
          { text: expect.stringMatching(/^\s+to drink up$/), archaic: true },
        ],
      },
    ]);
  });

  it('become keys of kana and kanji, at most ten, not of single kana', () => {
    expect(edict.asKey('ﾃﾞｰﾀ', 10)).toBe('データ');
    expect(edict.asKey('木', 10)).toBe('木');
    for (const name of ['き', 'ＣＤ', 'アンダー・リペア', '１０進', 'あ'.repeat(11)]) {
      expect(edict.asKey(name, 10)).toBeNull();
    }
  });
});

describe('translations', () => {
  it('weigh glosses by 1 / (rank + 1), shared among their words, without stop words', () => {
    const { stems } = translate('検索 [けんさく] /(n,vs) looking up/search of (e.g. a term)/').get(
      '検索',
    )!;
    expect(stems).toEqual([
      ['look', 1 / 1.5],
      ['search', 0.5 / 1.5],
    ]);
  });

  it('weigh common entries four times, archaic senses .3 times', () => {
    const keys = translate(
      '橋 [はし] /(n) bridge/(P)/',
      '端 [はし] /(n) (1) edge/(n) (2) (arch) tip/',
    );
    expect(new Map(keys.get('はし')!.stems)).toEqual(
      new Map(
        [
          ['bridg', 4 / 5.15],
          ['edge', 1 / 5.15],
        ].map(([stem, p]) => [stem, expect.closeTo(p as number, 9)]),
      ),
    );
  });

  it('have verbs and adjectives also without their last kana', () => {
    expect([...translate('食べる [たべる] /(v1,vt) to eat/').keys()]).toEqual([
      '食べる',
      '食べ',
      'たべる',
      'たべ',
    ]);
    expect([...translate('猫 [ねこ] /(n) cat/').keys()]).toEqual(['猫', 'ねこ']);
  });

  it('count half where hiragana are a mere reading', () => {
    const keys = translate(
      '猫 [ねこ] /(n) cat/',
      '御座る [ござる] /(v4r) (uk) to be/',
      'ネコ /(n) cat/',
    );
    expect([...keys].map(([key, { half }]) => [key, half])).toEqual([
      ['猫', false],
      ['ねこ', true],
      ['御座る', false],
      ['御座', false],
      ['ござる', false],
      ['ござ', false],
      ['ネコ', false],
    ]);
  });

  it('keep keys that mean only stop words, without stems, and leave explanations out', () => {
    expect(translate('として /(exp) as/').get('として')?.stems).toEqual([]);
    const long = translate(
      '三役 [さんやく] /(n) ritual stomping in unison final day tournament/',
    ).get('三役');
    expect(long?.stems).toEqual([]);
  });

  it('have at most six stems, of at least .04 each', () => {
    const lines = [...'bcdfghjk'].map((letter) => `あれ /(n) ${letter}word/`);
    const all = translate(...lines).get('あれ')!.stems;
    expect(all.map(([stem]) => stem)).toEqual([
      'bword',
      'cword',
      'dword',
      'fword',
      'gword',
      'hword',
    ]);
    const ranked = translate(`あれ /(n) ${[...'bcdfghjk'].join('word/')}word/`).get('あれ')!.stems;
    expect(ranked.map(([stem]) => stem)).toEqual([
      'bword',
      'cword',
      'dword',
      'fword',
      'gword',
      'hword',
    ]);
    // The gloss of rank r has 1 / (r + 1) of 1 + 1/2 + … + 1/n: the eighth .046, the tenth .034.
    const eighth = 'this/that/it/they/he/she/who/bword';
    expect(translate(`あれ /(n) ${eighth}/`).get('あれ')?.stems).toHaveLength(1);
    expect(translate(`あれ /(n) we/you/${eighth}/`).get('あれ')?.stems).toEqual([]);
  });
});

describe('English frequencies', () => {
  it('come from the glosses of WordNet, not from its licence', () => {
    const file =
      '  1 This software and database is provided  \n00001740 29 v 01 breathe 0 000 | draw air into; "I breathe"  \n';
    expect(english.wordnetGlosses(file)).toEqual(['draw air into; "I breathe"']);
  });

  it('are shares of blocks of 400 characters', () => {
    const filler = 'zebra '.repeat(70);
    const frequencies = english.featureFrequencies([
      `vector ${filler}`,
      filler,
      filler,
      `Vectors ${filler}`,
    ]);
    expect(frequencies.get(hashString(SEED.stem, 'vector'))).toBe(0.5);
    expect(frequencies.get(hashString(SEED.word, 'vectors'))).toBe(0.25);
    expect(frequencies.get(hashString(SEED.wordNgram, '<vec'))).toBe(0.5);
    expect(frequencies.get(hashString(SEED.wordNgram, 'zebra'))).toBe(1);
  });

  it('weigh from 0 (everywhere) to 1 (nowhere)', () => {
    expect(english.inverseFrequency(1)).toBeCloseTo(0, 9);
    expect(english.inverseFrequency(0)).toBeCloseTo(1, 9);
    expect(english.inverseFrequency(0.009)).toBeCloseTo(2 / 3, 9);
  });
});
