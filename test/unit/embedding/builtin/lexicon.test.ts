import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeySearch } from '../../../../src/embedding/builtin/key-search.ts';
import { keyLength, Lexicon, WHOLE_SHARE } from '../../../../src/embedding/builtin/lexicon.ts';
import { CharacterClass, classOf } from '../../../../src/text/characters.ts';
import { type Meaning, packing } from '../../../helpers/lexicon-scripts.ts';

const SHIPPED = new URL('../../../../data/builtin/japanese-english.dat', import.meta.url);
const decoder = new TextDecoder();

function meaning(...stems: [string, number][]): Meaning {
  return { stems, half: false };
}

function packed(keys: readonly string[]): Lexicon {
  return new Lexicon(packing.packLexicon(new Map(keys.map((key) => [key, meaning(['x', 1])]))));
}

/** What is found at one place of a text: the key in its own letters, and its stems with their shares. */
function findAt(lexicon: Lexicon, text: string, from = 0) {
  const search = new KeySearch(lexicon);
  const end = search.read(text, from, text.length);
  const found = search.longest(0, end);
  if (found === 0) return null;
  let units = 0;
  for (let bytes = 0; bytes < keyLength(found); units++) {
    bytes += classOf(text.charCodeAt(from + units)) === CharacterClass.kanji ? 2 : 1;
  }
  const stems: [string, number][] = [];
  lexicon.forEachTranslation(found, (stem, share) => {
    stems.push([stemText(lexicon, stem), share / WHOLE_SHARE]);
  });
  return { key: text.slice(from, from + units), stems };
}

function stemText(lexicon: Lexicon, stem: number): string {
  const { bytes } = lexicon.sections;
  const at = lexicon.stemAt(stem);
  return decoder.decode(bytes.subarray(at + 1, at + 1 + bytes[at]!));
}

/** The obvious way: every beginning of the text, longest first. */
function bruteForce(keys: ReadonlySet<string>, text: string, from: number): string | null {
  for (let to = text.length; to > from; to--) {
    if (keys.has(text.slice(from, to))) return text.slice(from, to);
  }
  return null;
}

/** Few characters, so that keys begin each other; one (龘) that the keys do not have. */
const characters = ['あ', 'い', 'ゟ', 'ア', 'ー', '々', '日', '本', '語', '﨑'];
const key = fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 10 });
const text = fc.string({ unit: fc.constantFrom(...characters, '龘', '\ud842'), maxLength: 14 });

describe('the packed lexicon', () => {
  it('finds the longest key that a text begins with, as the obvious way does', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key, { minLength: 1, maxLength: 300 }), text, (keys, sample) => {
        const lexicon = packed(keys);
        const all = new Set(keys);
        for (let from = 0; from < sample.length; from++) {
          const found = findAt(lexicon, sample, from);
          expect(found?.key ?? null).toBe(bruteForce(all, sample, from));
        }
      }),
    );
  });

  it('finds a short key whose longer kin fill the blocks between it and the text', () => {
    const kin = Array.from({ length: 500 }, (_, i) => {
      const digit = (place: number) => 'あいうえおかきくけこ'[Math.floor(i / place) % 10];
      return `日本${digit(100)}${digit(10)}${digit(1)}`;
    });
    const lexicon = packed(['日', ...kin]);
    expect(findAt(lexicon, '日本語')?.key).toBe('日');
    expect(findAt(lexicon, '日本おおん')?.key).toBe('日');
    expect(findAt(lexicon, '日本いいい')?.key).toBe('日本いいい');
    expect(findAt(lexicon, '本日')).toBeNull();
  });

  it('gives back stems and probabilities, in 255ths of their roots', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          key,
          fc.record({
            stems: fc.uniqueArray(
              fc.tuple(
                fc.stringMatching(/^[a-z0-9]{1,12}$/),
                fc.double({ min: 0.001, max: 1, noNaN: true }),
              ),
              { selector: ([stem]) => stem, maxLength: 6 },
            ),
            half: fc.boolean(),
          }),
          { minKeys: 1, maxKeys: 200 },
        ),
        (meanings) => {
          const lexicon = new Lexicon(packing.packLexicon(new Map(Object.entries(meanings))));
          for (const [name, { stems, half }] of Object.entries(meanings)) {
            const expected = stems.map(([stem, p]) => {
              return [stem, (Math.round(Math.sqrt(p) * 255) / 255) ** 2 * (half ? 0.5 : 1)];
            });
            const found = findAt(lexicon, name);
            expect(found?.key).toBe(name);
            expect(found?.stems.map(([stem]) => stem)).toEqual(expected.map(([stem]) => stem));
            for (const [i, [, share]] of (found?.stems ?? []).entries()) {
              expect(share).toBeCloseTo(expected[i]![1] as number, 12);
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is packed the same from the same keys in any order', () => {
    const meanings: [string, Meaning][] = [
      ['検索', meaning(['search', 0.6], ['retriev', 0.4])],
      ['全文', meaning(['full', 0.5], ['text', 0.5])],
      ['けんさく', meaning(['search', 0.6], ['retriev', 0.4])],
    ];
    const forward = packing.packLexicon(new Map(meanings));
    expect(packing.packLexicon(new Map(meanings.toReversed()))).toEqual(forward);
  });
});

