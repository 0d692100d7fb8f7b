/** The first recipe: needs no data, and knows one language at a time. */

import { FeatureCounts } from './feature-counts.ts';
import { countFeatures } from './features.ts';
import type { Recipe } from './recipe.ts';
import { hashedVector } from './vectors.ts';

/** `builtin/lexical-1`: docs/internals/builtin-embedder.md has it step by step. */
export const lexical1: Recipe = {
  model: 'builtin/lexical-1',
  prepare: async () => () => {
    const counts = new FeatureCounts();
    return (text) => {
      counts.clear();
      countFeatures(text, counts);
      return hashedVector(counts);
    };
  },
};
