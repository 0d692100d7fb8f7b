/**
 * Every option once: what it takes, its default, and one line of help. The library checks what it is
 * given against these, the command line makes flags of them and a configuration file is read by them.
 */
import type {
  ChoiceSpec,
  DefaultNumberSpec,
  FlagSpec,
  NumberSpec,
  OptionSpec,
  TextSpec,
  TextsSpec,
  TimeSpec,
} from './option-spec.ts';
import type { SearchMode } from './search.ts';

/** A whole number from `min`. */
function whole(placeholder: string, help: string, min: number): NumberSpec;
function whole(
  placeholder: string,
  help: string,
  limits: { readonly min: number; readonly max?: number; readonly default: number },
): DefaultNumberSpec;
function whole(
  placeholder: string,
  help: string,
  limits: number | { readonly min: number; readonly max?: number; readonly default: number },
): NumberSpec {
  const given = typeof limits === 'number' ? { min: limits } : limits;
  const max = Number.MAX_SAFE_INTEGER;
  return { type: 'number', help, placeholder, whole: true, max, ...given };
}

/** Options of one kind by their names. */
type Named<Spec extends OptionSpec, Names extends string> = Readonly<Record<Names, Spec>>;

/** Which documents are looked at. */
export const FILTER_OPTIONS: Named<TextsSpec, 'paths' | 'sources' | 'where'> &
  Named<TimeSpec, 'since' | 'until'> = {
  paths: {
    type: 'texts',
    placeholder: 'glob',
    help: 'only documents whose path matches; ! in front takes out',
  },
  sources: { type: 'texts', placeholder: 'path', help: 'only documents of this source' },
  since: { type: 'time', help: 'only files changed then or later' },
  until: { type: 'time', help: 'only files changed before' },
  where: {
    type: 'texts',
    placeholder: 'key=value',
    help: 'only documents with this in their front matter, such as tags=recipe',
  },
};

/** What a list of hits may be. */
export const HIT_OPTIONS: Named<DefaultNumberSpec, 'k' | 'contextLines'> &
  Named<NumberSpec, 'perDocument' | 'minSimilarity'> &
  Named<FlagSpec, 'exact'> &
  typeof FILTER_OPTIONS = {
  k: whole('n', 'number of hits', { min: 1, default: 10 }),
  perDocument: whole('n', 'at most so many hits of one document', 1),
  ...FILTER_OPTIONS,
  minSimilarity: {
    type: 'number',
    placeholder: 'x',
    help: 'leave out hits below this cosine (-1 … 1)',
    ...{ min: -1, max: 1, whole: false },
  },
  exact: { type: 'flag', help: 'compare with every vector' },
  contextLines: whole('n', 'lines before and after each passage', { min: 0, default: 0 }),
};

/** How a query is answered. */
export const SEARCH_OPTIONS: { readonly mode: ChoiceSpec<SearchMode> } & typeof HIT_OPTIONS = {
  mode: {
    type: 'choice',
    choices: ['semantic', 'lexical', 'hybrid'],
    help: 'by meaning, by words, or by both',
    default: 'hybrid',
  },
  ...HIT_OPTIONS,
};

/** How documents are cut. Estimated tokens. */
export const CHUNK_OPTIONS: Named<DefaultNumberSpec, 'chunkSize' | 'chunkOverlap'> = {
  /**
   * 256 is about 380 Japanese characters or 150 English words: a paragraph or two, one answer. On the
   * judged sets it found long pages better than 400 and 512 and short ones as well
   * (docs/internals/builtin-embedder.md). Smaller chunks than 32 are no passages any more.
   */
  chunkSize: whole('tokens', 'most estimated tokens of a chunk', { min: 32, default: 256 }),
  /** None: the title and heading path give context, and an edit then costs one chunk, not two. */
  chunkOverlap: whole('tokens', 'tokens repeated from the chunk before', { min: 0, default: 0 }),
};

/** How an embedder is asked. */
export const REQUEST_OPTIONS: Named<DefaultNumberSpec, 'concurrency' | 'batchSize'> = {
  /** Two hide the round trip; servers embed one input after the other whatever is sent. */
  concurrency: whole('n', 'requests in flight', { min: 1, max: 256, default: 2 }),
  /** Keeps the pipe full while one failure stays cheap. */
  batchSize: whole('n', 'texts a request', { min: 1, max: 4096, default: 32 }),
};

