/**
 * A `fetch` for plain HTTP on this machine, which is where Ollama mostly is. Node's own client has
 * no limit on time and no proxy unless it is told to, so nothing has to be switched off; and undici
 * takes 110 ms of a command to load, this 11.
 */
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Fetch, FetchAnswer } from './http.ts';

/**
 * Makes it. A connection for each request: a new one costs little here, while one kept idle may have
 * been closed by the server unnoticed while this process was busy cutting a large file.
 */
export function createLoopbackFetch(): Fetch {
  const agent = new Agent();
  return async (url, { method, headers, body, signal }) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = { agent, method, headers: { ...headers, ...length }, signal };
    return toAnswer(await send(url, options, body));
  };
}

/** The connection ended without an answer and without an error. `code` is as Node's for a cut one. */
class UnansweredError extends Error {
  readonly code = 'ECONNRESET';
  override readonly message = 'The connection ended without an answer.';
}

/**
 * Settles whatever comes: an answer, an error, another protocol (101), or an end without any of these.
 * Node ends a process that waits for nothing but a promise, and with exit code 0.
 */
function send(
  url: string,
  options: RequestOptions,
  body: string | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = request(url, options, resolve);
    asking.once('error', reject);
    asking.once('upgrade', (message, socket) => {
      socket.destroy();
      resolve(message);
    });
    asking.once('close', () => reject(new UnansweredError()));
    asking.end(body);
  });
}

function toAnswer(message: IncomingMessage): FetchAnswer {
  // What follows a change of protocol is not HTTP: there is no body to read.
  const hasBody = message.statusCode !== 101;
  return {
    status: message.statusCode ?? 0,
    headers: {
      get: (name) => {
        const value = message.headers[name];
        return (Array.isArray(value) ? value.join(', ') : value) ?? null;
      },
    },
    text: async () => (hasBody ? text(message) : ''),
    body: hasBody ? message : null,
  };
}
