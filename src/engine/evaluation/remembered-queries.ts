/** An embedder that is asked for each query once, in however many modes it is searched with. */
import type { Embedder } from '../../model/types.ts';

/** Remembers the vectors of queries; a failure is not remembered. */
export function rememberQueries(embedder: Embedder): Embedder {
  const vectors = new Map<string, Promise<Float32Array>>();
  return {
    identity: (options) => embedder.identity(options),
    embedDocuments: (texts, options) => embedder.embedDocuments(texts, options),
    embedQuery: (text, options) => {
      const known = vectors.get(text);
      if (known !== undefined) return known;
      const vector = embedder.embedQuery(text, options);
      vectors.set(text, vector);
      vector.catch(() => vectors.delete(text));
      return vector;
    },
  };
}
