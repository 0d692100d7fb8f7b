/**
 * What a text is made of, to the built-in embedder: stems, words and letter n-grams of scripts with spaces;
 * single characters, n-grams and whole kanji runs of Japanese. Hiragana counts little: it is mostly grammar.
 */

import { CharacterClass, classOf } from '../../text/characters.ts';
import type { FeatureCounts } from './feature-counts.ts';
import { hashString, hashUnit, SEED } from './hashing.ts';
import { isStopWord, stem } from './stemming.ts';

/** Weights of the recipe, in the order of its text. */
const WEIGHT = {
  stem: 1,
  word: 0.2,
  /** By length of the n-gram. */
  wordNgram: [0, 0, 0, 0.1, 0.4, 0.1],
  kanji: 0.75,
  /** By number of hiragana in the bigram. */
  cjkBigram: [0.75, 0.1, 0.15],
  cjkTrigram: 0.3,
  kanjiRun: 0.5,
} as const;

/** Words are cut to this many UTF-16 units: a longer one is base64 or a missing space. */
const MAX_WORD_UNITS = 64;

const { separator, word: wordClass, hiragana, kanji } = CharacterClass;

/** Gets the runs of kana and kanji of a text. */
export interface CjkRuns {
  /** `text.slice(from, to)`, normalised. */
  addRun(text: string, from: number, to: number): void;
}

/**
 * Counts the features of a text. NFKC and lower case come first, so that half-width katakana, full-width
 * Latin, composed and decomposed forms are the same text. Any string is allowed, lone surrogates included.
 * Shows `runs`, if given, the runs of kana and kanji.
 */
export function countFeatures(text: string, counts: FeatureCounts, runs?: CjkRuns): void {
  const normalised = text.normalize('NFKC').toLowerCase();
  const length = normalised.length;
  let start = 0;
  while (start < length) {
    const first = classOf(normalised.charCodeAt(start));
    let end = start + 1;
    if (first === wordClass) {
      while (end < length && classOf(normalised.charCodeAt(end)) === wordClass) {
        end += 1;
      }
      countWord(normalised.slice(start, Math.min(end, start + MAX_WORD_UNITS)), counts);
    } else if (first !== separator) {
      while (end < length && isCjk(classOf(normalised.charCodeAt(end)))) {
        end += 1;
      }
      countCjkRun(normalised, start, end, counts);
      runs?.addRun(normalised, start, end);
    }
    start = end;
  }
}

function isCjk(characterClass: CharacterClass): boolean {
  return characterClass >= hiragana;
}

function countWord(word: string, counts: FeatureCounts): void {
  if (isStopWord(word)) {
    return;
  }
  const stemmed = stem(word);
  if (isStopWord(stemmed)) {
    return;
  }
  counts.add(hashString(SEED.stem, stemmed), WEIGHT.stem);
  counts.add(hashString(SEED.word, word), WEIGHT.word);
  const bounded = `<${word}>`;
  for (let start = 0; start + 3 <= bounded.length; start++) {
    const end = Math.min(start + 5, bounded.length);
    let hash: number = SEED.wordNgram;
    for (let i = start; i < end; i++) {
      hash = hashUnit(hash, bounded.charCodeAt(i));
      if (i - start >= 2) {
        counts.add(hash, WEIGHT.wordNgram[i - start + 1] ?? 0);
      }
    }
  }
}

/** A run of kana and kanji: its n-grams up to three, and its kanji runs. */
function countCjkRun(text: string, from: number, to: number, counts: FeatureCounts): void {
  let kanjiRunHash: number = SEED.kanjiRun;
  let kanjiRunLength = 0;
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    countCjkNgrams(text, i, to, counts);
    if (classOf(unit) === kanji) {
      kanjiRunHash = hashUnit(kanjiRunHash, unit);
      kanjiRunLength += 1;
      if (i + 1 < to) {
        continue;
      }
    }
    if (kanjiRunLength >= 2) {
      counts.add(kanjiRunHash, WEIGHT.kanjiRun);
    }
    kanjiRunHash = SEED.kanjiRun;
    kanjiRunLength = 0;
  }
}

/** The n-grams that start at `i`; `to` is the end of the run. */
function countCjkNgrams(text: string, i: number, to: number, counts: FeatureCounts): void {
  const first = text.charCodeAt(i);
  const firstClass = classOf(first);
  let hash = hashUnit(SEED.cjkNgram, first);
  if (firstClass === kanji) {
    counts.add(hash, WEIGHT.kanji);
  }
  if (i + 1 >= to) {
    return;
  }
  const second = text.charCodeAt(i + 1);
  const hiraganas = Number(firstClass === hiragana) + Number(classOf(second) === hiragana);
  hash = hashUnit(hash, second);
  counts.add(hash, WEIGHT.cjkBigram[hiraganas] ?? 0);
  if (i + 2 >= to || hiraganas > 0) {
    return;
  }
  const third = text.charCodeAt(i + 2);
  if (classOf(third) !== hiragana) {
    counts.add(hashUnit(hash, third), WEIGHT.cjkTrigram);
  }
}
