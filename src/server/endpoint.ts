/**
 * What people type as the address of their server, made into one form.
 *
 * Everything that leaves this file in `url` is safe to print and to store: user names and
 * passwords are taken out of it here, once, and live on only as a header value.
 */
import { EmbeddingError } from '../model/errors.ts';

/** An address that can be asked. */
export interface Endpoint {
  /** Origin and path, without user info, query, fragment or trailing slash. Safe to print. */
  readonly url: string;
  /** `Basic …` if the address had user info, else null. Never printed, never stored. */
  readonly authorization: string | null;
}

/** Ollama's own port, used where an address has neither scheme nor port. */
export const OLLAMA_PORT = '11434';

/** The tails of addresses that people copy out of documentation and other tools' settings. */
const PASTED_TAIL =
  /\/(?:api|v1)(?:\/(?:v1|embed|embeddings|tags|show|version|models|generate|chat|completions)\b.*)?$/;

/**
 * An address as people type it: with or without scheme, with a
 * pasted `/api/embed`, `/v1` or trailing slash. `/ollama` stays: it says which server is meant.
 *
 * Without scheme it is `http`, and without a port then Ollama's 11434.
 *
 * @throws EmbeddingError `ENDPOINT_INVALID` if it is no usable http(s) address.
 */
export function parseEndpoint(value: string): Endpoint {
  const parsed = parseAddress(value);
  if (parsed === null) throw invalidEndpoint();
  const path = withoutTrailingSlashes(parsed.pathname).replace(PASTED_TAIL, '');
  return toEndpoint(parsed, withoutTrailingSlashes(path));
}

/**
 * The value of `OLLAMA_HOST` by Ollama's own rules (envconfig.Host): no scheme means port 11434,
 * `http://` 80 and `https://` 443; a path is kept; `:1234` and `0.0.0.0` mean 127.0.0.1 and
 * `[::]` means `[::1]`; spaces and quotes around it are dropped.
 *
 * @returns null for an empty value, which Ollama takes for "not set".
 * @throws EmbeddingError `ENDPOINT_INVALID` if it is no usable http(s) address.
 */
export function parseOllamaHost(value: string): Endpoint | null {
  if (unquoted(value) === '') return null;
  const parsed = parseAddress(value);
  if (parsed === null) throw invalidEndpoint();
  return toEndpoint(parsed, withoutTrailingSlashes(parsed.pathname));
}

/** The origin of a URL for messages, or a phrase if it has none; never its user info or query. */
export function printableOrigin(value: string, base?: string): string {
  try {
    const { origin } = new URL(value, base);
    return origin === 'null' ? 'an address that is not http' : origin;
  } catch {
    return 'an address that cannot be read';
  }
}

/** Whether the address is this very machine, which no proxy can reach for us. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(?:\.\d{1,3}){3}$/.test(hostname)
  );
}

function parseAddress(value: string): URL | null {
  const typed = unquoted(value);
  if (typed === '' || /[\s\p{Cc}]/u.test(typed)) return null;
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed);
  const address = hasScheme ? typed : `http://${withoutScheme(typed)}`;
  const url = tryUrl(address);
  if (url === null || !/^https?:$/.test(url.protocol) || url.port === '0') return null;
  if (!hasScheme && !namesPort(address)) url.port = OLLAMA_PORT;
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  return url;
}

/** `:1234` and bare IPv6 addresses, which a URL cannot hold as they are. */
function withoutScheme(typed: string): string {
  if (/^:\d/.test(typed)) return `127.0.0.1${typed}`;
  if (/^[0-9a-f]*:[0-9a-f:]*:[0-9a-f.]*$/i.test(typed)) return `[${typed}]`;
  return typed;
}

/** Asked of the text, because `new URL` drops `:80` as http's own. */
function namesPort(address: string): boolean {
  const authority = address.replace('http://', '').split(/[/?#]/, 1)[0] ?? '';
  return /:\d+$/.test(authority);
}

function toEndpoint(url: URL, path: string): Endpoint {
  const user = decoded(url.username);
  const password = decoded(url.password);
  const credentials = Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
  return {
    url: `${url.origin}${path}`,
    authorization: user === '' && password === '' ? null : `Basic ${credentials}`,
  };
}

/** A `%` that encodes nothing is a character of the password. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part.replace(/%(?![0-9a-f]{2})/gi, '%25'));
  } catch {
    return part;
  }
}

function unquoted(value: string): string {
  const inner = value.trim().replace(/^["']+/, '');
  return withoutAtEnd(inner, '"\'').trim();
}

function withoutTrailingSlashes(path: string): string {
  return withoutAtEnd(path, '/');
}

/** A regular expression for this takes quadratic time on a run that does not end the text. */
function withoutAtEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

function tryUrl(value: string): URL | null {
  try {
    return new URL(value);
  } catch {
    return null;
  }
}

/** Says nothing of the value: it may hold a password. */
function invalidEndpoint(): EmbeddingError {
  return new EmbeddingError(
    'ENDPOINT_INVALID',
    'The endpoint is not an http or https address. Give one such as http://127.0.0.1:11434 (Ollama) or http://localhost:3000 (Open WebUI).',
  );
}
