/**
 * What servers say when they do not answer, and what it means for chat. What embedding and chat have in
 * common is decided by `server/classify.ts`. Pure.
 */
import type { ChatErrorCode, EmbeddingErrorCode } from '../model/errors.ts';
import { ADVICE, type AdviceTopic, adviceFor } from '../server/advice.ts';
import { classifyAnswer, type FailedAnswer } from '../server/classify.ts';
import { parseJson } from '../server/connection.ts';
import { countAt, textAt, valueAt } from '../server/json-values.ts';
import type { ServerKind } from '../server/server-kind.ts';
import type { Action, Verdict } from '../server/verdict.ts';
import type { Fault } from './reader.ts';

/** Who answers: one of the two servers, or any with OpenAI's API. */
export type ChatServer = ServerKind | 'openai';

/** What a refused question means. */
export interface ChatVerdict extends Verdict<ChatErrorCode> {
  /** With `PROMPT_TOO_LONG`, where the server counted. */
  readonly promptTokens?: number | undefined;
  /** With `PROMPT_TOO_LONG`, where the server says it. */
  readonly contextTokens?: number | undefined;
}

interface Rule {
  readonly text: RegExp;
  readonly action: Action;
  readonly code: ChatErrorCode;
  readonly what: string;
  readonly advice: AdviceTopic;
}

const TOO_LONG: Rule = {
  text: /exceed_context_size|exceeds the available context size|input (?:length )?exceeds|exceeds the context length|longer than the context length|maximum context length|context_length_exceeded|prompt is too long/i,
  action: 'fail',
  code: 'PROMPT_TOO_LONG',
  what: 'the messages are longer than the context',
  advice: 'shorterPrompt',
};

/** By text, before what embedding and chat have in common. First match wins. */
const CHAT_RULES: readonly Rule[] = [
  TOO_LONG,
  {
    text: /does not support (?:chat|generate|completion)/i,
    action: 'fail',
    code: 'MODEL_NOT_CHATTING',
    what: 'the model cannot chat',
    advice: 'chatModel',
  },
  {
    text: /does not support thinking|invalid think value/i,
    action: 'fail',
    code: 'ENDPOINT_FAILED',
    what: 'the model cannot think as it was told to',
    advice: 'withoutThinking',
  },
  {
    text: /model is required/i,
    action: 'fail',
    code: 'MODEL_REQUIRED',
    what: 'no model was named',
    advice: 'chatModel',
  },
  {
    text: /model .*(?:does not exist|not found)/i,
    action: 'fail',
    code: 'MODEL_NOT_FOUND',
    what: 'the server does not have the model',
    advice: 'otherModel',
  },
  {
    text: /loading model/i,
    action: 'retry',
    code: 'ENDPOINT_FAILED',
    what: 'the server is still loading the model',
    advice: 'serverLog',
  },
];

/** Only where no Ollama is: there, `classifyAnswer` knows more. */
const ELSEWHERE: ReadonlySet<ChatErrorCode> = new Set(['MODEL_NOT_FOUND']);

/** Decides about an answer that is no success. */
export function classifyChat(answer: FailedAnswer, server: ChatServer): ChatVerdict {
  const words = wordsOf(parseJson(answer.body));
  const rule = CHAT_RULES.find(
    ({ text, code }) => text.test(words.text) && (server === 'openai' || !ELSEWHERE.has(code)),
  );
  if (rule) {
    const { action, code, what } = rule;
    const advice = server === 'openai' ? ADVICE[rule.advice] : adviceFor(rule.advice, server);
    return { action, code, what, advice, ...(rule === TOO_LONG ? countsOf(words) : {}) };
  }
  return server === 'openai' ? byStatus(answer) : inCommon(answer, words, server);
}

/** The rules for Ollama's texts mean nothing elsewhere: "Unauthorized" is no cloud model there. */
function byStatus({ status }: FailedAnswer): ChatVerdict {
  const common = { status, contentType: 'application/json', body: '' };
  const verdict = forChat(classifyAnswer(common, 'ollama'));
  return verdict.code === 'ENDPOINT_FORBIDDEN' ? { ...verdict, advice: ADVICE.renewKey } : verdict;
}

