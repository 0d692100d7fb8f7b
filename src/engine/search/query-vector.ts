/** The vector of a query. */
import { findVectorFault, toUnitVector } from '../../embedding/vectors.ts';
import { EmbeddingError } from '../../model/errors.ts';
import type { Embedder } from '../../model/types.ts';
import type { VectorSpace } from '../../store/reading-types.ts';
import type { StoreReader } from '../../store/store.ts';
import { requireSameSpace } from '../same-space.ts';

/** What is asked. */
export interface AskedQuery {
  readonly text: string;
  /** Whether its words can be looked for alone. */
  readonly canDoWithout: boolean;
  readonly signal: AbortSignal | undefined;
}

/** A vector of unit length, and the space that it is of. */
export interface QueryVector {
  readonly space: VectorSpace;
  readonly values: Float32Array;
}

/**
 * Embeds a query.
 *
 * @returns null if the model makes no usable vector of it, and its words can do without
 * @throws CorpusError `SPACE_MISMATCH`; EmbeddingError `INPUT_REJECTED`, or of the server
 */
export async function embedQuery(
  context: {
    readonly store: StoreReader;
    readonly embedder: (space: VectorSpace) => Promise<Embedder>;
  },
  space: VectorSpace,
  { text, canDoWithout, signal }: AskedQuery,
): Promise<QueryVector | null> {
  try {
    const embedder = await context.embedder(space);
    await requireSameSpace(context.store, space, embedder, signal);
    const values = await embedder.embedQuery(text, { signal });
    const fault = findVectorFault(values, space.dimensions);
    if (fault === null) return { space, values: toUnitVector(values) };
    const code = fault === 'dimensions' ? 'VECTORS_INVALID' : 'INPUT_REJECTED';
    const message = `The embedder gave a vector for the query that is none (${fault}).`;
    throw new EmbeddingError(code, message);
  } catch (error) {
    const isRejected = error instanceof EmbeddingError && error.code === 'INPUT_REJECTED';
    if (!isRejected) throw error;
    if (canDoWithout) return null;
    throw withoutVector(error);
  }
}

function withoutVector(cause: EmbeddingError): EmbeddingError {
  const message = 'The model makes no usable vector of this query. Try other words.';
  const remedy = { code: 'search-words' } as const;
  return new EmbeddingError('INPUT_REJECTED', message, { remedy, cause });
}
