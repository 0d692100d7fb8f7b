/** A judged set as a corpus in memory: cut as `index` cuts it, searched through the parts that `search` uses. */
import { chunkDocument } from '../../../src/chunking/chunk-document.ts';
import type { Scored } from '../../../src/engine/search/fusion.ts';
import { CHUNK_OPTIONS } from '../../../src/model/options.ts';
import type { Embedder } from '../../../src/model/types.ts';
import type { Connection } from '../../../src/store/sqlite/connection.ts';
import { documentWriter } from '../../../src/store/sqlite/document-writer.ts';
import { maintainWords } from '../../../src/store/sqlite/words/maintain.ts';
import { lexicalMatches } from '../../../src/store/sqlite/words/search.ts';
import { prepareWords } from '../../../src/store/sqlite/words/state.ts';
import { parseQuery } from '../../../src/text/query.ts';
import { openConnection } from '../../helpers/connection.ts';
import { hashOf, newDocument } from '../../helpers/stored-document.ts';
import type { JudgedDocument } from './judged-sets.ts';

export interface JudgedCorpus {
  readonly file: Connection;
  readonly embedder: Embedder;
  /** By chunk. */
  readonly chunkIds: readonly number[];
  readonly vectors: readonly Float32Array[];
  /** Mean of the vectors. */
  readonly mean: Float64Array;
  /** The first ten documents of a list of chunks; each counts as near as its best chunk. */
  rankDocuments(list: readonly Scored[]): string[];
  close(): void;
}

/** Stores and embeds the documents; texts are Markdown with the title as heading. */
export async function indexInMemory(
  documents: readonly JudgedDocument[],
  embedder: Embedder,
): Promise<JudgedCorpus> {
  const file = openConnection(':memory:', 'memory', 0);
  file.db.exec(`INSERT INTO source (id, path, relative, kind, include, exclude, ignore_files)
    VALUES (1, '/judged', 0, 'folder', '[]', '[]', 0)`);
  prepareWords(file.db);
  storeAll(file, documents);
  maintainWords(file.db);
  const rows = file.db
    .prepare<[], { id: number; input: string; path: string }>(
      `SELECT chunk.id AS id, chunk.context || chunk.text AS input, document.path AS path
       FROM chunk JOIN document ON document.id = chunk.document_id ORDER BY chunk.id`,
    )
    .all();
  const vectors = await embedder.embedDocuments(rows.map(({ input }) => input));
  const ids = new Map(documents.map((document) => [pathOf(document), document.id]));
  const owners = new Map(rows.map(({ id, path }) => [id, ids.get(path) ?? '']));
  return {
    ...{ file, embedder, vectors, mean: meanOf(vectors), chunkIds: rows.map(({ id }) => id) },
    rankDocuments: (list) => [...new Set(list.map(({ id }) => owners.get(id) ?? ''))].slice(0, 10),
    close: () => file.close(),
  };
}

function storeAll({ db }: Connection, documents: readonly JudgedDocument[]): void {
  const stored = documentWriter(db);
  const options = {
    chunkSize: CHUNK_OPTIONS.chunkSize.default,
    chunkOverlap: CHUNK_OPTIONS.chunkOverlap.default,
  };
  db.transaction(() => {
    for (const document of documents) {
      const { title, text, format } = document;
      const markdown = format === 'markdown' ? text : `# ${title}\n\n${text}`;
      const chunked = chunkDocument(markdown, 'markdown', options);
      const contentHash = hashOf(markdown);
      const changes = { title: chunked.title, contentHash };
      stored.replace(newDocument(pathOf(document), chunked.chunks, changes));
    }
  }).immediate();
}

function pathOf({ id }: JudgedDocument): string {
  return id.endsWith('.md') ? id : `${id}.md`;
}

function meanOf(vectors: readonly Float32Array[]): Float64Array {
  const mean = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    for (let i = 0; i < mean.length; i++) mean[i]! += vector[i]! / vectors.length;
  }
  return mean;
}

/** What both lists say to a query. */
export interface BothLists {
  readonly semantic: readonly Scored[];
  readonly lexical: readonly Scored[];
  /** Of the query to all vectors. */
  readonly meanSimilarity: number;
  readonly attainable: number;
}

/** Searches by exact cosine and by words. */
export async function searchBoth(
  { file, embedder, vectors, mean, chunkIds }: JudgedCorpus,
  text: string,
  depth: number,
): Promise<BothLists> {
  const query = await embedder.embedQuery(text);
  // A query of the built-in embedder is mostly zeros: only the others can add to a product.
  const components = [...query.keys()].filter((component) => query[component] !== 0);
  const dot = (vector: Float32Array | Float64Array) =>
    components.reduce((sum, i) => sum + query[i]! * vector[i]!, 0);
  const semantic = vectors
    .map((vector, index) => ({ id: chunkIds[index]!, score: dot(vector) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, depth);
  const request = { query: parseQuery(text), k: depth, documentIds: null };
  const { matches, attainable } = lexicalMatches(file.db, request);
  const lexical = matches.map(({ id, score }) => ({ id, score }));
  return { semantic, lexical, meanSimilarity: dot(mean), attainable };
}
