/** A forward proxy on loopback: plain http requests and CONNECT, all to one real server. */
import { createServer, type IncomingMessage, request as send } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ForwardProxy {
  readonly url: string;
  /** `POST http://ollama.test/api/embed`, `CONNECT ollama.test:443` */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

/**
 * @param targetPort - where everything is sent, whatever name was asked for.
 * @param refusal - answered instead, if given.
 */
export async function startProxy(targetPort: number, refusal?: number): Promise<ForwardProxy> {
  const lines: string[] = [];
  const tunnels = new Set<Duplex>();
  const server = createServer((incoming, outgoing) => {
    lines.push(`${incoming.method} ${incoming.url}`);
    if (refusal !== undefined) {
      outgoing.writeHead(refusal).end();
      return;
    }
    const { pathname } = new URL(incoming.url ?? '');
    const { method, headers } = incoming;
    const target = { host: '127.0.0.1', port: targetPort, path: pathname, method, headers };
    const forwarded = send(target, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  server.on('connect', (incoming: IncomingMessage, socket: Duplex) => {
    lines.push(`CONNECT ${incoming.url}`);
    tunnels.add(socket);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
      return;
    }
    const upstream = connect(targetPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    lines,
    close: () =>
      new Promise((resolve) => {
        for (const socket of tunnels) socket.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
