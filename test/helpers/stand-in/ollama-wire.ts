/** Ollama's side of the wire: the same checks in the same order, the same statuses and bodies. */
import { createHash } from 'node:crypto';
import type { Fault } from './faults.ts';
import { normalised } from './hashing-vector.ts';
import { isAtLeast, type StandInModel } from './models.ts';
import { json, parse, text, type WireAnswer, type WireRequest } from './wire.ts';

export interface OllamaSettings {
  readonly version: string;
  readonly models: readonly StandInModel[];
  readonly vector: (text: string, dimensions: number) => Float32Array;
}

export function answerOllama(
  { method, path, body }: WireRequest,
  settings: OllamaSettings,
  fault: Fault | null = null,
): WireAnswer {
  switch (`${method} ${path}`) {
    case 'GET /':
      return text(200, 'Ollama is running');
    case 'GET /api/version':
      return json(200, { version: settings.version });
    case 'GET /api/tags':
      return json(200, { models: settings.models.map((model) => listed(model, settings.version)) });
    case 'POST /api/show':
      return show(body, settings);
    case 'GET /api/ps':
      return json(200, { models: settings.models.flatMap(running) });
    case 'POST /api/embed':
      return embed(body, settings, fault);
    default:
      return text(404, '404 page not found');
  }
}

function digestOf(model: StandInModel): string {
  return model.digest ?? createHash('sha256').update(model.name).digest('hex');
}

function listed(model: StandInModel, version: string): object {
  const family = model.family ?? 'bert';
  const isNew = isAtLeast(version, '0.30.0');
  return {
    name: model.name,
    model: model.name,
    modified_at: model.modifiedAt ?? '2025-08-22T08:53:54.845553249Z',
    size: 1_157_672_605,
    digest: digestOf(model),
    details: {
      parent_model: '',
      format: 'gguf',
      family,
      families: [family],
      parameter_size: '566.70M',
      quantization_level: 'F16',
      ...(isNew && !model.listedCapabilities
        ? { context_length: model.contextTokens, embedding_length: model.dimensions }
        : {}),
    },
    ...(isNew
      ? { capabilities: model.listedCapabilities ?? model.capabilities ?? ['embedding'] }
      : {}),
  };
}

function running({ name, loadedContext }: StandInModel): readonly object[] {
  return loadedContext === undefined ? [] : [{ name, model: name, context_length: loadedContext }];
}

function show(body: string, settings: OllamaSettings): WireAnswer {
  const name = String((parse(body) as { model?: unknown } | undefined)?.model ?? '');
  const model = findModel(name, settings.models);
  if (!model) return json(404, { error: `model '${withTag(name)}' not found` });
  const family = model.family ?? 'bert';
  return json(200, {
    ...(model.modifiedAt === undefined ? {} : { modified_at: model.modifiedAt }),
    template: model.template ?? '{{ if .IsThinkSet }}{{ .Messages }}{{ end }}',
    ...(model.parameters === undefined ? {} : { parameters: model.parameters }),
    details: { family },
    model_info: {
      'general.architecture': family,
      [`${family}.embedding_length`]: model.dimensions,
      [`${family}.context_length`]: model.contextTokens,
    },
    ...(isAtLeast(settings.version, '0.6.4')
      ? { capabilities: model.capabilities ?? ['embedding'] }
      : {}),
  });
}

interface EmbedBody {
  readonly model?: unknown;
  readonly input?: unknown;
  readonly truncate?: unknown;
  readonly dimensions?: unknown;
  readonly options?: { readonly num_ctx?: unknown } | null;
}

/** JSON → model syntax → cloud suffix → input type → model exists → load → empty input → embed. */
function embed(body: string, settings: OllamaSettings, fault: Fault | null): WireAnswer {
  if (body === '') return json(400, { error: 'missing request body' });
  const parsed = parse(body);
  if (parsed === undefined) return json(400, { error: 'unexpected EOF' });
  const request = parsed as EmbedBody;
  const name = request.model ?? '';
  if (typeof name !== 'string') return unmarshalError();
  if (name === '') return json(404, { error: "model '' not found" });
  if (/\s/.test(name)) return json(400, { error: 'invalid model name' });
  if (name.endsWith(':cloud')) {
    return json(401, { error: 'unauthorized', signin_url: 'https://ollama.com/connect' });
  }
  const texts = toTexts(request.input);
  if (texts === null) return json(400, { error: 'invalid input type' });
  const model = findModel(name, settings.models);
  if (!model) return json(404, { error: `model "${name}" not found, try pulling it first` });
  const loading = load(request, model, settings.version);
  if (loading) return loading;
  if (texts.length === 0) return json(200, { model: name, embeddings: [] });
  return embedTexts({ request, name, texts, model }, settings, fault);
}

