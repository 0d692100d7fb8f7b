/** `search` by a vector of the corpus's space. */
import { UsageError } from '../../model/errors.ts';
import { HIT_OPTIONS } from '../../model/options.ts';
import type { HitOptions, SearchResult } from '../../model/search.ts';
import { checkParams } from '../check.ts';
import type { Operation } from '../operation.ts';

/** What is looked for, and how it is answered. */
export interface SearchVectorParams extends HitOptions {
  /** Need not be normalised. */
  readonly vector: Float32Array;
}

/** The operation. */
export const searchVector: Operation<SearchVectorParams, SearchResult> = {
  name: 'search-vector',
  help: 'find the passages nearest to a vector',
  options: HIT_OPTIONS,
  run: async (context, { vector, ...options }) => {
    checkParams(options, HIT_OPTIONS);
    if (!(vector instanceof Float32Array)) {
      throw new UsageError('USAGE', 'vector must be a Float32Array.');
    }
    const search = await import('../../engine/search/search.ts');
    return search.searchVector(context, vector, options);
  },
};
