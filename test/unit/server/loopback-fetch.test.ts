/** Every request to this machine settles, whatever the other end does. */
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type Outcome, send } from '../../../src/server/http.ts';
import { createLoopbackFetch } from '../../../src/server/loopback-fetch.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** What comes of a request to a server that answers with these bytes and then closes. */
async function askServerThatSays(bytes: string, close: (socket: Socket) => void): Promise<Outcome> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(bytes, () => close(socket));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}/api/tags`;
  return send(createLoopbackFetch(), { url, authorization: null, secrets: [], timeoutMs: 5000 });
}

const UPGRADE =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

it.each([
  ['names the protocol', UPGRADE],
  ['names none', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ['goes on in another protocol', `${UPGRADE}\u0081\u0005hello`],
])(
  'a change of protocol that %s is an answer without a body, though nobody closes',
  async (_, bytes) => {
    const outcome = await askServerThatSays(bytes, () => {});
    expect(outcome).toMatchObject({ kind: 'answer', answer: { status: 101, body: '' } });
  },
);

it.each([
  ['nothing', ''],
  ['a line that is no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['an interim answer only', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ['half of a header', 'HTTP/1.1 200 OK\r\nContent-Le'],
  ['half of a body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"mod'],
])('a connection that ends behind %s is a failure of the network', async (_, bytes) => {
  const outcome = await askServerThatSays(bytes, (socket) => socket.end());
  expect(outcome.kind).toBe('network');
});
