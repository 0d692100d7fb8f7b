/** HTTPS with a private CA, proxies, and a process that ends when its work is done. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { type OllamaOptions, ollama } from '../../../src/embedding/ollama.ts';
import type { EmbedderIdentity } from '../../../src/model/types.ts';
import { createNetworkFetch, type ProxySettings } from '../../../src/server/network-fetch.ts';
import { type ForwardProxy, startProxy } from '../../helpers/stand-in/proxy.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../../helpers/stand-in/server.ts';
import { TEST_CA_FILE, TEST_TLS } from '../../helpers/stand-in/tls.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function start(options: StandInOptions = {}): Promise<StandIn> {
  const server = await startStandIn(options);
  open.push(server);
  return server;
}

async function proxyTo(server: StandIn, refusal?: number): Promise<ForwardProxy> {
  const proxy = await startProxy(Number(new URL(server.url).port), refusal);
  open.push(proxy);
  return proxy;
}

const clock = { now: () => Date.now(), sleep: async () => {}, random: () => 0 };

function identify(
  endpoint: string,
  proxies: ProxySettings = {},
  options: OllamaOptions = {},
): Promise<EmbedderIdentity> {
  // '' and not undefined: undefined would let in the environment of whoever runs the tests.
  const settings = { httpProxy: '', httpsProxy: '', noProxy: '', ...proxies };
  const fetch = createNetworkFetch(settings);
  return ollama({ endpoint, fetch, clock, retries: 1, ...options }).identity();
}

describe('a proxy', () => {
  it('carries http as it is, without a tunnel', async () => {
    const server = await start();
    const proxy = await proxyTo(server);
    await identify('http://ollama.test', { httpProxy: proxy.url });
    expect(proxy.lines).toContain('POST http://ollama.test/api/embed');
    expect(proxy.lines.join()).not.toContain('CONNECT');
  });

  it('carries https through a tunnel, so that it sees neither key nor text', async () => {
    const server = await start({ tls: TEST_TLS });
    const proxy = await proxyTo(server);
    const identity = identify('https://ollama.test', { httpsProxy: proxy.url });
    await expect(identity).rejects.toThrow(/certificate is not trusted/);
    expect(new Set(proxy.lines)).toEqual(new Set(['CONNECT ollama.test:443']));
  });

  it('is never asked for loopback addresses', async () => {
    const server = await start();
    const proxy = await proxyTo(server);
    await identify(server.url, { httpProxy: proxy.url });
    await identify(server.url.replace('127.0.0.1', 'localhost'), { httpProxy: proxy.url });
    expect(proxy.lines).toEqual([]);
  });

  it('is not asked for what NO_PROXY names', async () => {
    const server = await start();
    const proxy = await proxyTo(server);
    const settings = { httpProxy: proxy.url, noProxy: 'ollama.invalid' };
    await expect(identify('http://ollama.invalid', settings)).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
    });
    expect(proxy.lines).toEqual([]);
  });

  it('that refuses says what to look at', async () => {
    const server = await start({ tls: TEST_TLS });
    const proxy = await proxyTo(server, 403);
    await expect(identify('https://ollama.test', { httpsProxy: proxy.url })).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      message: expect.stringContaining('HTTPS_PROXY'),
    });
  });

  it('that wants credentials says so', async () => {
    const server = await start();
    const proxy = await proxyTo(server, 407);
    await expect(identify('http://ollama.test', { httpProxy: proxy.url })).rejects.toThrow(
      /HTTP_PROXY/,
    );
  });
});

describe('HTTPS', () => {
  it('with a private CA is refused until the CA is named, and the error names the way', async () => {
    const server = await start({ tls: TEST_TLS });
    await expect(identify(server.url)).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      message: expect.stringMatching(/certificate is not trusted.*NODE_EXTRA_CA_CERTS/),
    });
    expect(server.requests).toEqual([]);
  });

  it('where only http is spoken says so', async () => {
    const server = await start();
    await expect(identify(server.url.replace('http:', 'https:'))).rejects.toThrow(
      /no TLS is spoken there.*http:\/\//,
    );
  });
});

const BUILT = fileURLToPath(new URL('../../../dist/embedding/ollama.js', import.meta.url));

describe('a process of its own', () => {
  const script = `
    import { ollama } from ${JSON.stringify(BUILT)};
    const { model } = await ollama({ endpoint: process.argv[1] }).identity();
    console.log(model);
  `;

  async function runWith(
    environment: Record<string, string>,
    endpoint: string,
  ): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const { PATH = '' } = process.env;
    const parameters = ['--input-type=module', '--eval', script, endpoint];
    const env = { PATH, ...environment };
    return promisify(execFile)(process.execPath, parameters, { env, timeout: 30_000 });
  }

  it('trusts a private CA through NODE_EXTRA_CA_CERTS, warns of nothing, and ends', async () => {
    const server = await start({ tls: TEST_TLS });
    const result = await runWith({ NODE_EXTRA_CA_CERTS: TEST_CA_FILE }, server.url);
    expect(result).toEqual({ stdout: 'bge-m3:latest\n', stderr: '' });
  });

  it('takes the proxy and the private CA from its environment together', async () => {
    const server = await start({ tls: TEST_TLS });
    const proxy = await proxyTo(server);
    const environment = { NODE_EXTRA_CA_CERTS: TEST_CA_FILE, HTTPS_PROXY: proxy.url };
    const { stdout } = await runWith(environment, 'https://ollama.test');
    expect(stdout).toBe('bge-m3:latest\n');
    expect(proxy.lines).toContain('CONNECT ollama.test:443');
  });
});
