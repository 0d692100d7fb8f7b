/** The embedder of an open corpus: made when it is first needed. */
import { UsageError } from '../model/errors.ts';
import type { Embedder } from '../model/types.ts';
import type { VectorSpace } from '../store/reading-types.ts';
import type { OpenCorpusOptions } from './corpus.ts';
import type { CorpusContext } from './operation.ts';

/** Makes the embedder once for each space that the corpus comes to have. */
export function lazyEmbedder(given: OpenCorpusOptions['embedder']): CorpusContext['embedder'] {
  let made: { readonly space: string | undefined; readonly embedder: Promise<Embedder> } | null =
    null;
  return (space) => {
    const isOld = made?.space !== undefined && made.space !== space?.fingerprint;
    if (made !== null && !isOld) return made.embedder;
    const embedder = makeEmbedder(given, space);
    const making = { space: space?.fingerprint, embedder };
    made = making;
    // A failure is not remembered: a server may be there the next time.
    embedder.catch(() => {
      if (made === making) made = null;
    });
    return embedder;
  };
}

async function makeEmbedder(
  given: OpenCorpusOptions['embedder'],
  space: VectorSpace | null,
): Promise<Embedder> {
  if (typeof given === 'function') return given(space);
  if (given !== undefined) return given;
  if (space?.kind === 'builtin') {
    const { builtin } = await import('../embedding/builtin/builtin.ts');
    return builtin({ model: space.model });
  }
  const of = space === null ? '' : ` for ${space.model}`;
  const message = `An embedder is needed${of}: openCorpus(path, { embedder: ollama({ … }) }).`;
  throw new UsageError('USAGE', message);
}