function unmarshalError(): WireAnswer {
  const error =
    'json: cannot unmarshal number into Go struct field EmbedRequest.model of type string';
  return json(400, { error });
}

/** null = not a type that is understood; '' and nothing at all mean no texts. */
function toTexts(input: unknown): readonly string[] | null {
  if (input === undefined || input === null || input === '') return [];
  if (typeof input === 'string') return [input];
  const isTexts = Array.isArray(input) && input.every((each) => typeof each === 'string');
  return isTexts ? (input as readonly string[]) : null;
}

function load(request: EmbedBody, model: StandInModel, version: string): WireAnswer | null {
  if (typeof (request.options?.num_ctx ?? 0) !== 'number') {
    return json(500, { error: 'option "num_ctx" must be of type integer' });
  }
  const canEmbed = (model.capabilities ?? ['embedding']).includes('embedding');
  if (canEmbed || !isAtLeast(version, '0.13.3')) return null;
  return isAtLeast(version, '0.25.0')
    ? json(501, {
        error: 'This server does not support embeddings. Start it with `--embeddings`',
      })
    : json(501, { error: 'this model does not support embeddings' });
}

interface Embedding {
  readonly request: EmbedBody;
  readonly name: string;
  readonly texts: readonly string[];
  readonly model: StandInModel;
}

function embedTexts(
  { request, name, texts, model }: Embedding,
  settings: OllamaSettings,
  fault: Fault | null,
): WireAnswer {
  const { version } = settings;
  const limit = model.contextTokens;
  const isTooLong = texts.some((each) => tokensOf(each) > limit);
  if (isTooLong && request.truncate === false) return json(400, { error: tooLongText(version) });
  const action = fault?.do;
  const isHit = (each: string): boolean => fault?.text?.(each) ?? true;
  if (action?.kind === 'nan' && !isAtLeast(version, '0.30.0')) {
    return json(500, { error: 'failed to encode response: json: unsupported value: NaN' });
  }
  const embeddings = texts.map((each) => {
    const read = [...each].slice(0, limit * 3).join('');
    const vector = cut(settings.vector(read, model.dimensions), request.dimensions);
    if (!action || !isHit(each)) return [...vector];
    if (action.kind === 'nan' || action.kind === 'zero') return [...vector.fill(0)];
    if (action.kind === 'dimensions') return [...settings.vector(read, action.dimensions)];
    return [...vector];
  });
  if (action?.kind === 'fewer') embeddings.pop();
  const counters = { total_duration: 1_000_000, load_duration: 100_000, prompt_eval_count: 8 };
  const answered = action?.kind === 'change' ? action.change(embeddings) : embeddings;
  return json(200, { model: name, embeddings: answered, ...counters });
}

function tooLongText(version: string): string {
  if (isAtLeast(version, '0.13.3')) return 'the input length exceeds the context length';
  return isAtLeast(version, '0.12.0')
    ? 'input exceeds maximum context length'
    : 'input length exceeds maximum context length';
}

/** 0 < `dimensions` < size is cut and normalised again; everything else is ignored. */
function cut(vector: Float32Array, dimensions: unknown): Float32Array {
  const fits = typeof dimensions === 'number' && dimensions > 0 && dimensions < vector.length;
  return fits ? normalised(vector.slice(0, dimensions)) : vector;
}

/** Not umekomi's own estimate: a server counts in its own way. */
export function tokensOf(each: string): number {
  const wide = [...each].filter((character) => character > '\u007f').length;
  return wide + Math.ceil(([...each].length - wide) / 3);
}

export function findModel(name: string, models: readonly StandInModel[]): StandInModel | undefined {
  return models.find((model) => model.name === withTag(name));
}

function withTag(name: string): string {
  return /:[^/]*$/.test(name) ? name : `${name}:latest`;
}
