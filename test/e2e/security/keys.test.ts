import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RawServer, startRawServer } from '../../helpers/hostile.ts';
import { createSandbox } from '../../helpers/sandbox.ts';
import { hashingVector } from '../../helpers/stand-in/hashing-vector.ts';
import { TEST_TLS } from '../../helpers/stand-in/tls.ts';

/** Marked, so that any part of them that gets anywhere is seen. */
const KEYS = { OPEN_WEBUI_API_KEY: 'sk-MARKED-webui-5f1c', OLLAMA_API_KEY: 'MARKED-ollama-77aa' };
const PASSWORD = 'MARKED-word-31';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const SECRETS = [
  'MARKED',
  'marked',
  ...Object.values(KEYS).map((key) => Buffer.from(key).toString('hex')),
  ...Object.values(KEYS).map(base64),
  base64(`me:${PASSWORD}`),
  base64(PASSWORD).slice(0, 12),
];

/** All that a server can do wrong; each repeats the key wherever it can. */
type Failing =
  | 'status'
  | 'echo'
  | 'redirect'
  | 'host'
  | 'page'
  | 'cut'
  | 'vectors'
  | 'names'
  | 'none';

const sandbox = createSandbox();
let failing: Failing = 'none';
let server: RawServer;
let elsewhere: RawServer;
const said: string[] = [];

