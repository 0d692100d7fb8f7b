/** Open WebUI's side of the wire, with an Ollama behind it. */
import { type ChatLines, type ChatScript, chatLines, toNdjson } from './chat-wire.ts';
import { throughOpenWebUi } from './completions-wire.ts';
import type { Fault, StreamFault } from './faults.ts';
import { isAtLeast } from './models.ts';
import { answerOllama, type OllamaSettings } from './ollama-wire.ts';
import { html, json, parse, type WireAnswer, type WireRequest, type WireStream } from './wire.ts';

export interface OpenWebUiUser {
  /** API key (`sk-…`) or JWT. */
  readonly token: string;
  /** @default 'user' */
  readonly role?: 'admin' | 'user' | 'pending';
  /** Model ids that a user may use. @default all */
  readonly models?: readonly string[];
}

export interface OpenWebUiSettings {
  readonly version: string;
  readonly users: readonly OpenWebUiUser[];
  readonly apiKeysEnabled: boolean;
  readonly ollamaApiEnabled: boolean;
  /** Endpoints that API keys may use; null = all. */
  readonly keyEndpoints: readonly string[] | null;
  /** Put before every id of Ollama's models, with a dot; '' for none. */
  readonly prefix: string;
  /** Whether the Ollama behind it answers. */
  readonly isOllamaUp: boolean;
  /** Whether `/api/version` names the deployment. */
  readonly hasDeploymentId: boolean;
  /** Models made of one of Ollama's, by id: the base. */
  readonly presets: Readonly<Record<string, string>>;
  readonly ollama: OllamaSettings;
}

/** Ids that only Open WebUI has. */
const OTHER_MODELS = [
  { id: 'gpt-4o', name: 'gpt-4o', owned_by: 'openai' },
  { id: 'arena-model', name: 'Arena Model', owned_by: 'arena' },
];

export function answerOpenWebUi(
  request: WireRequest,
  settings: OpenWebUiSettings,
  fault: Fault | null = null,
): WireAnswer {
  const { method, path } = request;
  switch (`${method} ${path}`) {
    case 'GET /health':
      return json(200, { status: true });
    case 'GET /api/version': {
      const deployment = settings.hasDeploymentId ? { deployment_id: '' } : {};
      return json(200, { version: settings.version, ...deployment });
    }
    case 'GET /ollama/api/version':
      if (!settings.ollamaApiEnabled) return json(200, { version: false });
      return settings.isOllamaUp
        ? json(200, { version: settings.ollama.version })
        : json(500, { detail: 'WebUI could not connect to Ollama' });
    case 'GET /ollama/api/tags':
      return authorised(request, settings, () => json(200, { models: visibleModels(settings) }));
    case 'GET /api/models':
      return authorised(request, settings, () => allModels(settings));
    case 'POST /ollama/api/show':
      return posted(request, settings, fault);
    default:
      if (/^\/ollama\/api\/embed(?:\/\d+)?$/.test(path) && method === 'POST') {
        return posted(request, settings, fault);
      }
      return method === 'GET' ? html(200) : json(405, { detail: 'Method Not Allowed' });
  }
}

/** JSON → auth → form → Ollama enabled → access → model known → forward. */
function posted(
  request: WireRequest,
  settings: OpenWebUiSettings,
  fault: Fault | null,
): WireAnswer {
  const isJson = request.contentType.startsWith('application/json');
  const parsed = isJson ? parse(request.body) : undefined;
  if (parsed === undefined) return malformed();
  return authorised(request, settings, (user) => {
    const form = parsed as { model?: unknown; input?: unknown };
    const isEmbed = !request.path.endsWith('/show');
    const invalid = isEmbed ? validate(form) : null;
    if (invalid) return invalid;
    if (!settings.ollamaApiEnabled) {
      const detail = 'The Ollama API is disabled. Please enable it to use this feature.';
      return json(503, { detail });
    }
    const id = String(form.model);
    const hasAccess = user.role === 'admin' || (user.models?.includes(id) ?? true);
    if (!hasAccess && isAtLeast(settings.version, '0.9.0')) {
      return json(403, { detail: 'Model not found' });
    }
    return forward({ request, form, id }, settings, fault);
  });
}

function malformed(): WireAnswer {
  return json(422, {
    detail: [
      {
        type: 'json_invalid',
        loc: ['body', 1],
        msg: 'JSON decode error',
        input: {},
        ctx: { error: 'Expecting property name enclosed in double quotes' },
      },
    ],
  });
}

