/** From dictionary entries to what each key means: English stems with probabilities. */

import { stem } from '../../dist/embedding/builtin/stemming.js';
import { asKey, withoutEnding } from './edict.mjs';
import { contentWords } from './english.mjs';

/** The longest key in UTF-16 units: longer ones are phrases that hardly occur. */
const MOST_KEY_UNITS = 10;
/** A gloss of more content words explains instead of translating. */
const MOST_GLOSS_WORDS = 4;
/** Stems of one key. */
const MOST_STEMS = 6;
const LEAST_PROBABILITY = 0.04;
/** Entries marked (P). */
const COMMON_WEIGHT = 4;
const ARCHAIC_WEIGHT = 0.3;
const HIRAGANA = /^[\u3041-\u309f]+$/;
/** Keys without the last kana. */
const CUT_WEIGHT = 0.8;

/** What stands for glosses of stop words only, `to be` or `as`: their share of a key means nothing. */
const NOTHING = '';

/** What stands for readings in hiragana of words that are mostly written otherwise, as a share of a key. */
const MERE_READING = ' ';

/** Adds what entries say to weights by key and stem. */
export function addEntries(weights, entries, fileWeight) {
  for (const entry of entries) {
    const entryWeight = fileWeight * (entry.common ? COMMON_WEIGHT : 1);
    const meanings = entryMeanings(entry, entryWeight);
    const total = [...meanings.values()].reduce((sum, weight) => sum + weight, 0);
    for (const [key, weight] of entryKeys(entry)) {
      addMeanings(weights, key, meanings, weight);
      if (entry.names.length > 1 && !entry.mostlyKana && HIRAGANA.test(key)) {
        addMeanings(weights, key, new Map([[MERE_READING, total]]), weight);
      }
    }
  }
}

/** Weights of stems: a gloss shares out 1 / (rank + 1) among its words, the first gloss having rank 0. */
function entryMeanings({ glosses }, entryWeight) {
  const meanings = new Map();
  for (const [rank, { text, archaic }] of glosses.entries()) {
    const words = contentWords(text);
    if (words.length > MOST_GLOSS_WORDS) continue;
    const weight = (entryWeight * (archaic ? ARCHAIC_WEIGHT : 1)) / (rank + 1);
    const stems = words.length === 0 ? [NOTHING] : words.map(stem);
    for (const one of stems) meanings.set(one, (meanings.get(one) ?? 0) + weight / stems.length);
  }
  return meanings;
}

/** Keys of an entry, each once, with the weight of that form. */
function entryKeys({ names, inflected }) {
  const keys = new Map();
  for (const name of names) {
    const key = asKey(name, MOST_KEY_UNITS + (inflected ? 1 : 0));
    if (key === null) continue;
    const cut = inflected ? withoutEnding(key) : null;
    const cutKey = cut === null ? null : asKey(cut, MOST_KEY_UNITS);
    if (key.length <= MOST_KEY_UNITS) keys.set(key, 1);
    if (cutKey !== null && !keys.has(cutKey)) keys.set(cutKey, CUT_WEIGHT);
  }
  return keys;
}

function addMeanings(weights, key, meanings, factor) {
  const ofKey = weights.get(key) ?? new Map();
  for (const [one, weight] of meanings) ofKey.set(one, (ofKey.get(one) ?? 0) + weight * factor);
  weights.set(key, ofKey);
}

/**
 * The likeliest stems of each key with their probabilities, each times the root of its weight: a stem
 * that half of all texts have says little, whatever was translated. Keys that mean nothing stay, without stems: a search that
 * did not find them would find a piece of them. What counts half is what is mostly a mere reading: hiragana
 * are more often grammar than the word that they could be.
 *
 * @param {Map<string, Map<string, number>>} weights
 * @param {(stem: string) => number} weightOf 0 … 1
 * @returns {Map<string, { stems: [string, number][], half: boolean }>} likeliest first; ties by the stem
 */
export function probabilities(weights, weightOf) {
  const result = new Map();
  for (const [key, ofKey] of weights) {
    const mereReading = ofKey.get(MERE_READING) ?? 0;
    const sum = [...ofKey.values()].reduce((total, weight) => total + weight, 0) - mereReading;
    const half = mereReading > sum / 2;
    const least = half ? 2 * LEAST_PROBABILITY : LEAST_PROBABILITY;
    const stems = [...ofKey]
      .filter(([one]) => one !== NOTHING && one !== MERE_READING)
      .map(([one, weight]) => [one, weight / sum])
      .filter(([, p]) => p >= least)
      .sort(([a, p], [b, q]) => q - p || (a < b ? -1 : 1))
      .slice(0, MOST_STEMS)
      .map(([one, p]) => [one, p * Math.sqrt(weightOf(one))]);
    result.set(key, { stems, half });
  }
  return result;
}
