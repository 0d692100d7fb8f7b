/**
 * The embedder that is always there: offline, no model, no download. It is lexical: it finds texts that
 * share words, parts of words and kanji, and Japanese and English words that a dictionary has for each
 * other, not texts that say the same in other words. docs/internals/builtin-embedder.md has the recipes and what they
 * are worth.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { UsageError } from '../../model/errors.ts';
import type { EmbedCallOptions, Embedder } from '../../model/types.ts';
import { memoize } from '../../server/memoize.ts';
import { lexical1 } from './lexical-1.ts';
import { lexical2 } from './lexical-2.ts';
import type { Recipe } from './recipe.ts';
import { DIMENSIONS } from './sums.ts';

/** Newest first: `builtin` means the first one. */
const RECIPES: readonly [Recipe, ...Recipe[]] = [lexical2, lexical1];

/** UTF-16 units between two turns of the event loop: about 10 ms of work. */
const UNITS_A_TURN = 50_000;

/** What `builtin` can be told. */
export interface BuiltinOptions {
  /**
   * The recipe by its name: `builtin/lexical-2`, `builtin/lexical-1`, or `builtin` for the newest.
   * @default 'builtin'
   */
  readonly model?: string | undefined;
}

/**
 * The built-in lexical embedder: kind `builtin`, 1024 dimensions, no prompts. Vectors have unit length and
 * depend on nothing but the text: neither machine, nor Node version, nor the other texts. Texts of any
 * length are read to their end; any string is allowed.
 *
 * `builtin/lexical-2` reads its dictionary (5 MB, part of the package) when the first document comes, or the first query
 * that is not ASCII.
 * Gives other work a turn about every 10 ms of a large batch, and looks at the signal then.
 *
 * @throws UsageError `USAGE` for another model; when embedding, the signal's reason, or EmbeddingError
 *   `BUILTIN_DATA_UNUSABLE` if the dictionary is missing or damaged
 */
export function builtin(options: BuiltinOptions = {}): Embedder {
  const recipe = recipeOf(options.model ?? 'builtin');
  const prepared = memoize(() => recipe.prepare(false));
  const preparedForAscii = memoize(() => recipe.prepare(true));
  return {
    identity: async () => ({
      kind: 'builtin',
      model: recipe.model,
      digest: null,
      dimensions: DIMENSIONS,
      documentPrompt: '',
      queryPrompt: '',
      contextTokens: null,
    }),
    embedDocuments: async (texts, { signal } = {}) => {
      const vectorize = (await prepared(signal))();
      return embedInTurns(texts, vectorize, signal);
    },
    embedQuery: async (text, { signal } = {}) => {
      const prepare = IS_ASCII.test(text) ? preparedForAscii : prepared;
      return (await prepare(signal))()(text);
    },
  };
}

const IS_ASCII = /^[\0-\x7f]*$/;

function recipeOf(model: string): Recipe {
  if (model === 'builtin') {
    return RECIPES[0];
  }
  const recipe = RECIPES.find((known) => known.model === model);
  if (recipe === undefined) {
    const names = RECIPES.map((known) => known.model).join(', ');
    const message = `There is no built-in embedder ${JSON.stringify(model)}; there are ${names}, and "builtin" for the newest.`;
    throw new UsageError('USAGE', message);
  }
  return recipe;
}

async function embedInTurns(
  texts: readonly string[],
  vectorize: (text: string) => Float32Array,
  signal: EmbedCallOptions['signal'],
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  let unitsThisTurn = 0;
  for (const text of texts) {
    if (unitsThisTurn >= UNITS_A_TURN) {
      await nextTurn();
      signal?.throwIfAborted();
      unitsThisTurn = 0;
    }
    vectors.push(vectorize(text));
    unitsThisTurn += text.length;
  }
  return vectors;
}
