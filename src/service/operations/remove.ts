/** `remove`: takes a source, or a folder or file of one, out of a corpus. */
import type { RemoveSummary } from '../../model/indexing.ts';
import { checkParams, requireText, requireWritable } from '../check.ts';
import type { Operation } from '../operation.ts';
import { writeAlone } from '../write-alone.ts';

/** What is to go. */
export interface RemoveParams {
  /** On disk, or inside a source. */
  readonly path: string;
}

/** The operation. */
export const remove: Operation<RemoveParams, RemoveSummary> = {
  name: 'remove',
  help: 'take a source, or a folder or file of one, out of a corpus',
  options: {},
  run: async ({ store, cwd }, params) => {
    checkParams(params, {}, { own: ['path'] });
    requireText('path', params.path);
    requireWritable(store);
    const { removePath } = await import('../../engine/indexing/remove.ts');
    return writeAlone(store, () => removePath(store, params.path, cwd));
  },
};
