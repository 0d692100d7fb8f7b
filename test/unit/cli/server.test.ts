import { describe, expect, it } from 'vitest';
import { serverOptions } from '../../../src/cli/server.ts';
import { resolveSettings } from '../../../src/cli/settings.ts';
import { createWorld } from '../../helpers/world.ts';

const KEYS = { OPEN_WEBUI_API_KEY: 'webui-key', OLLAMA_API_KEY: 'ollama-key' };

/** The keys that would go to the server if it were Open WebUI, and if it were Ollama. */
async function keys(
  env: Record<string, string>,
  endpoint?: string,
): Promise<(string | undefined)[]> {
  const world = createWorld({ env: { ...KEYS, ...env } });
  const settings = resolveSettings(world, endpoint === undefined ? {} : { endpoint });
  const options = await serverOptions(world, settings, () => {});
  const { apiKey } = options;
  if (typeof apiKey !== 'function') throw new Error('a function is expected');
  return [apiKey('open-webui'), apiKey('ollama')];
}

describe('an environment key goes only to its own origin', () => {
  it('to the address of its own variable, whatever answers there', async () => {
    expect(await keys({ OPEN_WEBUI_URL: 'http://a:3000' })).toEqual(['webui-key', 'webui-key']);
    expect(await keys({ OLLAMA_HOST: 'b:11434' })).toEqual(['ollama-key', 'ollama-key']);
  });

  it('with --endpoint the key of the kind that is found', async () => {
    expect(await keys({}, 'http://c')).toEqual(['webui-key', 'ollama-key']);
    expect(await keys({ OPEN_WEBUI_URL: 'http://c/' }, 'http://c/ollama')).toEqual([
      'webui-key',
      'ollama-key',
    ]);
  });

  it('not to an --endpoint at another origin than its variable names', async () => {
    expect(await keys({ OPEN_WEBUI_URL: 'http://a' }, 'http://c')).toEqual([
      undefined,
      'ollama-key',
    ]);
    expect(await keys({ OLLAMA_HOST: 'a' }, 'http://c')).toEqual(['webui-key', undefined]);
    expect(await keys({ OPEN_WEBUI_URL: 'https://c' }, 'http://c')).toEqual([
      undefined,
      'ollama-key',
    ]);
    expect(await keys({ OPEN_WEBUI_URL: 'no address' }, 'http://c')).toEqual([
      undefined,
      'ollama-key',
    ]);
  });

  it('not to the default address, which nobody named', async () => {
    expect(await keys({})).toEqual([undefined, undefined]);
  });
});

describe('the endpoint', () => {
  const urlOf = async (env: Record<string, string>, endpoint?: string): Promise<string> => {
    const world = createWorld({ env });
    const settings = resolveSettings(world, endpoint === undefined ? {} : { endpoint });
    const options = await serverOptions(world, settings, () => {});
    return (options.endpoint as { url: string }).url;
  };

  it('is Ollama on this machine where none is named', async () => {
    expect(await urlOf({})).toBe('http://127.0.0.1:11434');
    expect(await urlOf({ OLLAMA_HOST: '""' })).toBe('http://127.0.0.1:11434');
  });

  it('of OLLAMA_HOST is read by Ollama’s rules', async () => {
    expect(await urlOf({ OLLAMA_HOST: '0.0.0.0' })).toBe('http://127.0.0.1:11434');
    expect(await urlOf({ OLLAMA_HOST: ':1234' })).toBe('http://127.0.0.1:1234');
  });

  it('has no password in it, and a bad one is an error', async () => {
    expect(await urlOf({}, 'https://me:secret@box/')).toBe('https://box');
    await expect(urlOf({}, 'ftp://box')).rejects.toMatchObject({ code: 'ENDPOINT_INVALID' });
  });

  it('gets the patience that was asked for, in milliseconds', async () => {
    const world = createWorld();
    const settings = resolveSettings(world, { timeout: 1.5, retries: 0 });
    expect(await serverOptions(world, settings, () => {})).toMatchObject({
      timeoutMs: 1500,
      retries: 0,
    });
  });
});
