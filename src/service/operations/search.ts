/** `search`: the passages that answer a query best. */
import { SEARCH_OPTIONS } from '../../model/options.ts';
import type { SearchOptions, SearchResult } from '../../model/search.ts';
import { checkParams, requireReranker, requireText } from '../check.ts';
import type { Operation } from '../operation.ts';

/** What is asked, and how it is answered. */
export interface SearchParams extends SearchOptions {
  /** Any text; phrases in quotes must stand in a passage, unless the mode is `semantic`. */
  readonly query: string;
}

/** The operation. */
export const search: Operation<SearchParams, SearchResult> = {
  name: 'search',
  help: 'find the passages that answer a query, by meaning and by words',
  options: SEARCH_OPTIONS,
  run: async (context, { query, ...options }) => {
    checkParams(options, SEARCH_OPTIONS, { own: ['reranker'] });
    requireReranker(options.reranker);
    requireText('query', query);
    const { searchText } = await import('../../engine/search/search.ts');
    return searchText(context, query, options);
  },
};
