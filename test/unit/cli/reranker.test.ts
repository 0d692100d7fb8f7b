/** Where `--rerank` leads, and which key goes there. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rerankerOf } from '../../../src/cli/reranker-flag.ts';
import { type RerankStandIn, scoring, startRerankServer } from '../../helpers/rerank-server.ts';
import { temporaryFolders } from '../../helpers/temp.ts';
import { createWorld } from '../../helpers/world.ts';

const temporary = temporaryFolders();
const KEY = { UMEKOMI_RERANK_API_KEY: 'rerank-key' };
const OTHERS = { OLLAMA_API_KEY: 'ollama-key', OPEN_WEBUI_API_KEY: 'webui-key' };

let server: RerankStandIn;
beforeEach(async () => {
  server = await startRerankServer(scoring(() => 1));
});
afterEach(() => server.close());

/** What the server is sent by `--rerank <wanted>` in this environment. */
async function sent(
  wanted: string,
  env: Record<string, string> = {},
  config: object | null = null,
): Promise<{ readonly model: unknown; readonly authorization: string | undefined }> {
  const home = temporary();
  const folder = join(home, '.config', 'umekomi');
  mkdirSync(folder, { recursive: true });
  if (config !== null) writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const world = createWorld({ env: { ...OTHERS, ...env }, home, cwd: home });
  const reranker = await rerankerOf(world, { rerank: wanted });
  await reranker?.rerank('q', ['a']);
  const request = server.seen.at(-1);
  return { model: request?.body['model'], authorization: request?.authorization };
}

describe('a reranker', () => {
  it('is none without its flag, whatever the environment says', async () => {
    const world = createWorld({ env: { UMEKOMI_RERANK_URL: server.url } });
    expect(await rerankerOf(world, {})).toBeUndefined();
  });

  it('is at the address itself, or a model at that of the environment, else of the user', async () => {
    const elsewhere = { rerankUrl: 'http://127.0.0.1:1' };
    expect(await sent(server.url)).toMatchObject({ model: undefined });
    expect(await sent('bge', { UMEKOMI_RERANK_URL: server.url }, elsewhere)).toMatchObject({
      model: 'bge',
    });
    expect(
      await sent('bge:latest', { UMEKOMI_RERANK_URL: ' ' }, { rerankUrl: server.url }),
    ).toMatchObject({
      model: 'bge:latest',
    });
    expect(server.seen).toHaveLength(3);
  });

  it('is an error where nothing says what server has it, or where that is no address', async () => {
    await expect(sent('bge')).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('UMEKOMI_RERANK_URL'),
    });
    const bad = ['ftp://box', 'http://', '://x'];
    for (const address of bad) {
      await expect(sent(address)).rejects.toMatchObject({ code: 'ENDPOINT_INVALID' });
    }
    await expect(sent('bge', { UMEKOMI_RERANK_URL: 'box:8080' })).rejects.toMatchObject({
      code: 'ENDPOINT_INVALID',
    });
  });
});

describe('its key', () => {
  const bearer = { authorization: 'Bearer rerank-key' };
  const none = { authorization: undefined };

  it('goes to its own address, and to one that is named where the variable names no other', async () => {
    const own = { ...KEY, UMEKOMI_RERANK_URL: server.url };
    expect(await sent('bge', own)).toMatchObject(bearer);
    expect(await sent(`${server.url}/v1/rerank`, own)).toMatchObject(bearer);
    expect(await sent(server.url, KEY)).toMatchObject(bearer);
    expect(await sent('bge', KEY, { rerankUrl: server.url })).toMatchObject(bearer);
  });

  it('does not go to another origin than its variable names, nor where that is no address', async () => {
    for (const own of [
      'http://127.0.0.1:1',
      server.url.replace('http:', 'https:'),
      'nowhere at all',
    ]) {
      expect(await sent(server.url, { ...KEY, UMEKOMI_RERANK_URL: own })).toMatchObject(none);
    }
  });

  it('is no other server’s, also where that server is at the same address', async () => {
    const same = { OLLAMA_HOST: server.url, OPEN_WEBUI_URL: server.url };
    expect(await sent(server.url, same)).toMatchObject(none);
    expect(await sent('bge', { ...same, UMEKOMI_RERANK_URL: server.url })).toMatchObject(none);
  });

  it('that stayed is named where the server wants one', async () => {
    server.close();
    server = await startRerankServer(() => ({ status: 401, body: {} }));
    const other = { ...KEY, UMEKOMI_RERANK_URL: 'http://127.0.0.1:1' };
    await expect(sent(server.url, other)).rejects.toThrow(
      /UMEKOMI_RERANK_API_KEY is set and was not sent: .* UMEKOMI_RERANK_URL only, and this one came from --rerank\.$/,
    );
    await expect(sent(server.url, KEY)).rejects.toThrow(
      /wants a key, or another one \(HTTP 401\)\.$/,
    );
  });
});
