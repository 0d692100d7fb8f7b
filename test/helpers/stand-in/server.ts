/**
 * The stand-in server: one real HTTP server on loopback that speaks Ollama's wire or Open
 * WebUI's, fails on demand, and remembers what it was asked.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type ChatScript, chatLines, toNdjson } from './chat-wire.ts';
import { answerOpenAi, type OpenAiSettings } from './completions-wire.ts';
import { type Fault, type FaultAction, Faults } from './faults.ts';
import { hashingVector } from './hashing-vector.ts';
import { CHAT_MODEL, EMBEDDING_MODEL, type StandInModel } from './models.ts';
import { answerOllama, type OllamaSettings } from './ollama-wire.ts';
import {
  answerOpenWebUi,
  chatOpenWebUi,
  type OpenWebUiSettings,
  type OpenWebUiUser,
} from './open-webui-wire.ts';
import { html, json, parse, type WireAnswer, type WireRequest, type WireStream } from './wire.ts';

export interface StandInOptions {
  /** @default 'ollama' */
  readonly flavour?: 'ollama' | 'open-webui' | 'openai';
  /** Ollama's version. @default '0.33.0' */
  readonly version?: string;
  /** @default '0.10.2' */
  readonly openWebUiVersion?: string;
  /** @default an embedding model and a chat model */
  readonly models?: readonly StandInModel[];
  /** @default deterministic hashing of trigrams */
  readonly vector?: (text: string, dimensions: number) => Float32Array;
  /** Milliseconds a text, one after the other; other requests wait. @default 0 */
  readonly latencyMs?: number;
  /** Larger bodies get a proxy's 413. */
  readonly maxBodyBytes?: number;
  /** A path before everything, as behind a reverse proxy: `/ai`. */
  readonly basePath?: string;
  /** Only this Authorization header is let in, as a reverse proxy before Ollama does it. */
  readonly requiredAuthorization?: string;
  readonly faults?: readonly Fault[];
  /** Asked about every request, before the other faults: what goes wrong with it, if anything. */
  readonly chance?: (request: SeenRequest) => FaultAction | null;
  readonly tls?: { readonly key: string; readonly cert: string };

  /** Open WebUI: who may come in. @default one user with the key `STAND_IN_KEY` */
  readonly users?: readonly OpenWebUiUser[];
  /** @default true */
  readonly apiKeysEnabled?: boolean;
  /** @default true */
  readonly ollamaApiEnabled?: boolean;
  /** @default all */
  readonly keyEndpoints?: readonly string[];
  /** Prefix id of the Ollama connection. @default none */
  readonly prefix?: string;
  /** @default true */
  readonly hasDeploymentId?: boolean;
  /** Models made of one of Ollama's, by id: the base. @default none */
  readonly presets?: Readonly<Record<string, string>>;
  /** What a chat model says. */
  readonly chat?: ChatScript;
  /** With the flavour `openai`. */
  readonly openai?: OpenAiSettings;
}

/** The key that an Open WebUI stand-in accepts if nothing else is said. */
export const STAND_IN_KEY = 'sk-stand-in-0123456789abcdef';

/** One request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headerNames: readonly string[];
  readonly authorization: string | null;
  /** The parsed JSON body; undefined if there was none. */
  readonly body: unknown;
  /** The texts of an embed request. */
  readonly inputs: readonly string[];
}

export interface StandIn {
  /** `http://127.0.0.1:<port><basePath>` */
  readonly url: string;
  /** Everything that was asked, in order of arrival. */
  readonly requests: readonly SeenRequest[];
  /** The embed requests among them. */
  embedRequests(): readonly SeenRequest[];
  /** The most embed requests that were ever in flight at once. */
  mostInFlight(): number;
  /** Connections that are open now. */
  openConnections(): Promise<number>;
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Whether the Ollama behind Open WebUI answers. */
  setOllamaUp(isUp: boolean): void;
  setModels(models: readonly StandInModel[]): void;
  forgetRequests(): void;
  /** Nothing listens there any more; connections are cut. */
  goDown(): Promise<void>;
  /** At the same address as before. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

interface State {
  models: readonly StandInModel[];
  isOllamaUp: boolean;
  embedCount: number;
  inFlight: number;
  mostInFlight: number;
  /** Embedding models are loaded with parallel = 1: one request after the other. */
  turn: Promise<void>;
  readonly seen: SeenRequest[];
  readonly faults: Faults;
}

