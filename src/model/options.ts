/**
 * Every option once: what it takes, its default, and one line of help. The library checks what it is
 * given against these, the command line makes flags of them and a configuration file is read by them.
 */
import { UsageError } from './errors.ts';
import type { SearchMode } from './search.ts';

/** What an option takes. `help` is for people and says what it is, without its default. */
export type OptionSpec = NumberSpec | FlagSpec | TextSpec | TextsSpec | ChoiceSpec | TimeSpec;

/** A number; both limits are included. */
export interface NumberSpec {
  readonly type: 'number';
  readonly help: string;
  /** What it counts, for help: `n`, `tokens`, `seconds`. */
  readonly placeholder: string;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
  readonly default?: number | undefined;
}

/** A number with a default. */
export interface DefaultNumberSpec extends NumberSpec {
  readonly default: number;
}

/** True or false; left out it is neither, and what that means is the option's matter. */
export interface FlagSpec {
  readonly type: 'flag';
  readonly help: string;
}

/** A text. */
export interface TextSpec {
  readonly type: 'text';
  readonly help: string;
  readonly placeholder: string;
}

/** A list of texts. */
export interface TextsSpec {
  readonly type: 'texts';
  readonly help: string;
  readonly placeholder: string;
}

/** One of a few words. */
export interface ChoiceSpec<Value extends string = string> {
  readonly type: 'choice';
  readonly help: string;
  readonly choices: readonly Value[];
  /** What it mostly is when it is left out, for help. */
  readonly default?: Value | undefined;
}

/** Milliseconds since 1970. */
export interface TimeSpec {
  readonly type: 'time';
  readonly help: string;
}

/** Options by name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** What a valid value of an option is. */
type OptionValue<Spec extends OptionSpec> = Spec extends NumberSpec | TimeSpec
  ? number
  : Spec extends FlagSpec
    ? boolean
    : Spec extends TextsSpec
      ? readonly string[]
      : Spec extends ChoiceSpec<infer Value>
        ? Value
        : string;

/** Values of options, each of which may be left out. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]?: OptionValue<Specs[Name]> | undefined;
};

/** `a whole number, at least 1`, `a number from -1 to 1`. */
export function describeRange({ min, max, whole }: NumberSpec): string {
  const kind = whole ? 'whole number' : 'number';
  return max === Number.MAX_SAFE_INTEGER
    ? `a ${kind}, at least ${min}`
    : `a ${kind} from ${min} to ${max}`;
}

/** What a value must be, for people. */
export function describeOption(spec: OptionSpec): string {
  switch (spec.type) {
    case 'number':
      return describeRange(spec);
    case 'flag':
      return 'true or false';
    case 'text':
      return 'a text';
    case 'texts':
      return 'a list of texts';
    case 'choice':
      return `one of ${spec.choices.join(', ')}`;
    case 'time':
      return 'a time in milliseconds since 1970';
  }
}

/** True if a value is what an option takes. */
export function isValid(spec: OptionSpec, value: unknown): boolean {
  switch (spec.type) {
    case 'number':
      return typeof value === 'number' && isWithin(spec, value);
    case 'flag':
      return typeof value === 'boolean';
    case 'text':
      return typeof value === 'string';
    case 'texts':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'choice':
      return typeof value === 'string' && spec.choices.includes(value);
    case 'time':
      // The most that a Date holds: 100 million days on either side of 1970 (ECMA-262, "Time Values").
      return typeof value === 'number' && Math.abs(value) <= 8.64e15;
  }
}

/** True if a number is within the limits. */
export function isWithin({ min, max, whole }: NumberSpec, value: number): boolean {
  return value >= min && value <= max && (!whole || Number.isSafeInteger(value));
}

/**
 * Checks options of a call. Options that are undefined count as left out; unknown ones are refused, since
 * a misspelt filter would be none.
 *
 * @param others names that are no options of this kind, such as `signal`
 * @throws UsageError `USAGE`, with the names in its remedy
 */
export function checkOptions(
  given: object,
  specs: OptionSpecs,
  others: readonly string[] = [],
): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new UsageError('USAGE', 'Options are an object.');
  }
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || others.includes(name)) continue;
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) {
      const known = [...Object.keys(specs), ...others].join(', ');
      throw invalid(name, `There is no option ${shown(name)} here; there are ${known}.`);
    }
    if (!isValid(spec, value)) throw invalid(name, `${name} must be ${describeOption(spec)}.`);
  }
}

function invalid(name: string, message: string): UsageError {
  return new UsageError('USAGE', message, { remedy: { code: 'options', options: [name] } });
}

/** Part of a name that may be anything. */
function shown(name: string): string {
  return JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name);
}

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
   * (docs/builtin-embedder.md). Smaller chunks than 32 are no passages any more.
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
  Named<FlagSpec, 'ignoreFiles' | 'rebuild' | 'dryRun'> &
  typeof CHUNK_OPTIONS &
  typeof REQUEST_OPTIONS = {
  include: { type: 'texts', placeholder: 'glob', help: 'only files that match' },
  exclude: { type: 'texts', placeholder: 'glob', help: 'not files that match' },
  ignoreFiles: { type: 'flag', help: 'obey .gitignore, .ignore and .umekomiignore' },
  ...CHUNK_OPTIONS,
  ...REQUEST_OPTIONS,
  rebuild: {
    type: 'flag',
    help: 'embed everything anew, for another model, dimensions or prefixes',
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