/** pydantic echoes the whole form, and refuses lone surrogates. */
function validate(form: { readonly model?: unknown; readonly input?: unknown }): WireAnswer | null {
  const missing = ['model', 'input'].find((key) => !(key in form));
  if (missing !== undefined) {
    const loc = ['body', missing];
    return json(422, { detail: [{ type: 'missing', loc, msg: 'Field required', input: form }] });
  }
  if (!/\p{Surrogate}/u.test(JSON.stringify(form.input ?? '', unescaped))) return null;
  const msg = 'Input should be a valid string, unable to parse raw data as a unicode string';
  const detail = [{ type: 'string_unicode', loc: ['body', 'input'], msg, input: form.input }];
  return json(422, { detail });
}

/** Keeps `JSON.stringify` from escaping what is looked for. */
function unescaped(_key: string, value: unknown): unknown {
  return typeof value === 'string' && /\p{Surrogate}/u.test(value) ? '\u{10ffff}' : value;
}

function authorised<T>(
  { authorization, path }: WireRequest,
  settings: OpenWebUiSettings,
  answer: (user: OpenWebUiUser) => T,
): WireAnswer | T {
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return json(401, { detail: 'Not authenticated' });
  const isKey = token.startsWith('sk-');
  if (isKey && !settings.apiKeysEnabled) {
    return json(403, { detail: 'Use of API key is not enabled in the environment.' });
  }
  const isAllowed = settings.keyEndpoints?.includes(path) ?? true;
  if (isKey && !isAllowed) return json(403, { detail: restrictedText(settings.version) });
  const user = settings.users.find((each) => each.token === token);
  if (!user) {
    const expired = 'Your session has expired or the token is invalid. Please sign in again.';
    return json(401, { detail: isKey ? expired : '401 Unauthorized' });
  }
  return user.role === 'pending' ? json(401, { detail: NO_PERMISSION }) : answer(user);
}

const NO_PERMISSION =
  'You do not have permission to access this resource. Please contact your administrator for assistance.';

function restrictedText(version: string): string {
  const isOld = isAtLeast(version, '0.6.41') && !isAtLeast(version, '0.9.0');
  return isOld ? 'API key not allowed to access this endpoint.' : NO_PERMISSION;
}

interface Forwarded {
  readonly request: WireRequest;
  readonly form: object;
  readonly id: string;
}

function forward(
  { request, form, id }: Forwarded,
  settings: OpenWebUiSettings,
  fault: Fault | null,
): WireAnswer {
  const { version, prefix, isOllamaUp } = settings;
  const wanted = /:[^/]*$/.test(id) || isAtLeast(version, '0.8.0') ? id : `${id}:latest`;
  const known = visibleModels(settings).some(({ model }) => model === wanted);
  if (!known) return json(400, { detail: `Model '${id}' was not found` });
  if (!isOllamaUp) {
    const detail = 'Ollama: Cannot connect to host host.docker.internal:11434 ssl:default';
    return json(500, { detail });
  }
  const body: Record<string, unknown> = {
    ...form,
    model: wanted.slice(prefix === '' ? 0 : prefix.length + 1),
  };
  if (!isAtLeast(version, '0.6.34')) delete body['dimensions'];
  const path = request.path.replace('/ollama', '').replace(/\/\d+$/, '');
  const forwarded = { ...request, path, body: JSON.stringify(body) };
  return translate(answerOllama(forwarded, settings.ollama, fault), version);
}

/** An error of Ollama: its status and text, or, up to 0.8.12, always 500 with `Ollama: `. */
function translate(answer: WireAnswer, version: string): WireAnswer {
  if (answer.status < 400) return answer;
  const { error } = (parse(answer.body) ?? {}) as { error?: unknown };
  const isOld = !isAtLeast(version, '0.8.13');
  if (typeof error !== 'string') {
    const detail = 'Open WebUI: Server Connection Error';
    return json(isOld ? 500 : answer.status, { detail });
  }
  return isOld ? json(500, { detail: `Ollama: ${error}` }) : json(answer.status, { detail: error });
}

type Listed = { readonly model: string } & object;

/** With the connection's prefix, as Open WebUI merges them; empty while Ollama is away. */
function visibleModels(settings: OpenWebUiSettings): readonly Listed[] {
  if (!settings.isOllamaUp) return [];
  const request = {
    method: 'GET',
    path: '/api/tags',
    authorization: null,
    contentType: '',
    body: '',
  };
  const answer = answerOllama(request, settings.ollama);
  const { models } = parse(answer.body) as { models: readonly Listed[] };
  return models.map((model) => ({
    ...model,
    model: settings.prefix === '' ? model.model : `${settings.prefix}.${model.model}`,
    connection_type: 'local',
    urls: [0],
  }));
}

