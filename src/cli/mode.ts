/** How a corpus is searched where no flag says it. */
import type { Corpus, SearchMode } from '../index.ts';
import type { World } from './terminal.ts';

/** By meaning and words, unless the corpus is from before it had words: that is said on stderr. */
export function defaultMode(world: World, corpus: Corpus): SearchMode {
  const mode = corpus.defaultMode();
  if (mode === 'semantic') {
    world.stderr.write(
      'umekomi: searching by meaning only: the words of this corpus are not indexed yet; umekomi index does that.\n',
    );
  }
  return mode;
}
