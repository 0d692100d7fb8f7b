/**
 * `chat/completions`, as OpenAI made it and others speak it: what is sent, and what its events mean. Pure.
 *
 * Open WebUI turns every answer into this shape, and a failure in the middle into one that looks finished:
 * `finish_reason: "stop"`, without the counts that a finished one has. Up to 0.11 a stop at the length is
 * called "stop" as well. So its word alone proves nothing.
 */
import { parseJson } from '../server/connection.ts';
import { arrayAt, textAt, valueAt } from '../server/json-values.ts';
import type { ChatMessage, ChatOptions, ChatUsage, Thinking } from './chat-model.ts';
import { numberAt } from './ollama-wire.ts';
import {
  type AnswerReader,
  type Bounds,
  cutAt,
  type Ending,
  isAtBound,
  NOTHING,
  type Step,
  UNREADABLE,
} from './reader.ts';
import { faultOf } from './server-words.ts';

/** The body of `POST /v1/chat/completions`. */
export function toCompletionsBody(
  model: string,
  messages: readonly ChatMessage[],
  { temperature, seed, maxTokens }: ChatOptions,
): object {
  return {
    ...{ model, messages, stream: true, stream_options: { include_usage: true } },
    ...{ temperature, seed, max_tokens: maxTokens },
  };
}

/** What an Ollama behind Open WebUI is told. */
export interface OllamaParams {
  readonly contextTokens: number;
  readonly think: Thinking;
}

/**
 * The body of Open WebUI's `POST /api/chat/completions`. For an Ollama behind it, what stands at the top is
 * dropped and `params` is passed on; `truncate` and `shift` do not get there. No `chat_id`, `id` or
 * `session_id`: the answer would go to a page instead.
 */
export function toOpenWebUiBody(
  model: string,
  { messages, options }: { messages: readonly ChatMessage[]; options: ChatOptions },
  ollama: OllamaParams | null,
): object {
  const body = toCompletionsBody(model, messages, options);
  if (ollama === null) return body;
  const { temperature, seed } = options;
  const { contextTokens, think } = ollama;
  return { ...body, params: { num_ctx: contextTokens, temperature, seed, think } };
}

/** How far a server's word that an answer is finished goes. */
export type Trust =
  /** It is so. */
  | 'word'
  /** Only with the counts: without them it failed, since what is behind always counts. */
  | 'counts'
  /** Without the counts nothing is known: what is behind may not count. */
  | 'either';

/** Reads the events. */
export class CompletionsReader implements AnswerReader {
  readonly framing = 'events';
  readonly #bounds: Bounds;
  readonly #trust: Trust;
  #reason: string | null = null;
  #usage: ChatUsage | null = null;
  /** Whether the counts came with the reason or behind it: some servers count all along. */
  #isCounted = false;

  constructor(bounds: Bounds, trust: Trust) {
    this.#bounds = bounds;
    this.#trust = trust;
  }

  read(frame: string): Step {
    if (frame.trim() === '[DONE]') return { ...NOTHING, ending: this.end() };
    const event = parseJson(frame);
    if (typeof event !== 'object' || event === null) return { ...NOTHING, ending: UNREADABLE };
    const fault = faultOf(event);
    if (fault !== null) return { ...NOTHING, ending: fault };
    const usage = usageOf(valueAt(event, 'usage'));
    // The first events may be about sources or progress, and the last about usage: no choices.
    const [choice] = arrayAt(event, 'choices');
    this.#reason = textAt(choice, 'finish_reason') ?? this.#reason;
    this.#usage = usage ?? this.#usage;
    this.#isCounted ||= usage !== null && this.#reason !== null;
    const delta = valueAt(choice, 'delta') ?? valueAt(choice, 'message');
    return {
      text: textAt(delta, 'content') ?? '',
      thinking: textAt(delta, 'reasoning_content') ?? textAt(delta, 'reasoning') ?? '',
      ending: null,
    };
  }

  end(): Ending {
    const usage = this.#usage ?? { promptTokens: null, answerTokens: null };
    switch (this.#reason) {
      case null:
        return { type: 'fault', what: 'the answer ended without a reason', advice: 'serverLog' };
      case 'stop':
        return this.#stopped(usage);
      case 'length':
        return cutAt(this.#bounds, usage);
      case 'error':
        return { type: 'fault', what: 'the server says that it failed', advice: 'serverLog' };
      // A filter, a tool that nobody gave it: it ended, for a reason that is not the model's end.
      default:
        return { type: 'unconfirmed', usage };
    }
  }

  #stopped(usage: ChatUsage): Ending {
    if (this.#trust !== 'word' && isAtBound(this.#bounds, usage)) {
      return cutAt(this.#bounds, usage);
    }
    if (this.#trust === 'word' || this.#isCounted) return { type: 'complete', usage };
    if (this.#trust === 'either') return { type: 'unconfirmed', usage };
    const what = 'the answer broke off behind Open WebUI, which calls it finished';
    return { type: 'fault', what, advice: 'ollamaBehind' };
  }
}

/** The counts, under the names that servers have for them. */
function usageOf(usage: unknown): ChatUsage | null {
  const promptTokens = firstOf(usage, ['prompt_tokens', 'input_tokens', 'prompt_eval_count']);
  const answerTokens = firstOf(usage, ['completion_tokens', 'output_tokens', 'eval_count']);
  return promptTokens === null && answerTokens === null ? null : { promptTokens, answerTokens };
}

function firstOf(value: unknown, keys: readonly string[]): number | null {
  for (const key of keys) {
    const number = numberAt(value, key);
    if (number !== null) return number;
  }
  return null;
}
