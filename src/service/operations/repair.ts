/** `repair`: mends what an examination finds in a corpus. */
import type { Finding } from '../../engine/examination/findings.ts';
import { checkParams, requireWritable } from '../check.ts';
import type { Operation } from '../operation.ts';
import { writeAlone } from '../write-alone.ts';

/** The operation. */
export const repair: Operation<object, readonly Finding[]> = {
  name: 'repair',
  help: 'mend what an examination finds in a corpus',
  options: {},
  run: async ({ store }, params) => {
    checkParams(params, {});
    requireWritable(store);
    const { repairCorpus } = await import('../../engine/examination/examine.ts');
    return writeAlone(store, () => repairCorpus(store));
  },
};
