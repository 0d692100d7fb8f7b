/**
 * One question and its answer as it comes. Until the first byte a failure is tried again as with embedding
 * (busy, loading, a crash); behind it never, since what was said cannot be said again in the same words.
 */

import { ADVICE } from '../server/advice.ts';
import type { Connection } from '../server/connection.ts';
import { isRedirect, redirectVerdict } from '../server/connection.ts';
import { classifyNetworkError, timeoutVerdict } from '../server/network-errors.ts';
import { type Attempt, parseRetryAfter, withRetries } from '../server/retry.ts';
import { StreamedSecrets, withoutSecrets } from '../server/secrets.ts';
import { type AnswerStream, openStream, type StreamOutcome } from '../server/stream.ts';
import { interrupted, toChatError } from './chat-errors.ts';
import type { ChatEvent } from './chat-model.ts';
import { eventsOf, linesOf } from './frames.ts';
import type { AnswerReader, Ending } from './reader.ts';
import { type ChatServer, type ChatVerdict, classifyChat, forChat } from './server-words.ts';
import { type ThinkingInContent, ThinkTags } from './think-tags.ts';

/** How long a server may say nothing. Milliseconds. */
export interface TokenTimeouts {
  /** Until the first token: a model is loaded and the prompt is read before it. */
  readonly firstTokenMs: number;
  /** Between tokens. */
  readonly tokenMs: number;
}

/** One question. */
export interface ChatQuestion {
  readonly url: string;
  readonly body: object;
  readonly authorization: string | null;
  readonly server: ChatServer;
  /** The name to the letter. */
  readonly model: string;
  readonly reader: AnswerReader;
  readonly thinkingInContent: ThinkingInContent;
  readonly timeouts: TokenTimeouts;
  readonly signal: AbortSignal | undefined;
  /** Has the last word on a verdict that needs another look at the server. */
  readonly review?: ((verdict: ChatVerdict) => Promise<ChatVerdict>) | undefined;
}

/**
 * Asks and yields what comes; the last event is the outcome.
 *
 * @throws ChatError; the signal's reason when it aborts.
 */
export async function* streamAnswer(
  connection: Connection,
  question: ChatQuestion,
): AsyncGenerator<ChatEvent, undefined> {
  const stream = await open(connection, question);
  try {
    yield* read(stream, connection, question);
  } catch (error) {
    question.signal?.throwIfAborted();
    throw error;
  } finally {
    stream.close();
  }
}

async function* read(
  stream: AnswerStream,
  connection: Connection,
  question: ChatQuestion,
): AsyncGenerator<ChatEvent, undefined> {
  const { reader, model, timeouts } = question;
  const tags = new ThinkTags(question.thinkingInContent);
  const progress = { hasTokens: false };
  const text = new StreamedSecrets(stream.secrets);
  const thinking = new StreamedSecrets(stream.secrets);
  let ending: Ending | null = null;
  for await (const frame of framesOf(stream, progress, { connection, question })) {
    const step = reader.read(withoutSecrets(frame, stream.secrets));
    const isToken = step.thinking !== '' || step.text !== '';
    progress.hasTokens ||= isToken;
    // The reader's own time is not the server's.
    if (isToken) stream.expectWithin(null);
    if (step.thinking !== '') tags.separated();
    yield* asThinking(thinking.push(step.thinking));
    yield* tags.push(text.push(step.text));
    ending = step.ending;
    if (ending !== null) break;
    if (isToken) stream.expectWithin(timeouts.tokenMs);
  }
  ending ??= reader.end();
  if (ending.type === 'fault') throw interrupted(connection, ending, { model });
  yield* asThinking(thinking.end());
  yield* tags.push(text.end());
  yield* tags.end();
  yield ending;
}

function asThinking(text: string): readonly ChatEvent[] {
  return text === '' ? [] : [{ type: 'thinking', text }];
}

/** How far an answer has come. */
interface Progress {
  hasTokens: boolean;
}

interface Scene {
  readonly connection: Connection;
  readonly question: ChatQuestion;
}

/** The frames; an end by time or by a cut connection is an error in our words. */
async function* framesOf(
  stream: AnswerStream,
  progress: Progress,
  { connection, question }: Scene,
): AsyncGenerator<string, undefined> {
  const { reader, model, timeouts, signal } = question;
  const pieces = stream.bytes();
  try {
    yield* reader.framing === 'lines' ? linesOf(pieces) : eventsOf(pieces);
  } catch (error) {
    signal?.throwIfAborted();
    if (!stream.isTimedOut) {
      const what = 'the connection was cut in the middle of the answer';
      throw interrupted(connection, { what, advice: 'checkNetwork' }, { model, cause: error });
    }
    const { tokenMs, firstTokenMs } = timeouts;
    const verdict = forChat(timeoutVerdict(firstTokenMs));
    const what = progress.hasTokens ? `nothing more came for ${tokenMs / 1000} s` : verdict.what;
    throw toChatError(connection, { ...verdict, what }, { model });
  }
}

function open(connection: Connection, question: ChatQuestion): Promise<AnswerStream> {
  const { retries, clock, onRetry } = connection;
  return withRetries(() => attempt(connection, question), {
    limits: { retries, timeoutRetries: 0, waitForServer: true },
    ...{ clock, onRetry },
    signal: question.signal,
  });
}

async function attempt(
  connection: Connection,
  question: ChatQuestion,
): Promise<Attempt<AnswerStream>> {
  const { url, body, authorization, model, signal, timeouts } = question;
  const { fetch, secrets, clock } = connection;
  const timeoutMs = timeouts.firstTokenMs;
  const call = { url, body, authorization, secrets, timeoutMs, signal };
  const outcome = await openStream(fetch, call);
  const judged = judge(outcome, question);
  if (judged === null && outcome.kind === 'open') return { ok: true, value: outcome.stream };
  const verdict = judged ?? NO_ANSWER;
  if (outcome.kind === 'open') outcome.stream.close();
  const last = question.review ? await question.review(verdict) : verdict;
  const answer = outcome.kind === 'answer' ? outcome.answer : null;
  const cause = outcome.kind === 'network' ? outcome.error : undefined;
  const error = toChatError(connection, last, { model, status: answer?.status, cause });
  const retryAfterMs = parseRetryAfter(answer?.retryAfter ?? null, clock.now());
  return { ok: false, failure: { verdict: last, error, retryAfterMs } };
}

/** Why there is no stream to read; null if there is one. */
function judge(outcome: StreamOutcome, question: ChatQuestion): ChatVerdict | null {
  switch (outcome.kind) {
    case 'open':
      if (outcome.stream.isEmpty) return NO_ANSWER;
      return outcome.stream.contentType.includes('html') ? PAGE : null;
    case 'timeout':
      return forChat(timeoutVerdict(question.timeouts.firstTokenMs));
    case 'endless':
      return PAGE;
    case 'network':
      return forChat(classifyNetworkError(outcome.error));
    case 'answer':
      return isRedirect(outcome.answer)
        ? forChat(redirectVerdict(outcome.answer, question.url))
        : classifyChat(outcome.answer, question.server);
  }
}

const NO_ANSWER: ChatVerdict = {
  action: 'retry',
  code: 'ENDPOINT_FAILED',
  what: 'the server answers, and says nothing',
  advice: ADVICE.serverLog,
};

const PAGE: ChatVerdict = {
  action: 'fail',
  code: 'ENDPOINT_NOT_CHATTING',
  what: 'the address answers with a page, not with data',
  advice: ADVICE.wrongAddress,
};
