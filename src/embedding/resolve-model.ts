/** From a name, or none, to the model that is meant, and what its vectors are. */
import { EmbeddingError } from '../model/errors.ts';
import type { EmbedderIdentity } from '../model/types.ts';
import type { ServerClient } from '../server/client.ts';
import { placeOf } from '../server/connection.ts';
import { promptsFor } from '../server/model-families.ts';
import type { ServerModel } from '../server/server-models.ts';
import { chooseModel, knownModel } from './choose-model.ts';
import { usableContext } from './context-window.ts';
import { type EmbedRequest, PROBE_TEXT, requestVectors } from './embed-request.ts';

/** Which model is wanted. */
export interface WantedModel {
  readonly model?: string | undefined;
  readonly dimensions?: number | undefined;
  readonly documentPrefix?: string | undefined;
  readonly queryPrefix?: string | undefined;
  readonly known?: EmbedderIdentity | undefined;
}

/** A model that was found. */
export interface FoundModel {
  readonly client: ServerClient;
  readonly identity: EmbedderIdentity;
  /** What the list said beside the digest, of its manifest; null if it did not. */
  readonly modifiedAt: string | null;
  /** The vector of the probe, if it was needed to find the length of vectors. */
  readonly probe: Float32Array | null;
}

/**
 * Finds the model. What is known of the same model file from a corpus is not asked for.
 *
 * @throws EmbeddingError of the server, or of the choice
 */
export async function resolveModel(
  client: ServerClient,
  options: WantedModel,
  signal: AbortSignal | undefined,
): Promise<FoundModel> {
  const { known } = options;
  const isCorpusModel = known?.kind === 'ollama' && known.model === options.model;
  const model =
    (isCorpusModel ? await knownModel(client, known, signal) : null) ??
    (await chooseModel(client, options.model, signal));
  const prompts = promptsFor(model.name, options);
  const { name, digest } = model;
  const length = knownDimensions(options, digest);
  const probe = length === null ? await probeFor(client, name, { options, prompts, signal }) : null;
  const dimensions = length ?? probe?.length ?? 0;
  const contextTokens = knownContext(options, model) ?? usableContext(model);
  return {
    client,
    identity: { kind: 'ollama', model: name, digest, dimensions, ...prompts, contextTokens },
    modifiedAt: model.modifiedAt,
    probe,
  };
}

/** What is known of the same model file; null if it is another one. */
function sameFile({ known }: WantedModel, digest: string | null): EmbedderIdentity | null {
  const isSame = known?.kind === 'ollama' && digest !== null && known.digest === digest;
  return isSame ? known : null;
}

/** The same model file asked for the same length: null if it is another one, or unknown. */
function knownDimensions(options: WantedModel, digest: string | null): number | null {
  const dimensions = sameFile(options, digest)?.dimensions ?? null;
  return (options.dimensions ?? dimensions) === dimensions ? dimensions : null;
}

/**
 * What the same model file was found to read. The limit is the space's and not the name's: under an alias,
 * or where a question failed, documents would be cut in another way and embedded again.
 */
function knownContext(options: WantedModel, { digest }: ServerModel): number | null {
  return sameFile(options, digest)?.contextTokens ?? null;
}

interface Probing {
  readonly options: WantedModel;
  readonly prompts: ReturnType<typeof promptsFor>;
  readonly signal: AbortSignal | undefined;
}

async function probeFor(
  client: ServerClient,
  model: string,
  { options: { dimensions }, prompts, signal }: Probing,
): Promise<Float32Array> {
  const vector = await probe(client, { model, ...prompts, dimensions, signal });
  if (dimensions !== undefined && vector.length !== dimensions) {
    throw wrongDimensions(client, model, { asked: dimensions, got: vector.length });
  }
  return vector;
}

/** How a plain word is asked for. */
type Probe = Omit<EmbedRequest, 'texts'> & Pick<EmbedderIdentity, 'documentPrompt'>;

/**
 * One embedding of a plain word.
 *
 * @throws EmbeddingError `VECTORS_INVALID` if the model cannot do even that; else of the server
 */
export async function probe(
  client: ServerClient,
  { model, documentPrompt, dimensions, signal }: Probe,
): Promise<Float32Array> {
  const texts = [documentPrompt + PROBE_TEXT];
  try {
    const [vector] = await requestVectors(client, { model, texts, dimensions, signal }, null);
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
  const message = `${placeOf(connection, model)}: ${asked} dimensions were asked for and ${got} came back. The model cannot be cut to that, or the server ignores \`dimensions\` (Open WebUI before 0.6.34: update it).`;
  const remedy = { code: 'options', options: ['dimensions'] } as const;
  return new EmbeddingError('VECTORS_INVALID', message, { remedy });
}
