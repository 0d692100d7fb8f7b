/**
 * The embedder that people have: Ollama, itself or behind Open WebUI.
 *
 * Every request looks the same but for its texts. `truncate: false`, because a text that is cut
 * silently can never be found by its tail. No `options` and no `keep_alive`: other values than
 * the other clients of the server send make it reload the model for every request, and
 * larger `num_ctx`/`num_batch` may not fit its memory; what a model reads is clamped instead
 * (`context-window.ts`).
 */
import { EmbeddingError, UsageError } from '../model/errors.ts';
import { checkOptions } from '../model/option-spec.ts';
import { SPACE_OPTIONS } from '../model/options.ts';
import type { EmbedCallOptions, Embedder, EmbedderIdentity } from '../model/types.ts';
import {
  connectClient,
  createConnection,
  type ServerClient,
  type ServerOptions,
} from '../server/client.ts';
import { promptsFor } from '../server/model-families.ts';
import type { ServerModel } from '../server/server-models.ts';
import { chooseModel, knownModel } from './choose-model.ts';
import { usableContext } from './context-window.ts';
import { type EmbedRequest, PROBE_TEXT, requestVectors } from './embed-request.ts';
import { memoize } from './memoize.ts';
import { type FoundModel, watchModel } from './same-model.ts';

/** What `ollama` can be told. Everything has a default. */
export interface OllamaOptions extends ServerOptions {
  /**
   * The model as people type it: `bge-m3`, `bge-m3:latest`, `hf.co/…:Q8_0`, an Open WebUI id.
   * @default the only model of the server that can embed
   */
  readonly model?: string | undefined;
  /** Length of the vectors, for models that can be cut. @default the model's own */
  readonly dimensions?: number | undefined;
  /** Put before every document text; '' for none. @default what the model's family wants */
  readonly documentPrefix?: string | undefined;
  /** Put before every query; '' for none. @default what the model's family wants */
  readonly queryPrefix?: string | undefined;
  /**
   * What the model was when a corpus was built with it (its space): as long as the server lists the
   * same digest, its vectors have that length and no text is embedded to find out.
   */
  readonly known?: EmbedderIdentity | undefined;
}

/** How long a query trusts what was found about the model. Milliseconds. */
const TRUSTED_MS = 60_000;

/** In UTF-16 units: it is sent with every text, and a corpus file holds no longer one. */
const MAX_PREFIX_LENGTH = 10_000;

/**
 * An embedder on Ollama or Open WebUI. Asks nothing until it is used.
 *
 * @throws EmbeddingError `ENDPOINT_INVALID`; UsageError `USAGE` for a number out of range.
 * @example
 * const embedder = ollama({ endpoint: 'http://localhost:3000', apiKey, model: 'bge-m3' });
 * const [vector] = await embedder.embedDocuments(['埋め込み']);
 */
