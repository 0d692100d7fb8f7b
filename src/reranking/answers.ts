/** What rerank servers answer, made into one score a text. Pure. */

/**
 * Reads the scores of an answer. Two shapes are in use, both in any order: `{ results: [{ index,
 * relevance_score }] }` of Cohere's and Jina's interface (llama.cpp, Infinity, vLLM), and a bare list of
 * `{ index, score }` of Text Embeddings Inference.
 *
 * @param count how many texts were sent
 * @returns null if there is not exactly one finite score for each of them
 */
export function readScores(answer: unknown, count: number): readonly number[] | null {
  const list = Array.isArray(answer) ? answer : (answer as { results?: unknown } | null)?.results;
  if (!Array.isArray(list) || list.length !== count) return null;
  const scores = new Map<number, number>();
  for (const item of list as readonly unknown[]) {
    const { index, score } = readItem(item);
    if (!Number.isInteger(index) || index < 0 || index >= count || !Number.isFinite(score))
      return null;
    scores.set(index, score);
  }
  if (scores.size !== count) return null;
  return Array.from({ length: count }, (_, index) => scores.get(index) as number);
}

function readItem(item: unknown): { readonly index: number; readonly score: number } {
  if (typeof item !== 'object' || item === null) return { index: Number.NaN, score: Number.NaN };
  const { index, relevance_score, score } = item as Record<string, unknown>;
  return { index: numberOf(index), score: numberOf(relevance_score ?? score) };
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}

/** True if a server asks for `texts`, as Text Embeddings Inference calls what others call `documents`. */
export function wantsTexts(status: number, body: string): boolean {
  return (status === 400 || status === 422) && /missing field `texts`/.test(body);
}
