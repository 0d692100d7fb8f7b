/**
 * What an answer that is no success means, and what to do about it. Pure, and a table: a row of
 * docs/internals/server-answers.md is a row here.
 *
 * The text decides first, then the status: Ollama answers 400 when its runner has crashed, and
 * Open WebUI up to 0.8.12 answers 500 to everything.
 */
import type { EmbeddingErrorCode } from '../model/errors.ts';
import { ADVICE, type Advice, type AdviceTopic } from './advice.ts';

/** What is done about a failure. */
export type Action =
  /** Ask again later: it may pass. */
  | 'retry'
  /** Stop at once and say what to do next. */
  | 'fail'
  /** One of the texts is too long: find it; its chunk is cut further. */
  | 'split'
  /** One of the texts cannot be embedded: find it; it is remembered as failed. */
  | 'bisect'
  /** The request is too large: ask for half of it. */
  | 'halve'
  /** List the models again: gone means stop, still there means an outage behind the server. */
  | 'check-model';

/** The two servers whose wire is spoken. */
export type ServerKind = 'ollama' | 'open-webui';

/** What a failure means. */
export interface Verdict {
  readonly action: Action;
  readonly code: EmbeddingErrorCode;
  /** What happened, in our own words or a known phrase of the server; never the user's text. */
  readonly what: string;
  /** What to do next. */
  readonly advice: Advice;
  /** Nobody is there at all: worth waiting for only where somebody was before. */
  readonly isAbsent?: true;
  /** A crash, which may be the work of one of the texts. */
  readonly isCrash?: true;
}

/** An answer as far as it decides. */
export interface FailedAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

interface TextRule {
  readonly text: RegExp;
  /** Only with this status; any if left out. */
  readonly status?: number;
  readonly action: Action;
  readonly code: EmbeddingErrorCode;
  readonly what: string;
  readonly advice: AdviceTopic;
  readonly isCrash?: true;
}