export function ollama(options: OllamaOptions = {}): Embedder {
  const { dimensions } = options;
  requireUsable(options);
  const connection = createConnection(options);
  /** When it was last known which model answers. Milliseconds since 1970. */
  let verifiedAt = 0;
  const resolve = memoize(async (signal) => {
    verifiedAt = connection.clock.now();
    const client = await connectClient(connection, options, signal);
    const found = await resolveModel(client, options, signal);
    return { ...found, confirm: watchModel(found) };
  });
  type Resolved = Awaited<ReturnType<typeof resolve>>;
  const embed = async (
    { client, identity }: Resolved,
    texts: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<readonly Float32Array[]> => {
    const request = { model: identity.model, texts, dimensions, signal };
    return requestVectors(client, request, identity.dimensions);
  };
  /** Whose vectors were just made; who asks again after an error is told anew. */
  const verify = async ({ confirm }: Resolved, signal: AbortSignal | undefined): Promise<void> => {
    const now = connection.clock.now();
    try {
      await confirm(signal);
      verifiedAt = now;
    } catch (error) {
      resolve.forget();
      throw error;
    }
  };
  return {
    identity: async ({ signal }: EmbedCallOptions = {}) => (await resolve(signal)).identity,
    embedDocuments: async (texts, { signal } = {}) => {
      if (texts.length === 0) return [];
      const resolved = await resolve(signal);
      const { documentPrompt } = resolved.identity;
      const vectors = await embed(
        resolved,
        texts.map((text) => documentPrompt + text),
        signal,
      );
      // Nothing is stored before it is known whose vectors they are.
      await verify(resolved, signal);
      return vectors;
    },
    embedQuery: async (text, { signal } = {}) => {
      const resolved = await resolve(signal);
      const [vector] = await embed(resolved, [resolved.identity.queryPrompt + text], signal);
      // A program may keep an embedder for days.
      if (connection.clock.now() - verifiedAt > TRUSTED_MS) await verify(resolved, signal);
      if (vector === undefined) throw new Error('requestVectors checks the count');
      return vector;
    },
  };
}

/** @throws UsageError `USAGE` */
function requireUsable(options: OllamaOptions): void {
  const { dimensions, documentPrefix = '', queryPrefix = '', model = '' } = options;
  checkOptions({ dimensions, documentPrefix, queryPrefix, model }, SPACE_OPTIONS);
  if ([documentPrefix, queryPrefix, model].some((text) => text.length > MAX_PREFIX_LENGTH)) {
    const message = `A prefix or the name of a model is longer than ${MAX_PREFIX_LENGTH} characters.`;
    throw new UsageError('USAGE', message);
  }
}

async function resolveModel(
  client: ServerClient,
  options: OllamaOptions,
  signal: AbortSignal | undefined,
): Promise<FoundModel> {
  const { known } = options;
  const isCorpusModel = known?.kind === 'ollama' && known.model === options.model;
  const model =
    (isCorpusModel ? await knownModel(client, known, signal) : null) ??
    (await chooseModel(client, options.model, signal));
  const prompts = promptsFor(model.name, options);
  const { digest } = model;
  const dimensions =
    knownDimensions(options, digest) ??
    (await probedDimensions(client, model.name, { options, prompts, signal }));
  const { name } = model;
  const contextTokens = knownContext(options, model) ?? usableContext(model);
  return {
    client,
    identity: { kind: 'ollama', model: name, digest, dimensions, ...prompts, contextTokens },
    modifiedAt: model.modifiedAt,
  };
}

/** What is known of the same model file; null if it is another one. */
function sameFile({ known }: OllamaOptions, digest: string | null): EmbedderIdentity | null {
  const isSame = known?.kind === 'ollama' && digest !== null && known.digest === digest;
  return isSame ? known : null;
}

/** The same model file asked for the same length: null if it is another one, or unknown. */
function knownDimensions(options: OllamaOptions, digest: string | null): number | null {
  const dimensions = sameFile(options, digest)?.dimensions ?? null;
  return (options.dimensions ?? dimensions) === dimensions ? dimensions : null;
}

/**
 * What the same model file was found to read. The limit is the space's and not the name's: under an alias,
 * or where a question failed, documents would be cut in another way and embedded again.
 */
function knownContext(options: OllamaOptions, { digest }: ServerModel): number | null {
  return sameFile(options, digest)?.contextTokens ?? null;
}

async function probedDimensions(
  client: ServerClient,
  model: string,
  {
    options: { dimensions },
    prompts,
    signal,
  }: {
    readonly options: OllamaOptions;
    readonly prompts: ReturnType<typeof promptsFor>;
    readonly signal: AbortSignal | undefined;
  },
): Promise<number> {
  const texts = [prompts.documentPrompt + PROBE_TEXT];
  const vector = await probe(client, { model, texts, dimensions, signal });
  if (dimensions !== undefined && vector.length !== dimensions) {
    throw wrongDimensions(client, model, { asked: dimensions, got: vector.length });
  }
  return vector.length;
}

/** One embedding: does the model embed at all, and how long are its vectors? */
async function probe(client: ServerClient, request: EmbedRequest): Promise<Float32Array> {
  try {
    const [vector] = await requestVectors(client, request, null);
    if (vector) return vector;
  } catch (error) {
    if (!(error instanceof EmbeddingError) || error.code !== 'INPUT_REJECTED') throw error;
    const message = `${error.message} It was a plain word: the model itself is broken. Pull it again, update Ollama, or use another one.`;
    throw new EmbeddingError('VECTORS_INVALID', message, { cause: error });
  }
  throw new Error('requestVectors checks the count');
}

function wrongDimensions(
  { connection }: ServerClient,
  model: string,
  { asked, got }: { readonly asked: number; readonly got: number },
): EmbeddingError {
  const message = `Embedding server ${connection.endpoint.url}, model ${model}: ${asked} dimensions were asked for and ${got} came back. The model cannot be cut to that, or the server ignores \`dimensions\` (Open WebUI before 0.6.34: update it).`;
  const remedy = { code: 'options', options: ['dimensions'] } as const;
  return new EmbeddingError('VECTORS_INVALID', message, { remedy });
}