export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const state: State = {
    models: options.models ?? [EMBEDDING_MODEL, CHAT_MODEL],
    isOllamaUp: true,
    embedCount: 0,
    inFlight: 0,
    mostInFlight: 0,
    turn: Promise.resolve(),
    seen: [],
    faults: new Faults(),
  };
  for (const fault of options.faults ?? []) state.faults.add(fault);
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response, { options, state }).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  };
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}${options.basePath ?? ''}`,
    requests: state.seen,
    embedRequests: () => state.seen.filter(({ path }) => /\/api\/embed(?:\/\d+)?$/.test(path)),
    mostInFlight: () => state.mostInFlight,
    openConnections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
    fault: (fault) => state.faults.add(fault),
    clearFaults: () => state.faults.clear(),
    setOllamaUp: (isUp) => {
      state.isOllamaUp = isUp;
    },
    setModels: (models) => {
      state.models = models;
    },
    forgetRequests: () => {
      state.seen.length = 0;
    },
    goDown: () => stop(server),
    comeBack: () => listen(server, port),
    close: () => stop(server),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function stop(server: Server & { closeAllConnections(): void }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}

interface Scene {
  readonly options: StandInOptions;
  readonly state: State;
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  scene: Scene,
): Promise<void> {
  const { options, state } = scene;
  const body = await readBody(incoming);
  const path = (incoming.url ?? '/').split('?', 1)[0] ?? '/';
  const request: WireRequest = {
    method: incoming.method ?? 'GET',
    path: path.startsWith(options.basePath ?? '')
      ? path.slice(options.basePath?.length ?? 0)
      : path,
    authorization: incoming.headers.authorization ?? null,
    contentType: incoming.headers['content-type'] ?? '',
    body,
  };
  const parsed = parse(body);
  const inputs = inputsOf(parsed);
  const seen: SeenRequest = {
    method: request.method,
    path,
    headerNames: Object.keys(incoming.headers),
    authorization: request.authorization,
    body: parsed,
    inputs,
  };
  state.seen.push(seen);
  const isEmbed = /\/api\/embed(?:\/\d+)?$/.test(request.path);
  if (!isEmbed) return deliver(response, answerOrFault(request, seen, scene));
  state.embedCount++;
  state.mostInFlight = Math.max(state.mostInFlight, ++state.inFlight);
  try {
    const answer = answerOrFault(request, seen, scene);
    if (answer !== 'hang' && options.latencyMs)
      await takeTurn(state, options.latencyMs * inputs.length);
    deliver(response, answer);
  } finally {
    state.inFlight--;
  }
}

type Delivery =
  | WireAnswer
  | WireStream
  | 'cut'
  | 'hang'
  | { readonly half: WireAnswer | WireStream }
  | { readonly late: number; readonly answer: WireAnswer | WireStream };

function answerOrFault(request: WireRequest, seen: SeenRequest, scene: Scene): Delivery {
  const { options, state } = scene;
  const limit = options.maxBodyBytes ?? Number.POSITIVE_INFINITY;
  if (Buffer.byteLength(request.body) > limit) return html(413);
  const { requiredAuthorization } = options;
  if (requiredAuthorization && request.authorization !== requiredAuthorization) {
    return { ...html(401), headers: { 'www-authenticate': 'Basic realm="Ollama"' } };
  }
  const fault =
    byChance(seen, options) ?? state.faults.take(request.path, state.embedCount, seen.inputs);
  switch (fault?.do.kind) {
    case 'answer':
      return faultAnswer(fault.do);
    case 'cut':
    case 'hang':
      return fault.do.kind;
    case 'late':
      return { late: fault.do.milliseconds, answer: answerFor(request, scene, null) };
    case 'cut-body':
      return { half: answerFor(request, scene, null) };
    default:
      return answerFor(request, scene, fault);
  }
}

function byChance(seen: SeenRequest, { chance }: StandInOptions): Fault | null {
  const action = chance?.(seen) ?? null;
  return action === null ? null : { do: action };
}

function faultAnswer(action: Extract<Fault['do'], { kind: 'answer' }>): WireAnswer {
  const { status, body, headers = {} } = action;
  const answer = typeof body === 'string' ? { ...html(status), body } : json(status, body);
  return { ...answer, headers };
}

const CHAT_PATH = /^(?:\/ollama)?\/api\/(?:chat|generate)$|^\/api\/chat\/completions$/;

function answerFor(
  request: WireRequest,
  scene: Scene,
  fault: Fault | null,
): WireAnswer | WireStream {
  const { options } = scene;
  const settings = openWebUiSettings(scene);
  const chat = {
    script: options.chat ?? {},
    fault: fault?.do.kind === 'stream' ? fault.do.how : null,
  };
  if (options.flavour === 'openai') return answerOpenAi(request, options.openai ?? {}, chat);
  if (request.method === 'POST' && CHAT_PATH.test(request.path)) {
    if (options.flavour === 'open-webui') return chatOpenWebUi(request, settings, chat);
    const route = request.path === '/api/chat' ? 'chat' : 'generate';
    const lines = chatLines(route, request.body, settings.ollama, chat);
    return 'lines' in lines ? toNdjson(lines, chat.script) : lines;
  }
  return options.flavour === 'open-webui'
    ? answerOpenWebUi(request, settings, fault)
    : answerOllama(request, settings.ollama, fault);
}

function openWebUiSettings({ options, state }: Scene): OpenWebUiSettings {
  const ollama: OllamaSettings = {
    version: options.version ?? '0.33.0',
    models: state.models,
    vector: options.vector ?? hashingVector,
  };
  return {
    version: options.openWebUiVersion ?? '0.10.2',
    users: options.users ?? [{ token: STAND_IN_KEY }],
    apiKeysEnabled: options.apiKeysEnabled ?? true,
    ollamaApiEnabled: options.ollamaApiEnabled ?? true,
    keyEndpoints: options.keyEndpoints ?? null,
    prefix: options.prefix ?? '',
    isOllamaUp: state.isOllamaUp,
    hasDeploymentId: options.hasDeploymentId ?? true,
    presets: options.presets ?? {},
    ollama,
  };
}

function deliver(response: ServerResponse, answer: Delivery): void {
  if (answer === 'hang') return;
  if (answer === 'cut') {
    response.destroy();
    return;
  }
  if ('late' in answer) {
    setTimeout(() => deliver(response, answer.answer), answer.late);
    return;
  }
  const whole = 'half' in answer ? answer.half : answer;
  if ('pieces' in whole) {
    deliverPieces(response, whole);
    return;
  }
  const { status, contentType, body, headers } = whole;
  const length = Buffer.byteLength(body);
  response.writeHead(status, { 'content-type': contentType, 'content-length': length, ...headers });
  if (!('half' in answer)) {
    response.end(body);
    return;
  }
  response.write(body.slice(0, Math.floor(body.length / 2)), () => response.destroy());
}

/** A piece is written when the one before it has left. */
function deliverPieces(
  response: ServerResponse,
  { status, contentType, ...stream }: WireStream,
): void {
  response.writeHead(status, { 'content-type': contentType });
  const [...pieces] = stream.pieces;
  const next = (): void => {
    const piece = pieces.shift();
    if (response.destroyed) return;
    if (piece !== undefined) {
      response.write(piece, () => setImmediate(next));
    } else if (stream.close === 'cut') {
      response.destroy();
    } else if (stream.close === 'end') {
      response.end();
    }
  };
  next();
}

async function takeTurn(state: State, milliseconds: number): Promise<void> {
  const before = state.turn;
  state.turn = before.then(() => wait(milliseconds));
  await state.turn;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function inputsOf(body: unknown): readonly string[] {
  const input = (body as { input?: unknown } | undefined)?.input;
  if (typeof input === 'string') return [input];
  return Array.isArray(input) ? input.filter((each) => typeof each === 'string') : [];
}
