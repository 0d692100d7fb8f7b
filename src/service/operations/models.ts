/** `models`: what a server offers, and which of it can embed. Needs no corpus. */
import { SERVER_OPTIONS } from '../../model/options.ts';
import type { ListModelsOptions, ServerModel } from '../../server/models.ts';
import type { Operation } from '../operation.ts';

/** The operation; it works on no corpus. */
export const models: Operation<ListModelsOptions, readonly ServerModel[], null> = {
  name: 'models',
  help: 'list the models of a server, and which of them can embed',
  options: SERVER_OPTIONS,
  run: async (_, params) => {
    const { listModels } = await import('../../server/models.ts');
    return listModels(params);
  },
};
