/**
 * `chat/completions`: as Open WebUI makes it of an Ollama's lines, with what gets lost on the way, and as a
 * server with OpenAI's API sends it.
 */
import { type ChatLines, type ChatScript, SCRIPT, toStream } from './chat-wire.ts';
import type { StreamFault } from './faults.ts';
import { isAtLeast } from './models.ts';
import { json, parse, type WireAnswer, type WireRequest, type WireStream } from './wire.ts';

interface Line {
  readonly message?: { readonly content?: string; readonly thinking?: string };
  readonly done?: boolean;
  readonly done_reason?: string;
  readonly error?: string;
  readonly prompt_eval_count?: number;
  readonly eval_count?: number;
}

/** An Ollama's lines as Open WebUI sends them on. */
export function throughOpenWebUi(
  { lines, close }: ChatLines,
  { pieceBytes }: ChatScript,
  version: string,
): WireStream {
  const events: string[] = [
    event({ sources: [] }),
    event({ event: { type: 'status', data: { description: 'Searching' } } }),
  ];
  for (const line of lines as readonly Line[]) {
    if (line.error !== undefined) {
      events.push(event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
      continue;
    }
    events.push(event(toChunk(line, version)));
  }
  const broken =
    close === 'cut' ? [event({ error: { message: 'Chat completion stream failed' } })] : [];
  return toStream('text/event-stream', [...events, ...broken, DONE], {
    close: close === 'hang' ? 'hang' : 'end',
    pieceBytes,
  });
}

function toChunk({ message = {}, done, ...last }: Line, version: string): object {
  const { thinking } = message;
  const thought = thinking === undefined ? {} : { reasoning_content: thinking };
  const delta = done ? {} : { content: message.content ?? '', ...thought };
  const isOld = !isAtLeast(version, '0.12.0');
  const reason = isOld && last.done_reason === 'length' ? 'stop' : last.done_reason;
  const finish_reason = done ? (reason ?? 'stop') : null;
  const usage = {
    ...{ input_tokens: last.prompt_eval_count, output_tokens: last.eval_count },
    ...{ prompt_tokens: last.prompt_eval_count, completion_tokens: last.eval_count },
  };
  const choices = [{ index: 0, delta, logprobs: null, finish_reason }];
  const isCounted = done && last.eval_count !== undefined;
  return { object: 'chat.completion.chunk', choices, ...(isCounted ? { usage } : {}) };
}

const DONE = 'data: [DONE]\n\n';

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** What a server with OpenAI's API answers. */
export interface OpenAiSettings {
  /** As its list has them. @default [{ id: 'gemma', owned_by: 'vllm', max_model_len: 4096 }] */
  readonly models?: readonly object[];
  /** @default true */
  readonly sendsUsage?: boolean;
}

export function answerOpenAi(
  { method, path, body }: WireRequest,
  { models = [{ id: 'gemma', owned_by: 'vllm', max_model_len: 4096 }], sendsUsage }: OpenAiSettings,
  { script, fault }: { readonly script: ChatScript; readonly fault: StreamFault | null },
): WireAnswer | WireStream {
  switch (`${method} ${path}`) {
    case 'GET /v1/models':
      return json(200, { object: 'list', data: models });
    case 'GET /props':
      return json(200, { default_generation_settings: { n_ctx: 2048 } });
    case 'POST /v1/chat/completions': {
      const { model } = parse(body) as { readonly model: string };
      const isKnown = models.some((each) => (each as { readonly id: string }).id === model);
      if (isKnown) return completions(script, { fault, sendsUsage: sendsUsage ?? true });
      const message = `The model \`${model}\` does not exist.`;
      return json(404, { error: { message, type: 'NotFoundError', code: 404 } });
    }
    default:
      return json(404, { detail: 'Not Found' });
  }
}

function completions(
  script: ChatScript,
  { fault, sendsUsage }: { readonly fault: StreamFault | null; readonly sendsUsage: boolean },
): WireStream {
  const chunk = (delta: object, finish_reason: string | null = null): string =>
    event({ choices: [{ index: 0, delta, finish_reason }] });
  const { text = SCRIPT, thinking = [] } = script;
  const all = [
    chunk({ role: 'assistant', content: null }),
    ...thinking.map((each) => chunk({ reasoning_content: each })),
    ...text.map((each) => chunk({ content: each })),
  ].slice(0, fault?.after === undefined ? undefined : fault.after + 1);
  const usage = { prompt_tokens: 7, completion_tokens: script.answerTokens ?? text.length };
  const counted = sendsUsage ? [event({ choices: [], usage })] : [];
  const reason = fault?.what === 'length' ? 'length' : 'stop';
  const endings: Readonly<Record<string, readonly string[]>> = {
    error: [event({ error: { message: 'out of memory', code: 500 } })],
    'no-end': [DONE],
    cut: [],
    hang: [],
  };
  const tail = endings[fault?.what ?? ''] ?? [chunk({}, reason), ...counted, DONE];
  const close = fault?.what === 'cut' || fault?.what === 'hang' ? fault.what : 'end';
  return toStream('text/event-stream', [...all, ...tail], { close, pieceBytes: script.pieceBytes });
}
