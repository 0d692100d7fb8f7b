/** English text as the built-in embedder sees it, and how common its features are. */

import { hashString, SEED } from '../../dist/embedding/builtin/hashing.js';
import { isStopWord, stem } from '../../dist/embedding/builtin/stemming.js';

/** Characters of a block: the share of blocks that have a feature is its frequency. */
const BLOCK_CHARACTERS = 400;

/** Content words of a text: lower case, without stop words. */
export function contentWords(text) {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return words.filter((word) => !isStopWord(word) && !isStopWord(stem(word)));
}

/**
 * Glosses of a WordNet data file (wndb(5WN)): what follows the bar on lines that begin with an offset; the
 * licence at the top is indented.
 *
 * @param {string} file
 */
export function wordnetGlosses(file) {
  return file
    .split('\n')
    .filter((line) => /^\d{8} /.test(line))
    .map((line) => line.slice(line.indexOf('| ') + 2).trim());
}

/**
 * The share of blocks of about 400 characters that have each feature of a word.
 *
 * @param {string[]} texts in their order; neighbours share blocks
 * @returns {Map<number, number>} by the feature's hash
 */
export function featureFrequencies(texts) {
  const blocksWith = new Map();
  let blocks = 0;
  let features = new Set();
  let characters = 0;
  const finish = () => {
    for (const feature of features) blocksWith.set(feature, (blocksWith.get(feature) ?? 0) + 1);
    blocks += 1;
    features = new Set();
    characters = 0;
  };
  for (const text of texts) {
    for (const word of contentWords(text)) addFeatures(word, features);
    characters += text.length + 1;
    if (characters >= BLOCK_CHARACTERS) finish();
  }
  if (characters > 0) finish();
  return new Map([...blocksWith].map(([feature, count]) => [feature, count / blocks]));
}

/** The features of a word, as src/embedding/builtin/features.ts has them. */
function addFeatures(word, features) {
  features.add(hashString(SEED.stem, stem(word)));
  features.add(hashString(SEED.word, word));
  const bounded = `<${word}>`;
  for (let start = 0; start < bounded.length; start++) {
    for (let length = 3; length <= 5 && start + length <= bounded.length; length++) {
      features.add(hashString(SEED.wordNgram, bounded.slice(start, start + length)));
    }
  }
}

/** Inverse document frequency, 0 … 1: ln(1 / min(1, p + .001)) / ln 1000. */
export function inverseFrequency(p) {
  return Math.log(1 / Math.min(1, p + 0.001)) / Math.log(1000);
}
