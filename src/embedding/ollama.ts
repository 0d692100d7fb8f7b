/**
 * The embedder that people have: Ollama, itself or behind Open WebUI.
 *
 * Every request looks the same but for its texts. `truncate: false`, because a text that is cut
 * silently can never be found by its tail. No `options` and no `keep_alive`: other values than
 * the other clients of the server send make it reload the model for every request, and
 * larger `num_ctx`/`num_batch` may not fit its memory; what a model reads is clamped instead
 * (`context-window.ts`).
 */
import { UsageError } from '../model/errors.ts';
import { checkOptions } from '../model/option-spec.ts';
import { SPACE_OPTIONS } from '../model/options.ts';
import type { EmbedCallOptions, Embedder, EmbedderIdentity } from '../model/types.ts';
import { connectClient, createConnection, type ServerOptions } from '../server/client.ts';
import { memoize } from '../server/memoize.ts';
import { Answers } from './answers.ts';
import { requestVectors } from './embed-request.ts';
import { resolveModel, type WantedModel } from './resolve-model.ts';
import { watchModel } from './same-model.ts';

/** What `ollama` can be told. Everything has a default. */
export interface OllamaOptions extends ServerOptions, WantedModel {
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
    return { ...found, confirm: watchModel(found), answers: new Answers(found, dimensions) };
  });
  type Resolved = Awaited<ReturnType<typeof resolve>>;
  /** Behind an answer: who asks again after an error is told anew. */
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
      // Nothing is stored before it is known whose vectors they are.
      return resolved.answers.embed(texts, signal, () => verify(resolved, signal));
    },
    embedQuery: async (text, { signal } = {}) => {
      const resolved = await resolve(signal);
      const { client, identity } = resolved;
      const texts = [identity.queryPrompt + text];
      const request = { model: identity.model, texts, dimensions, signal };
      const [vector] = await requestVectors(client, request, identity.dimensions);
      // A program may keep an embedder for days.
      if (connection.clock.now() - verifiedAt > TRUSTED_MS) await verify(resolved, signal);
      if (vector === undefined) throw new Error('requestVectors checks the count');
      return vector;
    },
    spotCheck: async ({ signal } = {}) => (await resolve(signal)).answers.check(signal),
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
