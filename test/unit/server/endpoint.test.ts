import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isLoopback,
  parseEndpoint,
  parseOllamaHost,
  printableOrigin,
} from '../../../src/server/endpoint.ts';

describe('an endpoint as people type it', () => {
  it.each([
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://localhost:3000/', 'http://localhost:3000'],
    ['http://localhost:3000///', 'http://localhost:3000'],
    ['  "http://localhost:3000"  ', 'http://localhost:3000'],
    ['HTTP://LOCALHOST:3000', 'http://localhost:3000'],
    ['localhost:3000', 'http://localhost:3000'],
    ['localhost', 'http://localhost:11434'],
    ['box:80', 'http://box'],
    ['192.168.1.5:11434', 'http://192.168.1.5:11434'],
    ['::1', 'http://[::1]:11434'],
    ['[::1]:8080', 'http://[::1]:8080'],
    [':8080', 'http://127.0.0.1:8080'],
    ['0.0.0.0:11434', 'http://127.0.0.1:11434'],
    ['http://[::]:11434', 'http://[::1]:11434'],
    ['https://chat.example.com', 'https://chat.example.com'],
    ['https://chat.example.com/ollama', 'https://chat.example.com/ollama'],
    ['https://chat.example.com/ollama/', 'https://chat.example.com/ollama'],
    ['https://chat.example.com/ollama/api', 'https://chat.example.com/ollama'],
    ['https://chat.example.com/ollama/api/embed', 'https://chat.example.com/ollama'],
    ['https://chat.example.com/ollama/api/embed/0', 'https://chat.example.com/ollama'],
    ['https://chat.example.com/api', 'https://chat.example.com'],
    ['https://chat.example.com/api/chat/completions', 'https://chat.example.com'],
    ['http://localhost:11434/v1', 'http://localhost:11434'],
    ['http://localhost:11434/v1/embeddings', 'http://localhost:11434'],
    ['http://localhost:11434/api/tags', 'http://localhost:11434'],
    ['https://example.com/ai/ollama', 'https://example.com/ai/ollama'],
    ['https://example.com/ai/api/', 'https://example.com/ai'],
    ['https://example.com/apiary', 'https://example.com/apiary'],
    ['https://example.com/?token=secret#x', 'https://example.com'],
    ['http://例え.jp:3000', 'http://xn--r8jz45g.jp:3000'],
  ])('%s → %s', (typed, url) => {
    expect(parseEndpoint(typed)).toEqual({ url, authorization: null });
  });

  it.each([
    '',
    '  ',
    '""',
    'ftp://box',
    'file:///etc/passwd',
    'http://',
    'http://box:99999',
    'a b',
    'http://box:0',
    'box:port',
    'javascript:alert(1)',
  ])('refuses %j without repeating it', (typed) => {
    expect(() => parseEndpoint(typed)).toThrow(
      expect.objectContaining({ code: 'ENDPOINT_INVALID' }),
    );
  });

  it('makes Basic auth of user info, and shows it nowhere', () => {
    const { url, authorization } = parseEndpoint('https://me:p%40ss@box.example/ollama');
    expect(url).toBe('https://box.example/ollama');
    expect(authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  });

  it('keeps passwords in Japanese and with a stray %', () => {
    const { authorization } = parseEndpoint('http://me:パス100%@box:1');
    expect(Buffer.from(authorization?.slice(6) ?? '', 'base64').toString()).toBe('me:パス100%');
  });

  it('never repeats a password of an address that it refuses', () => {
    const secret = 'hunter2';
    for (const typed of [
      `ftp://me:${secret}@box`,
      `http://me:${secret}@`,
      `http://me:${secret}@b b`,
    ]) {
      expect(() => parseEndpoint(typed)).toThrow(/^(?!.*hunter2).*$/);
    }
  });

  it('gives the same for its own result', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), (typed) => {
        const { url } = parseEndpoint(typed);
        expect(url).not.toMatch(/[?#]|\/$/);
        // A path of nested API tails loses one a time; the result is still an address.
        expect(parseEndpoint(url).url.startsWith(new URL(url).origin)).toBe(true);
      }),
    );
  });
});

describe('OLLAMA_HOST by Ollama’s own rules', () => {
  it.each([
    ['', null],
    ['  ', null],
    ['127.0.0.1', 'http://127.0.0.1:11434'],
    ['example.com', 'http://example.com:11434'],
    ['example.com:1234', 'http://example.com:1234'],
    [':1234', 'http://127.0.0.1:1234'],
    ['http://example.com', 'http://example.com'],
    ['https://example.com', 'https://example.com'],
    ['https://example.com:1234', 'https://example.com:1234'],
    ['http://example.com:80', 'http://example.com'],
    ['example.com:80', 'http://example.com'],
    ['example.com/path', 'http://example.com:11434/path'],
    ['https://example.com/ollama/', 'https://example.com/ollama'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:8080', 'http://127.0.0.1:8080'],
    ['[::]', 'http://[::1]:11434'],
    ['[::1]:1337', 'http://[::1]:1337'],
    ['::1', 'http://[::1]:11434'],
    [' "127.0.0.1:5" ', 'http://127.0.0.1:5'],
    ["'127.0.0.1'", 'http://127.0.0.1:11434'],
  ])('%j → %s', (value, url) => {
    expect(parseOllamaHost(value)?.url ?? null).toBe(url);
  });

  it('keeps a path that --endpoint would take for a pasted tail', () => {
    expect(parseOllamaHost('https://example.com/api')?.url).toBe('https://example.com/api');
  });
});

describe('addresses in messages', () => {
  it('are origins only', () => {
    expect(printableOrigin('https://me:pw@other.example/a?token=x')).toBe('https://other.example');
    expect(printableOrigin('/login?next=x', 'http://box:3000/api')).toBe('http://box:3000');
    expect(printableOrigin('data:text/html,x')).toBe('an address that is not http');
    expect(printableOrigin('http://[')).toBe('an address that cannot be read');
  });

  it.each([
    ['http://localhost:1', true],
    ['http://ollama.localhost', true],
    ['http://127.8.8.8', true],
    ['http://[::1]:11434', true],
    ['http://127.example.com', false],
    ['http://192.168.0.1', false],
    ['http://localhost.example.com', false],
  ])('%s is loopback: %s', (url, expected) => {
    expect(isLoopback(url)).toBe(expected);
  });
});