beforeAll(async () => {
  elsewhere = await startRawServer((_, response) => response.end('{}'));
  server = await startRawServer((request, response, body) => {
    const key = request.headers.authorization ?? '';
    const send = (status: number, value: unknown): void => {
      const headers = { 'content-type': 'application/json', 'x-key': key, 'retry-after': '0' };
      response.writeHead(status, headers).end(JSON.stringify(value));
    };
    // Detection asks without the key; everything behind it fails.
    if (request.url === '/api/version') send(200, { version: '0.33.0', key });
    else if (failing === 'names' && request.url === '/api/tags') {
      const token = key.replace('Bearer ', '');
      const digest = Buffer.from(token).toString('hex');
      const capabilities = ['embedding'];
      send(200, { models: [{ model: `m-${token}`, digest, capabilities }] });
    } else if (
      ['none', 'names'].includes(failing) ||
      (failing === 'vectors' && request.url === '/api/tags')
    ) {
      if (request.url === '/api/tags')
        send(200, { models: [{ model: 'm:latest', capabilities: ['embedding'] }] });
      else if (request.url === '/api/embed') {
        const { input } = JSON.parse(body) as { input: string[] };
        const bad = [[key], [null], []];
        const good = input.map((text) => [...hashingVector(text, 16)]);
        send(200, { embeddings: failing === 'vectors' ? bad : good, model: key });
      } else send(404, { error: key });
    } else if (failing === 'status') send(401, { error: key, detail: key });
    else if (failing === 'echo') send(500, { error: `EOF ${key}`, detail: [{ input: key }] });
    else if (failing === 'redirect')
      response
        .writeHead(307, { location: `${elsewhere.url}/?key=${encodeURIComponent(key)}` })
        .end();
    else if (failing === 'host')
      response.writeHead(307, { location: `http://${key.replace('Bearer ', '')}.invalid/` }).end();
    else if (failing === 'page')
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<p>${key}</p>`);
    else
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .write(`{"${key}`, () => response.destroy());
  });
  sandbox.write('home/config/umekomi/config.json', '{"retries": 0, "timeout": 10}');
  sandbox.write('docs/a.md', '# A\n\nlantern\n');
  sandbox.write('set/questions.jsonl', '{"id":"1","text":"lantern","answers":["docs/a.md"]}\n');
});

afterAll(() => {
  server.close();
  elsewhere.close();
  sandbox.remove();
});

/** Runs with every key there is, and remembers all that was said. */
async function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<number | null> {
  const running = sandbox.start([...args, '-v'], { env: { ...KEYS, ...env } });
  const commandLine = running.child.spawnargs.join(' ');
  const { code, stdout, stderr } = await running.done;
  said.push(commandLine, stdout, stderr);
  return code;
}

/** Every file below a folder, with its path. */
function* filesBelow(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

/** Those that ask the server. */
const ASKING: readonly (readonly string[])[] = [
  ['index', 'docs', '--rebuild', '--json'],
  ['search', 'lantern', '--json', '--mode', 'semantic'],
  ['models'],
];

describe('a key', () => {
  it('gets to the server that it is for, and the corpus is built with it', async () => {
    expect(await run(['index', 'docs', '--model', 'm', '--endpoint', server.url])).toBe(0);
    const sent = server.seen.map(({ authorization }) => authorization);
    expect(sent).toContain(`Bearer ${KEYS.OLLAMA_API_KEY}`);
    expect(sent.join(' ')).not.toContain(KEYS.OPEN_WEBUI_API_KEY);
  });

  it.each<Failing>(['status', 'echo', 'redirect', 'host', 'page', 'cut', 'vectors', 'names'])(
    'is in no output of any command where the server fails by %s and repeats it',
    async (how) => {
      failing = how;
      const { port } = new URL(server.url);
      const withPassword = `http://me:${PASSWORD}@127.0.0.1:${port}`;
      const noKeys = { OLLAMA_API_KEY: '', OPEN_WEBUI_API_KEY: '' };
      await Promise.all([
        ...ASKING.map((args) => run(args, { OLLAMA_HOST: server.url })),
        run(['models', '--json'], { ...noKeys, OLLAMA_HOST: withPassword }),
      ]);
      failing = 'none';
      expect(leaks()).toEqual([]);
    },
  );

  it('does not follow a redirect', () => {
    expect(elsewhere.seen).toEqual([]);
  });

  it('does not go to the address of another variable, nor to one that nobody named', async () => {
    const before = server.seen.length;
    const other = { OPEN_WEBUI_URL: 'http://127.0.0.1:1', OLLAMA_HOST: 'http://127.0.0.1:2' };
    expect(await run(['models', '--endpoint', server.url], other)).toBe(0);
    const sent = server.seen.slice(before).map(({ authorization }) => authorization);
    expect(sent).not.toEqual([]);
    expect(sent.every((header) => header === undefined)).toBe(true);
  });

  it('is in nothing that commands without a server print', async () => {
    const commands = [
      ['status', '--json'],
      ['like', 'docs/a.md'],
      ['eval', 'set/questions.jsonl'],
    ];
    for (const args of commands) await run(args, { OLLAMA_HOST: server.url });
    expect(leaks()).toEqual([]);
  });

  it('and a password are in no file: not in the corpus, not beside it, in no configuration', () => {
    expect(said.length).toBeGreaterThan(60);
    const files = [...filesBelow(sandbox.folder)];
    expect(files.some((file) => file.endsWith('corpus.db'))).toBe(true);
    for (const file of files) {
      const bytes = readFileSync(file).toString('latin1');
      for (const secret of SECRETS) expect(bytes.includes(secret), file).toBe(false);
    }
  });

  it('is no flag and no setting', async () => {
    expect(await run(['models', '--api-key', 'x'])).toBe(2);
    for (const key of ['apiKey', 'OLLAMA_API_KEY', 'key']) {
      sandbox.write('home/config/umekomi/config.json', JSON.stringify({ [key]: 'x' }));
      expect(await run(['status'])).toBe(2);
    }
    sandbox.write('home/config/umekomi/config.json', '{"retries": 0}');
  });
});

describe('TLS', () => {
  it('a certificate that nobody vouches for ends it: no key, no text, no http instead', async () => {
    const asked: string[] = [];
    const secure = await startRawServer(
      (request, response) => {
        asked.push(request.url ?? '');
        response.end('{}');
      },
      (listener) => createTlsServer(TEST_TLS, listener),
    );
    const address = secure.url.replace('http:', 'https:');
    const asking = [['models'], ['index', 'docs'], ['search', 'lantern', '--mode', 'semantic']];
    for (const args of asking) expect(await run([...args, '--endpoint', address])).toBe(3);
    secure.close();
    expect(asked).toEqual([]);
    expect(said.at(-1)).toMatch(/certificate/);
    expect(leaks()).toEqual([]);
  });
});

/** Secrets in what was said so far, each with the place. */
function leaks(): readonly string[] {
  return said.filter((text) => SECRETS.some((secret) => text.includes(secret)));
}
