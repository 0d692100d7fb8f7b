import { describe, expect, it } from 'vitest';
import { normalModelName, sameModelName } from '../../../src/model/model-name.ts';
import { matchModelName, nearNames } from '../../../src/server/model-names.ts';

const named = (...names: readonly string[]): { name: string; digest: string | null }[] =>
  names.map((name) => ({ name, digest: null }));

describe('names of one model', () => {
  it.each([
    ['bge-m3', 'bge-m3:latest'],
    ['BGE-M3', 'bge-m3'],
    ['library/bge-m3', 'bge-m3'],
    ['registry.ollama.ai/library/bge-m3:latest', 'bge-m3'],
    ['https://ollama.com/library/bge-m3', 'bge-m3'],
    ['hf.co/me/ruri-v3-310m-GGUF:Q8_0', 'huggingface.co/me/ruri-v3-310m-gguf:q8_0'],
    ['  bge-m3 ', 'bge-m3'],
  ])('%s = %s', (a, b) => expect(sameModelName(a, b)).toBe(true));

  it.each([
    ['bge-m3', 'bge-m3:567m'],
    ['me/bge-m3', 'bge-m3'],
    ['hf.co/me/x', 'me/x'],
  ])('%s ≠ %s', (a, b) => expect(sameModelName(a, b)).toBe(false));

  it('have a tag of their own even behind a registry with a port', () => {
    expect(normalModelName('box:5000/me/m')).toBe('box:5000/me/m:latest');
  });
});

describe('a typed name among the listed ones', () => {
  it('is taken to the letter first', () => {
    const models = named('Foo:latest', 'foo:latest');
    expect(matchModelName('foo:latest', models)).toEqual({ found: 'one', name: 'foo:latest' });
  });

  it('is found without its tag, in other case, behind an Open WebUI prefix', () => {
    const models = named('box.bge-m3:latest', 'hf.co/me/Ruri-v3-310m-GGUF:Q8_0');
    expect(matchModelName('bge-m3', models)).toEqual({ found: 'one', name: 'box.bge-m3:latest' });
    expect(matchModelName('hf.co/me/ruri-v3-310m-gguf:q8_0', models)).toEqual({
      found: 'one',
      name: 'hf.co/me/Ruri-v3-310m-GGUF:Q8_0',
    });
  });

  it('behind two prefixes is one model if the digest is the same, else a question', () => {
    const names = ['a.bge-m3:latest', 'b.bge-m3:latest'] as const;
    const same = names.map((name) => ({ name, digest: 'd' }));
    expect(matchModelName('bge-m3', same)).toEqual({ found: 'one', name: names[0] });
    expect(matchModelName('bge-m3', named(...names))).toEqual({ found: 'several', names });
  });

  it('does not take a longer name for a prefixed one', () => {
    expect(matchModelName('m3', named('bge-m3:latest')).found).toBe('none');
    expect(matchModelName('5', named('hf.co/a.b/c.5')).found).toBe('none');
  });

  it('that is not there gets near misses, nearest first, at most three', () => {
    const models = named('bge-m3:567m', 'bge-large:latest', 'qwen3:8b', 'nomic-embed-text:latest');
    expect(nearNames('bge-m3', models)).toEqual(['bge-m3:567m']);
    expect(nearNames('nomic-embed-txt', models)).toEqual(['nomic-embed-text:latest']);
    expect(nearNames('nomic', models)).toEqual(['nomic-embed-text:latest']);
    expect(nearNames('zzz', models)).toEqual([]);
    expect(nearNames('a', named('a:1', 'a:2', 'a:3', 'a:4'))).toHaveLength(3);
  });
});
