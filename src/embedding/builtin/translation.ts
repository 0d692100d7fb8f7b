/**
 * What a Japanese text says in English, as far as a dictionary knows: for `builtin/lexical-2`, so that a
 * question in one language meets a page in the other.
 */

import { CharacterClass, classOf } from '../../text/characters.ts';
import { hashUnit, SEED } from './hashing.ts';
import { KeySearch } from './key-search.ts';
import { keyLength, type Lexicon, WHOLE_SHARE } from './lexicon.ts';
import { FIRST_KANA_BYTE, KANA_BASE } from './lexicon-file.ts';
import { addFeature } from './sums.ts';

/** Weight of a stem itself. */
const STEM_WEIGHT = 1;

/** Weights of the n-grams at a stem's start and inside it, by their length. */
const NGRAM_WEIGHT = [0, 0, 0, 0.1, 0.4, 0.1] as const;

const LESS_THAN = '<'.charCodeAt(0);

/** Sums the probabilities of English stems over the runs of one text; `clear` between texts. */
export class Translation {
  readonly #lexicon: Lexicon;
  readonly #search: KeySearch;
  /** Shares of each stem, summed: whole numbers, exact in any order. */
  readonly #sums: Float64Array;
  /** The stems whose sum is not 0, in the order in which they came. */
  readonly #stems: number[] = [];

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon;
    this.#search = new KeySearch(lexicon);
    this.#sums = new Float64Array(lexicon.stemCount);
  }

  /** Forgets the text. */
  clear(): void {
    for (const stem of this.#stems) {
      this.#sums[stem] = 0;
    }
    this.#stems.length = 0;
  }

  /**
   * Translates a run of kana and kanji, `text.slice(from, to)`: left to right the longest key, or one
   * character on where there is none. Within katakana the longest key is a mere piece of a word if it ends
   * one short of its end, and where no key begins a katakana word, none begins in it: such are left out.
   */
  addRun(text: string, from: number, to: number): void {
    const search = this.#search;
    const end = search.read(text, from, to);
    let at = 0;
    let wordEnd = 0;
    while (at < end) {
      // Once for each katakana word: a file may be one word of a million.
      wordEnd = at < wordEnd ? wordEnd : katakanaEnd(search.text, at, end);
      const found = search.longest(at, end);
      const next = at + keyLength(found);
      if (wordEnd > at && (found === 0 || next === wordEnd - 1)) {
        at = wordEnd;
      } else if (found === 0) {
        at += (search.text[at] ?? 0) < FIRST_KANA_BYTE ? 2 : 1;
      } else {
        this.#lexicon.forEachTranslation(found, this.#add);
        at = next;
      }
    }
  }

  /** Adds √Σp times its weight for each feature of each stem to the sums of a vector. */
  addTo(sums: Float64Array): void {
    const { bytes } = this.#lexicon.sections;
    for (const stem of this.#stems) {
      const value = Math.sqrt((this.#sums[stem] ?? 0) / WHOLE_SHARE);
      const at = this.#lexicon.stemAt(stem);
      addStem(sums, value, bytes, at);
    }
  }

  readonly #add = (stem: number, share: number): void => {
    if (this.#sums[stem] === 0) {
      this.#stems.push(stem);
    }
    this.#sums[stem] = (this.#sums[stem] ?? 0) + share;
  };
}

/**
 * Adds a stem and its n-grams, with its left border only: its end is not that of a word.
 *
 * @param at where in `bytes` its length is; its letters follow
 */
function addStem(sums: Float64Array, value: number, bytes: Uint8Array, at: number): void {
  const end = at + 1 + (bytes[at] ?? 0);
  let hash: number = SEED.stem;
  for (let i = at + 1; i < end; i++) {
    hash = hashUnit(hash, bytes[i] ?? 0);
  }
  addFeature(sums, hash, value * STEM_WEIGHT);
  // The length's place stands for the border.
  for (let start = at; start + 3 <= end; start++) {
    hash = hashUnit(SEED.wordNgram, start === at ? LESS_THAN : (bytes[start] ?? 0));
    hash = hashUnit(hash, bytes[start + 1] ?? 0);
    const last = Math.min(start + 5, end);
    for (let i = start + 2; i < last; i++) {
      hash = hashUnit(hash, bytes[i] ?? 0);
      addFeature(sums, hash, value * (NGRAM_WEIGHT[i - start + 1] ?? 0));
    }
  }
}

/** Where the katakana that begin at `at` end; `at` itself if there are none. */
function katakanaEnd(text: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && classOf((text[next] ?? 0) + KANA_BASE) === CharacterClass.katakana) {
    next += 1;
  }
  return next;
}