describe('the lexicon that ships', () => {
  const lexicon = new Lexicon(readFileSync(SHIPPED));
  const keys = new Set(keysOf(lexicon));

  it('holds the keys of EDICT', () => {
    expect(keys.size).toBeGreaterThan(390_000);
    expect([...keys].filter((name) => name.length > 10)).toEqual([]);
    expect([...keys].filter((name) => /^[\u3041-\u30ff]$/.test(name))).toEqual([]);
  });

  it('translates what a dictionary translates', () => {
    const stems = (japanese: string) => findAt(lexicon, japanese)?.stems.map(([stem]) => stem);
    expect(findAt(lexicon, '検索する')?.key).toBe('検索');
    expect(stems('検索')).toContain('search');
    expect(stems('データベース')).toEqual(['databas']);
    expect(stems('自転車')).toContain('bicycl');
    expect(stems('たべる')).toContain('eat');
    expect(stems('猫')?.[0]).toBe('cat');
  });

  it('finds in running text what the obvious way finds', () => {
    const sample =
      '埋め込みは文章をベクトルにする。全文検索エンジンでは、転置インデックスをつくって単語から文書を引く。' +
      '東京都の図書館で借りた本を、いつまでに返さなければならないのか調べてください。髙﨑さんのユーザー名は𠮷野でした。';
    for (const run of sample.split(/[。、]/)) {
      for (let from = 0; from < run.length; from++) {
        const found = findAt(lexicon, run, from);
        expect(found?.key ?? null).toBe(bruteForce(keys, run, from));
      }
    }
  });
});

/** Every key, read from the first to the last without any search. */
function keysOf({ sections }: Lexicon): string[] {
  const { bytes, entriesAt, kanjiCodes } = sections;
  const kanji = new Map<number, number>();
  for (const [i, code] of kanjiCodes.entries()) if (code > 0) kanji.set(code, i + 0x3000);
  const keys: string[] = [];
  let name: number[] = [];
  for (let at = entriesAt; at < bytes.length; at += 3) {
    const lengths = bytes[at++]!;
    let [repeated, added] = [lengths >>> 4, lengths & 15];
    if (added === 0) {
      repeated = bytes[at++]!;
      added = bytes[at++]!;
    }
    name = [...name.slice(0, repeated), ...bytes.subarray(at, at + added)];
    at += added;
    let spelled = '';
    for (let i = 0; i < name.length; i++) {
      const byte = name[i]!;
      spelled += String.fromCharCode(
        byte >= 0x41 ? 0x3000 + byte : kanji.get(byte * 256 + name[++i]!)!,
      );
    }
    keys.push(spelled);
  }
  return keys;
}