function allModels(settings: OpenWebUiSettings): WireAnswer {
  const own = visibleModels(settings).map(({ model }) => ({
    id: model,
    name: model,
    owned_by: 'ollama',
  }));
  const presets = Object.keys(settings.presets).map((id) => ({ id, name: id, owned_by: 'ollama' }));
  return json(200, { data: [...own, ...presets, ...OTHER_MODELS] });
}

/** What is asked of the model, and what goes wrong. */
export interface ChatScene {
  readonly script: ChatScript;
  readonly fault: StreamFault | null;
}

/** `/ollama/api/chat`, `/ollama/api/generate` and `/api/chat/completions`. */
export function chatOpenWebUi(
  request: WireRequest,
  settings: OpenWebUiSettings,
  scene: ChatScene,
): WireAnswer | WireStream {
  const form = parse(request.body) as Record<string, unknown> | undefined;
  if (form === undefined) return malformed();
  return authorised(request, settings, (user) => {
    const id = String(form['model']);
    const hasAccess = user.role === 'admin' || (user.models?.includes(id) ?? true);
    return request.path.startsWith('/ollama/')
      ? chatOllama({ request, form, id }, hasAccess, { settings, scene })
      : complete({ form, id }, hasAccess, { settings, scene });
  });
}

interface Behind {
  readonly settings: OpenWebUiSettings;
  readonly scene: ChatScene;
}

function chatOllama(
  { request, form, id }: { request: WireRequest; form: Record<string, unknown>; id: string },
  hasAccess: boolean,
  { settings, scene }: Behind,
): WireAnswer | WireStream {
  if (!settings.ollamaApiEnabled) return json(503, { detail: 'The Ollama API is disabled.' });
  if (!hasAccess) return json(403, { detail: 'Model not found' });
  const isKnown = visibleModels(settings).some(({ model }) => model === id);
  if (!isKnown) return json(400, { detail: `Model '${id}' was not found` });
  const route = request.path.endsWith('/chat') ? 'chat' : 'generate';
  const dropped = route === 'generate' ? ['think', 'truncate', 'shift', 'logprobs'] : [];
  const passed = Object.fromEntries(
    Object.entries({ ...form, model: unprefixed(id, settings) }).filter(
      ([key]) => !dropped.includes(key),
    ),
  );
  const lines = chatLines(route, JSON.stringify(passed), settings.ollama, scene);
  return 'lines' in lines ? toNdjson(lines, scene.script) : translate(lines, settings.version);
}

/** What stands at the top is dropped but for `max_tokens`; `params` goes on. */
function complete(
  { form, id }: { form: Record<string, unknown>; id: string },
  hasAccess: boolean,
  { settings, scene }: Behind,
): WireAnswer | WireStream {
  const base = settings.presets[id] ?? unprefixed(id, settings);
  const isOther = OTHER_MODELS.some((each) => each.id === id);
  const isKnown = settings.ollama.models.some(({ name }) => name === base) || isOther;
  if (!isKnown || !hasAccess) return json(400, { detail: 'Model not found' });
  const { think, ...options } = (form['params'] ?? {}) as Record<string, unknown>;
  const body = {
    model: isOther ? settings.ollama.models.find(canChat)?.name : base,
    messages: form['messages'],
    ...(think === undefined ? {} : { think }),
    options: { ...options, num_predict: form['max_tokens'] },
  };
  const lines = chatLines('chat', JSON.stringify(body), settings.ollama, scene);
  if (!('lines' in lines)) return translate(lines, settings.version);
  return throughOpenWebUi(isOther ? uncounted(lines) : lines, scene.script, settings.version);
}

function canChat({ capabilities = [] }: { readonly capabilities?: readonly string[] }): boolean {
  return capabilities.includes('completion');
}

/** Functions of Open WebUI count nothing. */
function uncounted({ lines, close }: ChatLines): ChatLines {
  const counts = { prompt_eval_count: undefined, eval_count: undefined };
  return { lines: lines.map((line) => ({ ...line, ...counts })), close };
}

function unprefixed(id: string, { prefix }: OpenWebUiSettings): string {
  return id.slice(prefix === '' ? 0 : prefix.length + 1);
}
