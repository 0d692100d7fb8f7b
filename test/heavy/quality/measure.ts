/** Embeds documents once, ranks them for queries by exact cosine, and gives the mean nDCG@10. */

import { ndcg } from '../../../src/engine/evaluation/measures.ts';
import type { Embedder } from '../../../src/model/types.ts';
import type { JudgedDocument, JudgedQuery } from './judged-sets.ts';

/** The vectors of every chunk of a set of documents. */
export interface EmbeddedDocuments {
  readonly ids: readonly string[];
  /** For each vector, the index of its document in `ids`. */
  readonly owners: readonly number[];
  readonly vectors: readonly Float32Array[];
}

/** Cuts documents into embedding inputs and embeds these. */
export async function embedAll(
  documents: readonly JudgedDocument[],
  cut: (document: JudgedDocument) => readonly string[],
  embedder: Embedder,
): Promise<EmbeddedDocuments> {
  const owners: number[] = [];
  const inputs: string[] = [];
  for (const [index, document] of documents.entries()) {
    for (const input of cut(document)) {
      owners.push(index);
      inputs.push(input);
    }
  }
  const vectors = await embedder.embedDocuments(inputs);
  return { ids: documents.map((document) => document.id), owners, vectors };
}

/** Mean nDCG@10 over the queries; a document counts as near as its best chunk. */
export async function meanNdcg(
  documents: EmbeddedDocuments,
  queries: readonly JudgedQuery[],
  embedder: Embedder,
): Promise<number> {
  let sum = 0;
  for (const query of queries) {
    const ranking = rank(documents, await embedder.embedQuery(query.text));
    sum += ndcg(ranking, query.judgements, 10);
  }
  return sum / queries.length;
}

/** The ten nearest documents, best first; equal ones in the order of the documents. */
function rank({ ids, owners, vectors }: EmbeddedDocuments, query: Float32Array): string[] {
  // A query of the built-in embedder is mostly zeros: only the others can add to a product.
  const components = [...query.keys()].filter((component) => query[component] !== 0);
  const best = new Float64Array(ids.length).fill(Number.NEGATIVE_INFINITY);
  for (const [index, vector] of vectors.entries()) {
    let similarity = 0;
    for (const component of components) {
      similarity += query[component]! * vector[component]!;
    }
    const owner = owners[index]!;
    best[owner] = Math.max(best[owner]!, similarity);
  }
  const order = [...best.keys()].sort((a, b) => best[b]! - best[a]!);
  return order.slice(0, 10).map((index) => ids[index]!);
}