/** By text. First match wins. Wording of old and new versions side by side. */
const TEXT_RULES: readonly TextRule[] = [
  {
    text: /input length exceeds|input exceeds maximum context|exceeds the context length|input.* is too large to process/i,
    action: 'split',
    code: 'INPUT_TOO_LONG',
    what: 'a text is longer than the model reads',
    advice: 'shorterChunks',
  },
  {
    text: /unsupported value: (?:NaN|[+-]?Inf)/i,
    action: 'bisect',
    code: 'INPUT_REJECTED',
    what: 'the model computed no usable vector (NaN) for a text',
    advice: 'rejectedText',
  },
  {
    text: /API is disabled/i,
    action: 'fail',
    code: 'ENDPOINT_FORBIDDEN',
    what: 'the Ollama API is disabled in Open WebUI',
    advice: 'enableOllamaApi',
  },
  {
    text: /API key is not enabled/i,
    action: 'fail',
    code: 'ENDPOINT_FORBIDDEN',
    what: 'API keys are not enabled, or not for this user',
    advice: 'enableApiKeys',
  },
  {
    text: /API key not allowed to access this endpoint/i,
    action: 'fail',
    code: 'ENDPOINT_FORBIDDEN',
    what: 'this API key may not use the endpoint',
    advice: 'allowEndpoint',
  },
  {
    text: /do not have permission to access/i,
    status: 401,
    action: 'fail',
    code: 'ENDPOINT_FORBIDDEN',
    what: 'the account still waits for its approval',
    advice: 'approveAccount',
  },
  {
    text: /do not have permission to access/i,
    action: 'fail',
    code: 'ENDPOINT_FORBIDDEN',
    what: 'this API key may not use the endpoint',
    advice: 'allowEndpoint',
  },
  {
    text: /not authenticated/i,
    action: 'fail',
    code: 'ENDPOINT_UNAUTHORIZED',
    what: 'the server wants an API key and got none',
    advice: 'giveKey',
  },
  {
    text: /session has expired|token is invalid|^401 Unauthorized$/i,
    action: 'fail',
    code: 'ENDPOINT_UNAUTHORIZED',
    what: 'the API key or token is not, or no longer, valid',
    advice: 'renewKey',
  },
  {
    text: /^unauthorized$/i,
    action: 'fail',
    code: 'ENDPOINT_UNAUTHORIZED',
    what: 'the model runs in the cloud and Ollama is not signed in',
    advice: 'signIn',
  },
  {
    text: /does not support embeddings/i,
    action: 'fail',
    code: 'MODEL_NOT_EMBEDDING',
    what: 'the model cannot embed',
    advice: 'embeddingModel',
  },
  {
    text: /^model not found$/i,
    action: 'fail',
    code: 'MODEL_NOT_FOUND',
    what: 'this user has no access to the model',
    advice: 'modelAccess',
  },
  {
    text: /^model .*was not found/i,
    action: 'check-model',
    code: 'MODEL_NOT_FOUND',
    what: 'the server does not have the model',
    advice: 'pullModel',
  },
  {
    text: /^model .*not found|invalid model name/i,
    action: 'fail',
    code: 'MODEL_NOT_FOUND',
    what: 'the server does not have the model',
    advice: 'pullModel',
  },
  {
    text: /cannot unmarshal|must be of type|invalid input type|missing request body/i,
    action: 'fail',
    code: 'ENDPOINT_FAILED',
    what: 'the server did not understand the request',
    advice: 'changedRequest',
  },
  {
    text: /server busy/i,
    action: 'retry',
    code: 'ENDPOINT_FAILED',
    what: 'the server is busy (its queue is full)',
    advice: 'serverLog',
  },
  {
    text: /process has terminated/i,
    action: 'retry',
    code: 'ENDPOINT_FAILED',
    what: 'Ollama could not load the model',
    advice: 'runnerLog',
  },
  {
    text: /no longer running|unexpected server status|EOF|connection re/i,
    action: 'retry',
    code: 'ENDPOINT_FAILED',
    what: "Ollama's model runner crashed",
    advice: 'runnerLog',
    isCrash: true,
  },
  {
    text: /cannot connect to host/i,
    action: 'retry',
    code: 'ENDPOINT_FAILED',
    what: 'Open WebUI cannot reach the Ollama behind it',
    advice: 'ollamaBehind',
  },
  {
    text: /server connection error/i,
    action: 'retry',
    code: 'ENDPOINT_FAILED',
    what: 'Open WebUI got no usable answer from the Ollama behind it',
    advice: 'ollamaBehind',
  },
];

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
  return { action, code, what, advice: ADVICE[rule.advice], ...(isCrash ? { isCrash } : {}) };
}

/** The statuses that mean one thing whatever the text. */
const STATUS_RULES: ReadonlyMap<number, readonly [EmbeddingErrorCode, string, AdviceTopic]> =
  new Map([
    [401, ['ENDPOINT_UNAUTHORIZED', 'the server does not accept the credentials', 'giveKey']],
    [403, ['ENDPOINT_FORBIDDEN', 'the server does not allow this', 'allowEndpoint']],
    [407, ['ENDPOINT_UNAUTHORIZED', 'the proxy wants credentials', 'proxyCredentials']],
    [422, ['ENDPOINT_FAILED', 'the server did not understand the request', 'changedRequest']],
  ]);

function classifyStatus({ status, contentType }: FailedAnswer, server: ServerKind): Verdict {
  if (PASSING_STATUSES.has(status)) {
    return verdict('retry', 'ENDPOINT_FAILED', `the server answers ${status}`, 'serverLog');
  }
  if (status === 413) {
    return verdict('halve', 'BATCH_TOO_LARGE', 'the request is too large', 'smallerBatches');
  }
  const rule = STATUS_RULES.get(status);
  if (rule) return verdict('fail', ...rule);
  if (status === 404 || status === 405) {
    const what = `nothing embeds at this address (${status})`;
    const isPage = status === 405 || contentType.includes('html');
    const advice = server === 'ollama' && isPage ? 'openWebUiAddress' : 'wrongAddress';
    return verdict('fail', 'ENDPOINT_NOT_EMBEDDING', what, advice);
  }
  return verdict('fail', 'ENDPOINT_FAILED', `the server answers ${status}`, 'serverLog');
}

function verdict(
  action: Action,
  code: EmbeddingErrorCode,
  what: string,
  advice: AdviceTopic,
): Verdict {
  return { action, code, what, advice: ADVICE[advice] };
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
