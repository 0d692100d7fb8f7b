/**
 * The embedder that is always there: offline, no model, no download. It is lexical: it finds texts that
 * share words, parts of words and kanji, not texts that say the same in other words.
 * docs/builtin-embedder.md has the recipe and what it is worth.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EmbedCallOptions, Embedder, EmbedderIdentity } from '../../types.ts';
import { FeatureCounts } from './feature-counts.ts';
import { countFeatures } from './features.ts';
import { DIMENSIONS, hashedVector } from './vectors.ts';

/** Another recipe gets another name: it is another vector space. */
const MODEL = 'builtin/lexical-1';

/** UTF-16 units between two turns of the event loop: about 10 ms of work. */
const UNITS_A_TURN = 50_000;

/**
 * The built-in lexical embedder: kind `builtin`, model `builtin/lexical-1`, 1024 dimensions, no prompts.
 * Vectors have unit length and depend on nothing but the text: neither machine, nor Node version, nor the
 * other texts. Texts of any length are read to their end; any string is allowed.
 *
 * Gives other work a turn about every 10 ms of a large batch, and looks at the signal then.
 * The only error is the signal's reason.
 */
export function builtin(): Embedder {
  return { identity, embedDocuments, embedQuery };
}

async function identity(): Promise<EmbedderIdentity> {
  return {
    kind: 'builtin',
    model: MODEL,
    digest: null,
    dimensions: DIMENSIONS,
    documentPrompt: '',
    queryPrompt: '',
    contextTokens: null,
  };
}

async function embedDocuments(
  texts: readonly string[],
  options: EmbedCallOptions = {},
): Promise<Float32Array[]> {
  options.signal?.throwIfAborted();
  const counts = new FeatureCounts();
  const vectors: Float32Array[] = [];
  let unitsThisTurn = 0;
  for (const text of texts) {
    if (unitsThisTurn >= UNITS_A_TURN) {
      await nextTurn();
      options.signal?.throwIfAborted();
      unitsThisTurn = 0;
    }
    counts.clear();
    countFeatures(text, counts);
    vectors.push(hashedVector(counts));
    unitsThisTurn += text.length;
  }
  return vectors;
}

async function embedQuery(text: string, options: EmbedCallOptions = {}): Promise<Float32Array> {
  options.signal?.throwIfAborted();
  const counts = new FeatureCounts();
  countFeatures(text, counts);
  return hashedVector(counts);
}
