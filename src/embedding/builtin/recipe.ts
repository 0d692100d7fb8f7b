/** A way to make vectors out of texts. Another recipe gets another name: it is another vector space. */

/** What all recipes of the built-in embedder are made of. */
export interface Recipe {
  /** The model's name. */
  readonly model: string;
  /**
   * Reads what the recipe needs.
   *
   * @param onlyAscii the texts will be ASCII: what only other ones need is left out; vectors are the same
   * @throws EmbeddingError `BUILTIN_DATA_UNUSABLE`
   */
  prepare(onlyAscii: boolean): Promise<MakeVectorizer>;
}

/** Makes a vectorizer; each has memory of its own, so that two callers never meet. */
export type MakeVectorizer = () => Vectorizer;

/** The unit vector of a text. */
export type Vectorizer = (text: string) => Float32Array;
