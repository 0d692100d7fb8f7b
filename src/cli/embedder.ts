/**
 * Which embedder a command uses. An existing corpus decides kind and model; the address comes from
 * the user only. Discovery happens only for a new corpus with nothing configured, and is said.
 */
import { LOCAL_OLLAMA } from '../model/defaults.ts';
import { CorpusError, UsageError } from '../model/errors.ts';
import type { Embedder, EmbedderIdentity } from '../model/types.ts';
import { duration } from './render/numbers.ts';
import { withRemedy } from './render/remedy.ts';
import { debugOptions, serverOptions } from './server.ts';
import type { Settings, SpaceSettings } from './settings.ts';
import type { World } from './terminal.ts';

/** Milliseconds that discovery waits for a local server: it answers at once or is not there. */
const DISCOVERY_TIMEOUT_MS = 2_000;

/** What an embedder is made for. */
export interface EmbedderContext {
  readonly world: World;
  readonly settings: Settings;
  /** Prints one line for people. */
  readonly say: (line: string) => void;
}

/**
 * Makes the embedder of a command.
 *
 * @param space the corpus's space; null in a new corpus
 * @throws CorpusError `SPACE_MISMATCH` if a flag names another kind than the corpus's;
 *   EmbeddingError of the server
 */
export async function makeEmbedder(
  context: EmbedderContext,
  space: EmbedderIdentity | null,
): Promise<Embedder> {
  const { settings } = context;
  if (space !== null && !settings.rebuild) return embedderOf(context, space);
  const { dimensions, documentPrefix, queryPrefix } = settings;
  const model = settings.model ?? modelOf(space, settings);
  if (model !== undefined && isBuiltin(model)) return builtinEmbedder(settings, model);
  if (model === undefined && settings.endpoint === undefined) return discover(context);
  return serverEmbedder(context, { model, dimensions, documentPrefix, queryPrefix });
}

/** Any name of the built-in embedder: `builtin`, `builtin/lexical-2`. */
function isBuiltin(model: string): boolean {
  return model === 'builtin' || model.startsWith('builtin/');
}

/** The model of a rebuild that names none: the corpus's, unless a server is named for the first time. */
function modelOf(space: EmbedderIdentity | null, settings: Settings): string | undefined {
  if (space === null || (space.kind === 'builtin' && settings.endpoint !== undefined)) {
    return undefined;
  }
  return space.model;
}

/** The embedder of an existing corpus. */
async function embedderOf(context: EmbedderContext, space: EmbedderIdentity): Promise<Embedder> {
  const { settings, say } = context;
  const { flagged } = settings;
  if (space.kind !== 'builtin' && space.kind !== 'ollama') throw foreignKind(space);
  const isOurs = space.kind === 'builtin';
  const named = flagged.model;
  if (named !== undefined && isBuiltin(named) !== isOurs) throw otherKind(space, named);
  if (!isOurs) {
    return serverEmbedder(context, {
      model: named ?? space.model,
      dimensions: flagged.dimensions ?? space.dimensions,
      documentPrefix: flagged.documentPrefix ?? space.documentPrompt,
      queryPrefix: flagged.queryPrefix ?? space.queryPrompt,
      known: space,
    });
  }
  if (settings.endpointOrigin === 'flag') {
    say(
      `This corpus uses the built-in embedder, so --endpoint is not needed. ` +
        `To embed it anew on that server: umekomi index --rebuild --endpoint …`,
    );
  }
  // `builtin` names no recipe: the corpus's own one is meant, also when a newer one is there.
  return builtinEmbedder(
    settings,
    named === undefined || named === 'builtin' ? space.model : named,
  );
}

/** Settings of a configuration are for servers; a flag is meant for this run. */
async function builtinEmbedder({ flagged }: Settings, model: string): Promise<Embedder> {
  const { dimensions, documentPrefix, queryPrefix } = flagged;
  if ((dimensions ?? documentPrefix ?? queryPrefix) !== undefined) {
    const message =
      'The built-in embedder has neither dimensions nor prefixes to choose: leave --dimensions, --document-prefix and --query-prefix out.';
    throw new UsageError('USAGE', message);
  }
  const { builtin } = await import('../embedding/builtin/builtin.ts');
  return builtin({ model });
}

async function serverEmbedder(
  context: EmbedderContext,
  named: SpaceSettings & { readonly known?: EmbedderIdentity },
): Promise<Embedder> {
  const { world, settings, say } = context;
  const { ollama } = await import('../embedding/ollama.ts');
  const embedder = ollama({
    ...(await serverOptions(world, settings, say)),
    ...named,
    onRetry: ({ error, waitMs, retry, retries }) =>
      say(
        `${withRemedy(error)} Trying again in ${duration(waitMs / 1000)} (${retry} of ${retries}).`,
      ),
  });
  if (named.model === undefined) {
    const { model } = await embedder.identity({ signal: world.signal });
    say(`Using ${model}, the only model there that can embed.`);
  }
  return embedder;
}

/**
 * The embedder of a new corpus when nothing is configured: Ollama on this machine if it can embed,
 * else the built-in one.
 *
 * @param endpoint where Ollama would be
 */
export async function discover(
  { world, settings, say }: EmbedderContext,
  endpoint: string = LOCAL_OLLAMA,
): Promise<Embedder> {
  const { listModels } = await import('../server/models.ts');
  const patience = { retries: 0, timeoutMs: DISCOVERY_TIMEOUT_MS };
  const quick = { endpoint, ...patience, ...(await debugOptions(settings, say)) };
  const models = await listModels({ ...quick, signal: world.signal }).catch(() => {
    world.signal.throwIfAborted();
    return [];
  });
  if (models.some(({ canEmbed }) => canEmbed === true)) {
    say(`Found Ollama at ${endpoint}.`);
    const { dimensions, documentPrefix, queryPrefix } = settings;
    const found = { world, settings: { ...settings, endpoint }, say };
    return serverEmbedder(found, { dimensions, documentPrefix, queryPrefix });
  }
  say(
    'No embedding server is configured and none was found on this machine: using the built-in ' +
      'embedder, which knows words and a dictionary, not meaning (--endpoint and --model name a server).',
  );
  return builtinEmbedder(settings, 'builtin');
}

function otherKind(space: EmbedderIdentity, named: string): CorpusError {
  const message = `The corpus was built with ${space.model}, not with ${named}. Leave --model out, or embed everything anew with: umekomi index --rebuild --model ${named}`;
  return new CorpusError('SPACE_MISMATCH', message);
}

function foreignKind({ kind, model }: EmbedderIdentity): CorpusError {
  const message = `The corpus was built by a program with an embedder of its own (${kind}, ${model}), which the command line does not have. umekomi like and umekomi status work without it; umekomi index --rebuild --model … embeds everything anew.`;
  return new CorpusError('SPACE_MISMATCH', message);
}
