import { describe, expect, it } from 'vitest';
import { tracedFetch, tracedStore } from '../../../src/cli/trace.ts';
import { ollama } from '../../../src/embedding/ollama.ts';
import { createNetworkFetch } from '../../../src/server/network-fetch.ts';
import { openContext } from '../../../src/service/open-corpus.ts';
import { STAND_IN_KEY, startStandIn } from '../../helpers/stand-in/server.ts';

const SECRET = '秘密の文章 secret-text';

describe('what is traced of a server', () => {
  it('is method, place, texts, status and time: no key and no text', async () => {
    const server = await startStandIn({ flavour: 'open-webui' });
    const lines: string[] = [];
    const fetch = tracedFetch(createNetworkFetch(), (line) => lines.push(line));
    const embedder = ollama({ endpoint: server.url, apiKey: STAND_IN_KEY, fetch, retries: 0 });
    await embedder.embedDocuments([SECRET, 'x']);
    await server.close();
    await embedder.embedQuery(SECRET).catch(() => {});
    expect(lines).toContainEqual(
      expect.stringMatching(/^POST http:\S+\/ollama\/api\/embed, 2 texts: 200 in [\d.]+ ms$/),
    );
    expect(lines.at(-1)).toMatch(/ECONNREFUSED after/);
    expect(lines.join('\n')).not.toMatch(/secret-text|秘密/);
    expect(lines.join('\n')).not.toContain(STAND_IN_KEY);
  });

  it('has nothing of a URL but its place', async () => {
    const lines: string[] = [];
    const answer = { status: 204, headers: { get: () => null }, text: async () => '' };
    const fetch = tracedFetch(
      async () => answer,
      (line) => lines.push(line),
    );
    const { signal } = new AbortController();
    const init = { method: 'GET', headers: {}, redirect: 'manual', signal } as const;
    await fetch('http://me:password@box:1/a?token=t#f', init);
    expect(lines[0]).toMatch(/^GET http:\/\/box:1\/a: 204 in/);
  });
});

describe('what is traced of a store', () => {
  it('is methods, numbers and times: no text', async () => {
    const lines: string[] = [];
    const context = await openContext(':memory:');
    const store = tracedStore(context.store, (line) => lines.push(line));
    expect(store.path).toBe(context.store.path);
    await store.info();
    for await (const _ of store.documents({ paths: [SECRET] })) throw new Error('there are none');
    await store.passages(1);
    await context.close();
    expect(lines).toEqual([
      expect.stringMatching(/^store info: [\d.]+ ms$/),
      expect.stringMatching(/^store documents: [\d.]+ ms, 0 items$/),
      expect.stringMatching(/^store passages: [\d.]+ ms, 0 items$/),
    ]);
    expect(lines.join('\n')).not.toMatch(/secret-text|秘密/);
  });
});
