/** `like`: passages like one that is stored. */
import { HIT_OPTIONS } from '../../model/options.ts';
import type { HitOptions, PassagePlace, SearchResult } from '../../model/search.ts';
import { checkParams, requireCount, requireText } from '../check.ts';
import type { Operation } from '../operation.ts';

/** What others are to be like, and how they are told. */
export interface LikeParams extends HitOptions, PassagePlace {}

/** The operation. */
export const like: Operation<LikeParams, SearchResult> = {
  name: 'like',
  help: 'find passages like one that is indexed; needs no server',
  options: HIT_OPTIONS,
  run: async (context, { path, line, ...options }) => {
    checkParams(options, HIT_OPTIONS);
    requireText('path', path);
    if (line !== undefined) requireCount('line', line);
    const { searchLike } = await import('../../engine/search/like.ts');
    return searchLike(context, { path, line }, options);
  },
};
