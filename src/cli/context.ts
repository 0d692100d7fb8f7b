/** Opens the corpus of a command, with the embedder that it may need, and closes it. */
import { hostname } from 'node:os';
import type { OpenCorpusOptions } from '../service/corpus.ts';
import type { CorpusContext } from '../service/operation.ts';
import { sayTo } from './notices.ts';
import type { Settings } from './settings.ts';
import type { World } from './terminal.ts';

/** How a command opens its corpus. */
export interface OpenOptions {
  readonly readOnly: boolean;
  /** Prints one line for people. Default: to stderr. */
  readonly say?: (line: string) => void;
}

/** Runs `work` on the command's corpus. */
export async function withContext<T>(
  world: World,
  settings: Settings,
  options: OpenOptions,
  work: (context: CorpusContext) => Promise<T>,
): Promise<T> {
  const { openContext } = await import('../service/open-corpus.ts');
  const context = await openContext(settings.db, contextOptions(world, settings, options));
  try {
    if (!settings.debug) return await work(context);
    const { tracedStore } = await import('./trace.ts');
    const say = options.say ?? ((line: string): void => sayTo(world, line));
    return await work({ ...context, store: tracedStore(context.store, say) });
  } finally {
    await context.close();
  }
}

/** How a command's corpus is opened, wherever that is done. */
export function contextOptions(
  world: World,
  settings: Settings,
  { readOnly, say = (line) => sayTo(world, line) }: Pick<OpenOptions, 'readOnly' | 'say'>,
): OpenCorpusOptions {
  return {
    readOnly,
    cwd: world.cwd,
    owner: `process ${world.pid} on ${hostname()}`,
    embedder: async (space) => {
      const { makeEmbedder } = await import('./embedder.ts');
      return makeEmbedder({ world, settings, say }, space);
    },
  };
}