/** One run of `index`. */
export const INDEX_OPTIONS: Named<TextsSpec, 'include' | 'exclude'> &
  Named<TextSpec, 'encoding'> &
  Named<FlagSpec, 'ignoreFiles' | 'rebuild' | 'dryRun'> &
  typeof CHUNK_OPTIONS &
  typeof REQUEST_OPTIONS = {
  include: { type: 'texts', placeholder: 'glob', help: 'only files that match' },
  exclude: { type: 'texts', placeholder: 'glob', help: 'not files that match' },
  ignoreFiles: { type: 'flag', help: 'obey .gitignore, .ignore and .umekomiignore' },
  encoding: {
    type: 'text',
    placeholder: 'name',
    help: 'of files that are not UTF-8, such as shift_jis; "auto" finds it out',
  },
  ...CHUNK_OPTIONS,
  ...REQUEST_OPTIONS,
  rebuild: {
    type: 'flag',
    help: 'embed everything anew, if model, dimensions or prefixes are other ones',
  },
  dryRun: { type: 'flag', help: 'say what would happen; change nothing' },
};

/** What makes a vector space, besides the model's weights. */
export const SPACE_OPTIONS: Named<TextSpec, 'model' | 'documentPrefix' | 'queryPrefix'> &
  Named<NumberSpec, 'dimensions'> = {
  model: {
    type: 'text',
    placeholder: 'name',
    help: 'the embedding model; "builtin" needs no server',
  },
  dimensions: whole('n', 'length of the vectors, for models that can be cut', 1),
  documentPrefix: {
    type: 'text',
    placeholder: 'text',
    help: "put before every text, instead of the model's own",
  },
  queryPrefix: {
    type: 'text',
    placeholder: 'text',
    help: "put before every query, instead of the model's own",
  },
};

/** How a model server is reached. */
export const SERVER_OPTIONS: Named<TextSpec, 'endpoint'> &
  Named<DefaultNumberSpec, 'timeout' | 'retries'> = {
  endpoint: { type: 'text', placeholder: 'url', help: 'the Ollama or Open WebUI to embed with' },
  /** Seconds; at most what a timer can hold. */
  timeout: {
    type: 'number',
    placeholder: 'seconds',
    help: 'for one request',
    ...{ min: 0.001, max: 2_147_483, whole: false, default: 120 },
  },
  /** The waits between them add up to at most a minute. */
  retries: whole('n', 'further attempts of a failed request', { min: 0, max: 1000, default: 6 }),
};

/** What orders the best passages anew; a program brings a `Reranker` instead. */
export const RERANK_OPTIONS: Named<TextSpec, 'rerank'> = {
  rerank: {
    type: 'text',
    placeholder: 'model|url',
    help: 'let this reranker order the best passages; its server is UMEKOMI_RERANK_URL, or the url',
  },
};

/** Where a reranker is that is named by its model. A setting of the user's own configuration. */
export const RERANK_SETTINGS: Named<TextSpec, 'rerankUrl'> = {
  rerankUrl: { type: 'text', placeholder: 'url', help: 'the server of a reranker' },
};

/** What is looked at when a corpus is examined. */
export const EXAMINE_OPTIONS: Named<FlagSpec, 'offline'> = {
  offline: { type: 'flag', help: 'look at the file only; ask no server' },
};

/** How a corpus is examined and mended. */
export const DOCTOR_OPTIONS: Named<FlagSpec, 'repair'> & typeof EXAMINE_OPTIONS = {
  ...EXAMINE_OPTIONS,
  repair: { type: 'flag', help: 'mend what can be mended' },
};

/** How a judged set is asked. */
export const EVAL_OPTIONS: Named<TextsSpec, 'modes'> = {
  modes: { type: 'texts', placeholder: 'mode', help: 'only this mode' },
};

/** Which sentences of a corpus are asked back. */
export const SEED_OPTIONS: Named<DefaultNumberSpec, 'seed'> = {
  seed: whole('n', 'another number chooses other sentences', { min: 0, default: 1 }),
};

/** How a corpus is opened. */
export const OPEN_OPTIONS: Named<FlagSpec, 'readOnly'> &
  Named<TextSpec, 'cwd' | 'owner'> &
  Named<NumberSpec, 'patience'> = {
  readOnly: { type: 'flag', help: 'open for searching only' },
  cwd: { type: 'text', placeholder: 'path', help: 'where relative paths start' },
  owner: { type: 'text', placeholder: 'text', help: 'who indexes, told to others' },
  patience: whole('milliseconds', 'how long to wait for another writer', 0),
};
