import { describe, expect, it } from 'vitest';
import { serverOptions } from '../../../src/cli/server.ts';
import { settle } from '../../../src/cli/settings.ts';
import { createWorld } from '../../helpers/cli.ts';

const KEYS = { OPEN_WEBUI_API_KEY: 'webui-key', OLLAMA_API_KEY: 'ollama-key' };

/** The keys that would go to the server if it were Open WebUI, and if it were Ollama. */
function keys(env: Record<string, string>, endpoint?: string): (string | undefined)[] {
  const world = createWorld({ env: { ...KEYS, ...env } });
  const options = serverOptions(world, settle(world, endpoint === undefined ? {} : { endpoint }));
  const { apiKey } = options;
  if (typeof apiKey !== 'function') throw new Error('a function is expected');
  return [apiKey('open-webui'), apiKey('ollama')];
}

describe('an environment key goes only to its own origin', () => {
  it('to the address of its own variable, whatever answers there', () => {
    expect(keys({ OPEN_WEBUI_URL: 'http://a:3000' })).toEqual(['webui-key', 'webui-key']);
    expect(keys({ OLLAMA_HOST: 'b:11434' })).toEqual(['ollama-key', 'ollama-key']);
  });

  it('with --endpoint the key of the kind that is found', () => {
    expect(keys({}, 'http://c')).toEqual(['webui-key', 'ollama-key']);
    expect(keys({ OPEN_WEBUI_URL: 'http://c/' }, 'http://c/ollama')).toEqual([
      'webui-key',
      'ollama-key',
    ]);
  });

  it('not to an --endpoint at another origin than its variable names', () => {
    expect(keys({ OPEN_WEBUI_URL: 'http://a' }, 'http://c')).toEqual([undefined, 'ollama-key']);
    expect(keys({ OLLAMA_HOST: 'a' }, 'http://c')).toEqual(['webui-key', undefined]);
    expect(keys({ OPEN_WEBUI_URL: 'https://c' }, 'http://c')).toEqual([undefined, 'ollama-key']);
    expect(keys({ OPEN_WEBUI_URL: 'no address' }, 'http://c')).toEqual([undefined, 'ollama-key']);
  });

  it('not to the default address, which nobody named', () => {
    expect(keys({})).toEqual([undefined, undefined]);
  });
});

describe('the endpoint', () => {
  const urlOf = (env: Record<string, string>, endpoint?: string): string => {
    const world = createWorld({ env });
    const options = serverOptions(world, settle(world, endpoint === undefined ? {} : { endpoint }));
    return (options.endpoint as { url: string }).url;
  };

  it('is Ollama on this machine where none is named', () => {
    expect(urlOf({})).toBe('http://127.0.0.1:11434');
    expect(urlOf({ OLLAMA_HOST: '""' })).toBe('http://127.0.0.1:11434');
  });

  it('of OLLAMA_HOST is read by Ollama’s rules', () => {
    expect(urlOf({ OLLAMA_HOST: '0.0.0.0' })).toBe('http://127.0.0.1:11434');
    expect(urlOf({ OLLAMA_HOST: ':1234' })).toBe('http://127.0.0.1:1234');
  });

  it('has no password in it, and a bad one is an error', () => {
    expect(urlOf({}, 'https://me:secret@box/')).toBe('https://box');
    expect(() => urlOf({}, 'ftp://box')).toThrow(
      expect.objectContaining({ code: 'ENDPOINT_INVALID' }),
    );
  });

  it('gets the patience that was asked for, in milliseconds', () => {
    const world = createWorld();
    expect(serverOptions(world, settle(world, { timeout: 1.5, retries: 0 }))).toMatchObject({
      timeoutMs: 1500,
      retries: 0,
    });
  });
});
