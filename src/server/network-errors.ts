/**
 * What it means that no answer came at all. Pure: from the error that `fetch` rejects with (its
 * cause chain holds a code of Node, OpenSSL or undici) to the same verdicts that answers get.
 */
import type { EmbeddingErrorCode } from '../model/errors.ts';
import { ADVICE, type AdviceTopic } from './advice.ts';
import type { Action, Verdict } from './verdict.ts';

type Rule = readonly [action: Action, what: string, advice: AdviceTopic];

/** Codes of OpenSSL that say: somebody else's certificate, or an old one. Trying again is no use. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|ALTNAME/;

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['ECONNRESET', ['retry', 'the connection was cut', 'checkNetwork']],
  ['EPIPE', ['retry', 'the connection was cut', 'checkNetwork']],
  ['UND_ERR_SOCKET', ['retry', 'the connection was cut', 'checkNetwork']],
  ['ERR_SSL_WRONG_VERSION_NUMBER', ['fail', 'no TLS is spoken there', 'useHttp']],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', ['fail', 'no TLS is spoken there', 'useHttp']],
  ['UND_ERR_ABORTED', ['fail', 'the proxy refused to connect', 'checkProxy']],
  // undici's word for a proxy that answers 407, and for a proxy address that it cannot use.
  ['UND_ERR_INVALID_ARG', ['fail', 'the proxy cannot be used', 'checkProxy']],
]);

/** Nobody is there: no use trying again at first contact, but a server that was there restarts. */
const ABSENT: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['ECONNREFUSED', ['retry', 'nothing listens there', 'startServer']],
  ['ENOTFOUND', ['retry', 'the host name is not known', 'checkName']],
  ['EAI_AGAIN', ['retry', 'the host name cannot be looked up now', 'checkName']],
  ['UND_ERR_CONNECT_TIMEOUT', ['retry', 'no connection in time', 'checkNetwork']],
  ['ETIMEDOUT', ['retry', 'no connection in time', 'checkNetwork']],
  ['EHOSTUNREACH', ['retry', 'there is no way to the host', 'checkNetwork']],
  ['ENETUNREACH', ['retry', 'there is no way to the network', 'checkNetwork']],
]);

/** Decides about a request that got no answer. */
export function classifyNetworkError(error: unknown): Verdict {
  const code = codeOf(error);
  if (code === null) return verdict(['retry', 'the request failed', 'checkNetwork']);
  if (CERTIFICATE.test(code)) {
    return verdict(['fail', `the certificate is not trusted (${code})`, 'trustCertificate']);
  }
  const named = ([action, what, advice]: Rule): Rule => [action, `${what} (${code})`, advice];
  const absent = ABSENT.get(code);
  if (absent) return { ...verdict(named(absent)), isAbsent: true };
  return verdict(named(RULES.get(code) ?? ['retry', 'the request failed', 'checkNetwork']));
}

/** The verdict about an answer that took longer than the timeout. */
export function timeoutVerdict(timeoutMs: number): Verdict {
  const what = `no answer within ${timeoutMs / 1000} s`;
  return verdict(['retry', what, 'slowServer'], 'ENDPOINT_TIMEOUT');
}

function verdict(
  [action, what, advice]: Rule,
  code: EmbeddingErrorCode = 'ENDPOINT_UNREACHABLE',
): Verdict {
  return { action, code, what, advice: ADVICE[advice] };
}

/** The innermost code of a chain of causes; happy-eyeballs errors hold several, the first counts. */
function codeOf(error: unknown): string | null {
  let found: string | null = null;
  let current: unknown = error;
  for (let depth = 0; depth < 8 && current instanceof Error; depth++) {
    const { code, errors } = current as { code?: unknown; errors?: readonly unknown[] };
    if (typeof code === 'string') found = code;
    current = current.cause ?? errors?.[0];
  }
  return found;
}
