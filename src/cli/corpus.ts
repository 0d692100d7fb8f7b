/** Opens the corpus of a command, with the embedder that it may need, and closes it. */
import { hostname } from 'node:os';
import type { Corpus, SpaceInfo } from '../index.ts';
import type { Settings } from './settings.ts';
import { printableName, type World } from './terminal.ts';

/** How a command opens its corpus. */
export interface OpenOptions {
  readonly readOnly: boolean;
  /** In memory if there is no file: for a dry run over a new corpus. */
  readonly inMemory?: boolean;
  /** Prints one line for people. Default: to stderr. */
  readonly say?: (line: string) => void;
}

/** Runs `work` on the command's corpus. */
export async function withCorpus<T>(
  world: World,
  settings: Settings,
  options: OpenOptions,
  work: (corpus: Corpus) => Promise<T>,
): Promise<T> {
  const { openCorpus, openCorpusInMemory } = await import('../service/open-corpus.ts');
  const say =
    options.say ?? ((line: string) => world.stderr.write(`umekomi: ${printableName(line)}\n`));
  const given = {
    readOnly: options.readOnly,
    cwd: world.cwd,
    owner: `process ${world.pid} on ${hostname()}`,
    embedder: async (space: SpaceInfo | null) => {
      const { makeEmbedder } = await import('./embedder.ts');
      return makeEmbedder({ world, settings, say }, space);
    },
  };
  const corpus =
    options.inMemory === true ? openCorpusInMemory(given) : openCorpus(settings.db, given);
  try {
    return await work(corpus);
  } finally {
    corpus.close();
  }
}
