/**
 * Ollama's `/api/chat` and `/api/generate`: what is sent, and what its lines mean. Pure.
 *
 * `truncate: false` and `shift: false` (known since 0.12.6): without them the oldest messages, and then the
 * middle of the last one, are left out unnoticed. `num_ctx` is always said, because the server's own depends
 * on its memory.
 */
import { parseJson } from '../server/connection.ts';
import { textAt, valueAt } from '../server/json-values.ts';
import type { ChatMessage, ChatOptions, ChatUsage, Thinking } from './chat-model.ts';
import {
  type AnswerReader,
  type Bounds,
  cutAt,
  type Ending,
  NOTHING,
  type Step,
  UNREADABLE,
} from './reader.ts';
import { faultOf } from './server-words.ts';

/** What a request needs beside the messages. */
export interface OllamaRequest {
  readonly model: string;
  readonly options: ChatOptions;
  readonly contextTokens: number;
  /** What the model is told about thinking; undefined to say nothing. */
  readonly think: Thinking | undefined;
}

/** The body of `POST /api/chat`. */
export function toChatBody(messages: readonly ChatMessage[], request: OllamaRequest): object {
  return { messages, ...common(request) };
}

/** The body of `POST /api/generate` that the model reads as it is, without a template. */
export function toRawBody(messages: readonly ChatMessage[], request: OllamaRequest): object {
  return { prompt: toTranscript(messages), raw: true, ...common({ ...request, think: undefined }) };
}

/** The body of `POST /api/generate` that the model's template is put around. It knows one turn only. */
export function toGenerateBody(messages: readonly ChatMessage[], request: OllamaRequest): object {
  const turns = messages.filter(({ role }) => role !== 'system');
  const [only, ...more] = turns;
  const isOne = only !== undefined && more.length === 0;
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const prompt = isOne ? only.content : toTranscript(turns);
  return { system: system.join('\n\n'), prompt, ...common(request) };
}

function common({ model, options, contextTokens, think }: OllamaRequest): object {
  const { temperature, seed, maxTokens } = options;
  return {
    model,
    stream: true,
    truncate: false,
    shift: false,
    ...(think === undefined ? {} : { think }),
    options: { num_ctx: contextTokens, temperature, seed, num_predict: maxTokens },
  };
}

const SPEAKERS = { user: 'User', assistant: 'Assistant' } as const;

/** A conversation as plain text, for models that have no template: they go on where it ends. */
export function toTranscript(messages: readonly ChatMessage[]): string {
  const turns = messages.map(({ role, content }) =>
    role === 'system' ? content : `${SPEAKERS[role]}: ${content}`,
  );
  return [...turns, `${SPEAKERS.assistant}:`].join('\n\n');
}

/** Reads the lines of either route. */
export class OllamaReader implements AnswerReader {
  readonly framing = 'lines';
  readonly #bounds: Bounds;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  read(frame: string): Step {
    const line = parseJson(frame);
    if (typeof line !== 'object' || line === null) return { ...NOTHING, ending: UNREADABLE };
    const fault = faultOf(line);
    if (fault !== null) return { ...NOTHING, ending: fault };
    const message = valueAt(line, 'message');
    return {
      text: textAt(message, 'content') ?? textAt(line, 'response') ?? '',
      thinking: textAt(message, 'thinking') ?? textAt(line, 'thinking') ?? '',
      ending: this.#endingOf(line),
    };
  }

  /** Seen when the runner cannot read its own model's words. */
  end(): Ending {
    const what = 'the answer ended without the line that ends it';
    return { type: 'fault', what, advice: 'serverLog' };
  }

  /** Some back ends give the reason and forget `done`. */
  #endingOf(line: object): Ending | null {
    const reason = textAt(line, 'done_reason');
    if (valueAt(line, 'done') !== true && reason === null) return null;
    const usage: ChatUsage = {
      promptTokens: numberAt(line, 'prompt_eval_count'),
      answerTokens: numberAt(line, 'eval_count'),
    };
    switch (reason) {
      // Versions before 0.1.40 give no reason.
      case null:
      case 'stop':
        return { type: 'complete', usage };
      case 'length':
        return cutAt(this.#bounds, usage);
      case 'load':
      case 'unload': {
        const what = 'the server loaded or unloaded the model, and answered nothing';
        return { type: 'fault', what, advice: 'serverLog' };
      }
      default:
        return { type: 'unconfirmed', usage };
    }
  }
}

/** A count; null if there is none. 0 counts, unlike where nothing can have no length. */
export function numberAt(value: unknown, key: string): number | null {
  const number = valueAt(value, key);
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}
