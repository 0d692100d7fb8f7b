/** The port to a model that reads a query and a passage together, and says how well they fit. */

/** A reranker: slower than a comparison of vectors, and better; it sees a few passages, never a corpus. */
export interface Reranker {
  /** For messages and `--explain`: the model, or the address where none was named. */
  readonly name: string;
  /**
   * How well each text fits the query.
   *
   * @param texts at least one
   * @returns a score for each text, higher is better; scales differ between models
   * @throws RerankError; the signal's reason when it aborts
   */
  rerank(
    query: string,
    texts: readonly string[],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<readonly number[]>;
}
