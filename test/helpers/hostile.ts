/** What must never reach a terminal, and a server that answers with it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Sequences with marks of their own: clipboard, link, title, cursor, C1, bidi, line separators. */
export const HOSTILE =
  'x\u001b]52;c;SE9TVElMRQ==\u0007y\u001b]8;;http://evil.test\u001b\\z\u001b[99;98Hq\u009b97mw\u0085v\u202eu\u2067t\u2028s\u2029r\u200fp\u0000o\u007f';

/** The same without NUL, for names on disk; with a line end, which a name may hold. */
export const HOSTILE_NAME: string = `${HOSTILE.replaceAll('\0', '').replaceAll('/', '')}\nSPOOFED: done\r`;

/** Everything that is unsafe on a terminal, but tab and line feed. */
const UNSAFE =
  /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/** Colours and the drawing of our own line of progress. */
const OURS = /\u001b\[(?:[0-9]{1,2}m|[0-9]?[AGK]|\?25[hl]|2K)|\r(?=\n|\u001b|$)/g;

/**
 * What of an output a terminal must not get.
 *
 * @param options `spoofed`: a line that a name or text made up counts as well
 * @returns '' if it is safe
 */
export function unsafePart(
  output: string,
  { spoofed = true }: { readonly spoofed?: boolean } = {},
): string {
  const rest = output.replace(OURS, '');
  const found =
    UNSAFE.exec(rest) ?? /\u001b/.exec(rest) ?? (spoofed ? /^SPOOFED/m.exec(rest) : null);
  if (found === null) return '';
  return JSON.stringify(rest.slice(Math.max(0, found.index - 60), found.index + 30));
}

/** A server of our own making. */
export interface RawServer {
  readonly url: string;
  /** Headers of every request. */
  readonly seen: readonly IncomingMessage['headers'][];
  close(): void;
}

/** Starts a server that answers with `answer`; it may throw in whatever it likes. */
export async function startRawServer(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
  make: (listener: (request: IncomingMessage, response: ServerResponse) => void) => Server = (
    listener,
  ) => createServer(listener),
): Promise<RawServer> {
  const seen: IncomingMessage['headers'][] = [];
  const server = make((request, response) => {
    seen.push(request.headers);
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => answer(request, response, Buffer.concat(parts).toString('utf8')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
