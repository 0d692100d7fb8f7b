/** How much of a text a model reads for certain, whatever the version of the server. */
import { findModelFamily } from '../server/model-families.ts';

/**
 * Ollama from 0.30 reads at most `num_batch` tokens of a text with pooling models, 2048 unless
 * told otherwise, whatever the model's context; before 0.6 the default context was 2048 as well.
 */
const SERVER_LIMIT = 2_048;

/**
 * The tokens that are read for certain: the smallest of what the model file says, what the
 * family was made for (some files claim more), and what servers read by default. null if nothing
 * is known of the model.
 */
export function usableContext(model: {
  readonly name: string;
  readonly contextTokens: number | null;
}): number | null {
  const family = findModelFamily(model.name)?.maxTokens ?? null;
  const known = [model.contextTokens, family].filter((tokens) => tokens !== null);
  return known.length === 0 ? null : Math.min(...known, SERVER_LIMIT);
}
