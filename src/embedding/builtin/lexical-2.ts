/** The second recipe: the first with weights of English words, and with what Japanese says in English. */

import { Commonness } from './commonness.ts';
import { loadDataFile } from './data-file.ts';
import { FeatureCounts } from './feature-counts.ts';
import { countFeatures } from './features.ts';
import { Lexicon } from './lexicon.ts';
import type { Recipe } from './recipe.ts';
import { Translation } from './translation.ts';
import { refinedVector } from './vectors.ts';

/** `builtin/lexical-2`: docs/internals/builtin-embedder.md has it step by step. */
export const lexical2: Recipe = {
  model: 'builtin/lexical-2',
  prepare: async (onlyAscii) => {
    // The dictionary is 5 MB, read and summed up for its checksum; only Japanese asks it.
    const [lexicon, commonness] = await Promise.all([
      onlyAscii ? null : loadDataFile('japanese-english.dat', (file) => new Lexicon(file)),
      loadDataFile('english-frequencies.dat', (file) => new Commonness(file)),
    ]);
    return () => {
      const counts = new FeatureCounts();
      const translation = lexicon === null ? null : new Translation(lexicon);
      return (text) => {
        counts.clear();
        translation?.clear();
        countFeatures(text, counts, translation ?? undefined);
        return refinedVector(counts, commonness, translation);
      };
    };
  },
};
