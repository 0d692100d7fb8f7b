/**
 * What models want to read before a query or a document. Ollama applies no template to
 * embeddings, so this is the client's job, and a query without its prefix finds worse passages.
 *
 * Names arrive with tags, registries and user prefixes (`hf.co/…/ruri-v3-310m-GGUF:Q8_0`), so a
 * row matches the family anywhere inside the name, and the more specific row stands first.
 * Sources: the models' own cards, as collected in docs/embedding-servers.md.
 */

/** What is known about a family of models. */
export interface ModelFamily {
  /** As docs/embedding-servers.md lists it. */
  readonly family: string;
  readonly pattern: RegExp;
  readonly queryPrompt: string;
  readonly documentPrompt: string;
  /** The most tokens that the model was made to read; null if its sizes differ. */
  readonly maxTokens: number | null;
}

const RETRIEVAL_TASK =
  'Instruct: Given a web search query, retrieve relevant passages that answer the query\n';
const PASSAGE_SEARCH = 'Represent this sentence for searching relevant passages: ';

/** A family starts where a word of the name starts. */
function inName(family: string): RegExp {
  return new RegExp(`(?:^|[^a-z0-9])${family}`);
}

function row(
  family: string,
  pattern: string,
  maxTokens: number | null,
  [queryPrompt, documentPrompt]: readonly [query: string, document: string] = ['', ''],
): ModelFamily {
  return { family, pattern: inName(pattern), queryPrompt, documentPrompt, maxTokens };
}

/** First match wins: specific before general. */
export const MODEL_FAMILIES: readonly ModelFamily[] = [
  row('nomic-embed-text-v2-moe', 'nomic-embed-text-v2', 512, [
    'search_query: ',
    'search_document: ',
  ]),
  row('nomic-embed-text', 'nomic-embed-text', 2048, ['search_query: ', 'search_document: ']),
  row('mxbai-embed-large', 'mxbai-embed-large', 512, [PASSAGE_SEARCH, '']),
  row('snowflake-arctic-embed2', 'snowflake-arctic-embed(?:2|-[a-z]+-v2)', 8192, ['query: ', '']),
  row('snowflake-arctic-embed', 'snowflake-arctic-embed', 512, [PASSAGE_SEARCH, '']),
  row('bge-m3', 'bge-m3', 8192),
  row('bge-large', 'bge-(?:large|base|small)(?!-zh)', 512, [PASSAGE_SEARCH, '']),
  row('all-minilm', 'all-minilm', 256),
  row('granite-embedding', 'granite-embedding', 512),
  row('embeddinggemma', 'embedding-?gemma', 2048, [
    'task: search result | query: ',
    'title: none | text: ',
  ]),
  row('qwen3-embedding', 'qwen3-embedding', 32_768, [`${RETRIEVAL_TASK}Query:`, '']),
  row('multilingual-e5-*-instruct', 'multilingual-e5-[a-z]+-instruct', 512, [
    `${RETRIEVAL_TASK}Query: `,
    '',
  ]),
  row('multilingual-e5-*', 'multilingual-e5', 512, ['query: ', 'passage: ']),
  row('ruri-v3-*', 'ruri-v3', 8192, ['検索クエリ: ', '検索文書: ']),
  row('ruri v1/v2', 'ruri', 512, ['クエリ: ', '文章: ']),
  row('paraphrase-multilingual', 'paraphrase-multilingual', null),
];

/** The family inside a model's name, or null for a model that the table does not know. */
export function findModelFamily(model: string): ModelFamily | null {
  const name = model.toLowerCase().replaceAll('_', '-');
  return MODEL_FAMILIES.find(({ pattern }) => pattern.test(name)) ?? null;
}

/** Prompts that a user gave; undefined = the table decides, '' = none. */
export interface OwnPrompts {
  readonly documentPrefix?: string | undefined;
  readonly queryPrefix?: string | undefined;
}

/** The prompts for a model: the user's own first, then the table's, else none. */
export function promptsFor(
  model: string,
  own: OwnPrompts = {},
): { readonly documentPrompt: string; readonly queryPrompt: string } {
  const family = findModelFamily(model);
  return {
    documentPrompt: own.documentPrefix ?? family?.documentPrompt ?? '',
    queryPrompt: own.queryPrefix ?? family?.queryPrompt ?? '',
  };
}