function inCommon(answer: FailedAnswer, { text }: Words, server: ServerKind): ChatVerdict {
  const body = text === '' ? answer.body : JSON.stringify({ error: text });
  const verdict = forChat(classifyAnswer({ ...answer, body }, server));
  const isRestricted = verdict.advice === adviceFor('allowEndpoint', server);
  return isRestricted ? { ...verdict, advice: adviceFor('allowChat', server) } : verdict;
}

/** A verdict on an embedding server, said of a chat server. */
export function forChat(verdict: Verdict): ChatVerdict {
  const code = toChatCode(verdict.code);
  if (code !== 'PROMPT_TOO_LONG') return { ...verdict, code };
  const what = 'the messages are too large for the server or something before it';
  return { ...verdict, action: 'fail', code, what, advice: ADVICE.shorterPrompt };
}

/** The code of an embedding server's failure, where a chat server was asked. */
export function toChatCode(code: EmbeddingErrorCode): ChatErrorCode {
  switch (code) {
    case 'ENDPOINT_NOT_EMBEDDING':
      return 'ENDPOINT_NOT_CHATTING';
    case 'MODEL_NOT_EMBEDDING':
      return 'MODEL_NOT_CHATTING';
    case 'INPUT_TOO_LONG':
    case 'BATCH_TOO_LARGE':
      return 'PROMPT_TOO_LONG';
    case 'INPUT_REJECTED':
    case 'VECTORS_INVALID':
    case 'BUILTIN_DATA_UNUSABLE':
      return 'ENDPOINT_FAILED';
    default:
      return code;
  }
}

/**
 * An error in the middle of an answer, in our own words: the server's may hold the user's.
 *
 * @returns null if the frame is no error
 */
export function faultOf(frame: unknown): Fault | null {
  const error = valueAt(frame, 'error');
  const isDetail =
    valueAt(frame, 'detail') !== undefined && valueAt(frame, 'choices') === undefined;
  if ((error === undefined || error === null) && !isDetail) return null;
  const { text } = wordsOf(frame);
  const isCrash = /EOF|no longer running|has terminated|connection re/i.test(text);
  return isCrash
    ? { type: 'fault', what: 'the model runner crashed while it answered', advice: 'runnerLog' }
    : { type: 'fault', what: 'the server failed in the middle of the answer', advice: 'serverLog' };
}

/** UTF-16 units of a server's message that are looked at. */
const MAX_MESSAGE_LENGTH = 2_000;

interface Words {
  readonly text: string;
  /** The innermost object, which may hold counts. */
  readonly from: unknown;
}

/**
 * A server's own words: `error` or `detail`, a text or an object with a `message`; Ollama hands on such an
 * object of its runner as JSON inside a text.
 */
function wordsOf(body: unknown): Words {
  let from: unknown = body;
  // Two layers were seen: an object in a text in an object.
  for (let depth = 0; depth < 4; depth++) {
    const inner = valueAt(from, 'error') ?? valueAt(from, 'detail');
    const next = typeof inner === 'string' ? (objectIn(inner) ?? inner) : inner;
    if (typeof next === 'string') return { text: cleaned(next), from };
    if (typeof next !== 'object' || next === null) break;
    from = next;
  }
  const type = textAt(from, 'type') ?? '';
  return { text: cleaned(`${textAt(from, 'message') ?? ''} ${type}`), from };
}

function objectIn(text: string): object | null {
  const start = text.indexOf('{');
  const parsed = start >= 0 ? parseJson(text.slice(start)) : null;
  return typeof parsed === 'object' ? parsed : null;
}

function cleaned(text: string): string {
  return text
    .slice(0, MAX_MESSAGE_LENGTH)
    .replace(/^(?:Ollama|Open WebUI): /, '')
    .trim();
}

/** Counts in fields (llama.cpp, Ollama from 0.30) or in words (vLLM, OpenAI). */
function countsOf({ text, from }: Words): Pick<ChatVerdict, 'promptTokens' | 'contextTokens'> {
  const context = /context (?:length|size) (?:is |\()(\d+)/i.exec(text)?.[1];
  const prompt =
    /\((\d+) in the messages|request \((\d+) tokens\)|(?:has|contains) (?:at least )?(\d+) input tokens|resulted in (\d+) tokens/i.exec(
      text,
    );
  const counted = prompt?.slice(1).find((each) => each !== undefined);
  return {
    promptTokens: countAt(from, 'n_prompt_tokens') ?? toCount(counted),
    contextTokens: countAt(from, 'n_ctx') ?? toCount(context),
  };
}

function toCount(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}
