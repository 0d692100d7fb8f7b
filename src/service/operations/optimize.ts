/** `optimize`: makes a corpus as small and quick as one that was just built. */
import type { OptimizeSummary } from '../../store/upkeep-types.ts';
import { checkParams, requireWritable } from '../check.ts';
import type { Operation } from '../operation.ts';
import { writeAlone } from '../write-alone.ts';

/** The operation. */
export const optimize: Operation<object, OptimizeSummary> = {
  name: 'optimize',
  help: 'make a corpus as small and quick as one that was just built',
  options: {},
  run: async ({ store }, params) => {
    checkParams(params, {});
    requireWritable(store);
    return writeAlone(store, () => store.optimize());
  },
};
