/**
 * Ollama's `/api/chat` and `/api/generate`: the checks in their order with their words, and a scripted
 * answer, line by line.
 */
import type { StreamFault } from './faults.ts';
import { isAtLeast } from './models.ts';
import { findModel, type OllamaSettings, tokensOf } from './ollama-wire.ts';
import { json, parse, type WireAnswer, type WireStream } from './wire.ts';

/** What the model says, whatever it is asked. */
export interface ChatScript {
  /** @default ['青い', 'のは', '散乱のため。'] */
  readonly text?: readonly string[];
  /** Said before the text, if the model is told to think. @default none */
  readonly thinking?: readonly string[];
  /** Tokens of the answer. @default one a piece */
  readonly answerTokens?: number;
  /** Bytes of a piece on the wire. @default a line */
  readonly pieceBytes?: number;
}

export const SCRIPT = ['青い', 'のは', '散乱のため。'] as const;

interface ChatBody {
  readonly model?: unknown;
  readonly messages?: readonly { readonly content: string }[];
  readonly prompt?: string;
  readonly raw?: boolean;
  readonly think?: unknown;
  readonly truncate?: boolean;
  readonly shift?: boolean;
  readonly options?: { readonly num_ctx?: number; readonly num_predict?: number };
}

/** The lines of an answer, and what comes behind them. */
export interface ChatLines {
  readonly lines: readonly object[];
  readonly close: WireStream['close'];
}

/** A refusal, or the lines. */
export function chatLines(
  route: 'chat' | 'generate',
  body: string,
  settings: OllamaSettings,
  { script, fault }: { readonly script: ChatScript; readonly fault: StreamFault | null },
): WireAnswer | ChatLines {
  const request = (parse(body) ?? {}) as ChatBody;
  const refusal = check(route, request, settings);
  if (refusal) return refusal;
  const model = String(request.model);
  const messages = request.messages ?? [];
  if (route === 'chat' && messages.length === 0) {
    return { lines: [{ model, done: true, done_reason: 'load' }], close: 'end' };
  }
  const isThinking = request.think !== undefined && request.think !== false;
  const thoughts = isThinking ? (script.thinking ?? []) : [];
  const all = [
    ...thoughts.map((thinking) => said(route, { thinking })),
    ...(script.text ?? SCRIPT).map((content) => said(route, { content })),
  ];
  const lines = all.slice(0, fault?.after ?? all.length).map((line) => ({ model, ...line }));
  const counts = {
    prompt_eval_count: promptTokens(request),
    eval_count: script.answerTokens ?? lines.length,
  };
  return ended({ lines, counts, route }, fault);
}

function said(
  route: 'chat' | 'generate',
  { content = '', thinking }: { readonly content?: string; readonly thinking?: string },
): object {
  const thought = thinking === undefined ? {} : { thinking };
  return route === 'chat'
    ? { message: { role: 'assistant', content, ...thought }, done: false }
    : { response: content, ...thought, done: false };
}

function ended(
  {
    lines,
    counts,
    route,
  }: { lines: readonly object[]; counts: object; route: 'chat' | 'generate' },
  fault: StreamFault | null,
): ChatLines {
  const last = (reason: string): object => ({
    ...said(route, {}),
    ...{ done: true, done_reason: reason, total_duration: 1_000, ...counts },
  });
  switch (fault?.what) {
    case undefined:
      return { lines: [...lines, last('stop')], close: 'end' };
    case 'length':
    case 'unload':
      return { lines: [...lines, last(fault.what)], close: 'end' };
    case 'no-done':
      return { lines: [...lines, { ...last('stop'), done: false }], close: 'end' };
    case 'error': {
      const error =
        fault.error ?? 'an error was encountered while running the model: unexpected EOF';
      return { lines: [...lines, { error }], close: 'end' };
    }
    case 'no-end':
      return { lines, close: 'end' };
    case 'cut':
    case 'hang':
      return { lines, close: fault.what };
  }
}

/** model → thinking → context. */
function check(
  route: 'chat' | 'generate',
  request: ChatBody,
  settings: OllamaSettings,
): WireAnswer | null {
  const { version } = settings;
  const name = request.model ?? '';
  if (typeof name !== 'string') {
    const error =
      'json: cannot unmarshal number into Go struct field ChatRequest.model of type string';
    return json(400, { error });
  }
  if (name === '') return json(400, { error: 'model is required' });
  if (/\s/.test(name)) return json(400, { error: 'invalid model name' });
  const model = findModel(name, settings.models);
  if (!model) return json(404, { error: `model '${name}' not found` });
  const capabilities = model.capabilities ?? ['embedding'];
  const short = name.replace(/:latest$/, '');
  if (!capabilities.includes('completion')) {
    return json(400, { error: `"${short}" does not support ${route}` });
  }
  const thinks = request.think !== undefined && request.think !== false;
  if (thinks && !capabilities.includes('thinking')) {
    return json(400, { error: `"${short}" does not support thinking` });
  }
  if (typeof (request.options?.num_ctx ?? 0) !== 'number') {
    return json(500, { error: 'option "num_ctx" must be of type integer' });
  }
  const context = Math.min(request.options?.num_ctx ?? 4096, model.contextTokens);
  return tooLong(request, context, version);
}

/** Without a word about it a prompt is cut silently. */
function tooLong(request: ChatBody, context: number, version: string): WireAnswer | null {
  const tokens = promptTokens(request);
  if (tokens <= context) return null;
  if (request.truncate === false) {
    if (!isAtLeast(version, '0.30.0')) {
      return json(400, { error: 'the input length exceeds the context length' });
    }
    const message = `request (${tokens} tokens) exceeds the available context size (${context} tokens), try increasing it`;
    const type = 'exceed_context_size_error';
    const inner = { code: 400, message, type, n_prompt_tokens: tokens, n_ctx: context };
    return json(400, { error: JSON.stringify({ error: inner }) });
  }
  if (request.shift !== false || !isAtLeast(version, '0.30.0')) return null;
  const error =
    'the prompt is longer than the context length currently available to the model; shorten the prompt, or raise the context length';
  return json(400, { error });
}

function promptTokens({ messages = [], prompt = '' }: ChatBody): number {
  return [prompt, ...messages.map(({ content }) => content)]
    .map(tokensOf)
    .reduce((sum, tokens) => sum + tokens, 0);
}

/** Lines of NDJSON as they go over the wire. */
export function toNdjson({ lines, close }: ChatLines, { pieceBytes }: ChatScript): WireStream {
  const texts = lines.map((line) => `${JSON.stringify(line)}\n`);
  return toStream('application/x-ndjson', texts, { close, pieceBytes });
}

export function toStream(
  contentType: string,
  texts: readonly string[],
  { close, pieceBytes }: { close: WireStream['close']; pieceBytes: number | undefined },
): WireStream {
  if (pieceBytes === undefined) {
    const pieces = texts.map((each) => Buffer.from(each));
    return { status: 200, contentType, pieces, close };
  }
  const whole = Buffer.from(texts.join(''));
  const pieces = Array.from({ length: Math.ceil(whole.length / pieceBytes) }, (_, i) =>
    whole.subarray(i * pieceBytes, (i + 1) * pieceBytes),
  );
  return { status: 200, contentType, pieces, close };
}
