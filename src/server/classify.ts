/**
 * What an answer that is no success means, and what to do about it. Pure.
 *
 * The text decides first (text-rules.ts), then the status: Ollama answers 400 when its runner has crashed,
 * and Open WebUI up to 0.8.12 answers 500 to everything.
 */
import type { EmbeddingErrorCode } from '../model/errors.ts';
import { type AdviceTopic, adviceFor } from './advice.ts';
import type { ServerKind } from './server-kind.ts';
import { TEXT_RULES } from './text-rules.ts';
import type { Action, Verdict } from './verdict.ts';

/** An answer as far as it decides. */
export interface FailedAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Statuses that may pass; 520–524 are a CDN's words for an origin in trouble. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([
  408, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524,
]);

/** Decides about an answer that is no success. */
export function classifyAnswer(answer: FailedAnswer, server: ServerKind): Verdict {
  const text = messageOf(answer.body);
  const rule = TEXT_RULES.find(
    (each) => each.text.test(text) && (each.status === undefined || each.status === answer.status),
  );
  if (!rule) return classifyStatus(answer, server);
  const { action, code, what, isCrash } = rule;
  const advice = adviceFor(rule.advice, server);
  return { action, code, what, advice, ...(isCrash ? { isCrash } : {}) };
}

/** The statuses that mean one thing whatever the text. */
const STATUS_RULES: ReadonlyMap<number, readonly [EmbeddingErrorCode, string, AdviceTopic]> =
  new Map([
    [401, ['ENDPOINT_UNAUTHORIZED', 'the server does not accept the credentials', 'giveKey']],
    [403, ['ENDPOINT_FORBIDDEN', 'the server does not allow this', 'allowEndpoint']],
    [407, ['ENDPOINT_UNAUTHORIZED', 'the proxy wants credentials', 'proxyCredentials']],
    [422, ['ENDPOINT_FAILED', 'the server did not understand the request', 'changedRequest']],
  ]);

function classifyStatus(answer: FailedAnswer, server: ServerKind): Verdict {
  const { status, contentType } = answer;
  const verdict = verdictOf(server);
  if (isHostCheck(answer)) {
    const what = 'Ollama refuses requests that name another host or origin than its own';
    return verdict('fail', 'ENDPOINT_FORBIDDEN', what, 'hostCheck');
  }
  if (PASSING_STATUSES.has(status)) {
    return verdict('retry', 'ENDPOINT_FAILED', `the server answers ${status}`, 'serverLog');
  }
  if (status === 413) {
    return verdict('halve', 'BATCH_TOO_LARGE', 'the request is too large', 'smallerBatches');
  }
  const rule = STATUS_RULES.get(status);
  if (rule) return verdict('fail', ...rule);
  if (status === 404 || status === 405) {
    const what = `the server has no such API at this address (${status})`;
    const isPage = status === 405 || contentType.includes('html');
    const advice = server === 'ollama' && isPage ? 'openWebUiAddress' : 'wrongAddress';
    return verdict('fail', 'ENDPOINT_NOT_EMBEDDING', what, advice);
  }
  return verdict('fail', 'ENDPOINT_FAILED', `the server answers ${status}`, 'serverLog');
}

/** Ollama's check against rebinding says no without a word; whoever wants a login says how. */
export function isHostCheck({ status, contentType, body }: FailedAnswer): boolean {
  return status === 403 && contentType === '' && body === '';
}

type ToVerdict = (
  action: Action,
  code: EmbeddingErrorCode,
  what: string,
  advice: AdviceTopic,
) => Verdict;

function verdictOf(server: ServerKind): ToVerdict {
  return (action, code, what, advice) => ({
    ...{ action, code, what },
    advice: adviceFor(advice, server),
  });
}

/** UTF-16 units of a server's message that are looked at. */
const MAX_MESSAGE_LENGTH = 2_000;

/**
 * The server's own words: `error` (Ollama) or `detail` (Open WebUI), without the prefix that
 * Open WebUI puts before Ollama's. '' if there are none that can be understood: servers up to
 * Ollama 0.6.0 send `{"error":{}}`, and a 422 of Open WebUI a list that holds the user's text.
 */
function messageOf(body: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return '';
  }
  if (typeof parsed !== 'object' || parsed === null) return '';
  const { error, detail } = parsed as { error?: unknown; detail?: unknown };
  const words = [error, detail].find((each) => typeof each === 'string' && each !== '');
  // The rules look for phrases; behind the first sentences there are only texts and traces.
  const short = typeof words === 'string' ? words.slice(0, MAX_MESSAGE_LENGTH) : '';
  return short.replace(/^(?:Ollama|Open WebUI): /, '').trim();
}
