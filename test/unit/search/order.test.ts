/** The first hits are the same however many are wanted, and `eval` measures what `search` shows. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtin, type Corpus, type Hit, openCorpus, type Reranker } from '../../../src/index.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
const MODES = ['hybrid', 'lexical', 'semantic'] as const;
const QUESTIONS = [
  ...['バックアップ', 'how do I bring back one deleted file', '写真をどこに残せばよいか'],
  ...['H-423', 'the "part"'],
];

/** Pages of several sections, many more passages than the first page of a ranking holds. */
function manual(): Readonly<Record<string, string>> {
  const subjects = ['store', 'valve', 'バックアップ', '写真', 'file'];
  const section = (page: number, n: number): string => {
    const [one, other] = [subjects[(page + n) % 5], subjects[(page * n) % 5]];
    return `## ${one} ${n}\n\nThe ${other} of part ${page}: 復元と${one}の${n}番目、code ${page % 7}.\n`;
  };
  const pages = Array.from({ length: 60 }, (_, page) => [
    `page${page}.md`,
    `# ${subjects[page % 5]}\n\n${Array.from({ length: 10 }, (_, n) => section(page, n)).join('\n')}`,
  ]);
  return Object.fromEntries(pages);
}

describe('the order of hits', () => {
  let corpus: Corpus;
  beforeAll(async () => {
    corpus = await openCorpus(':memory:', { embedder: builtin() });
    const fixtures = fileURLToPath(new URL('../../../fixtures/corpus', import.meta.url));
    await corpus.index([fixtures, temporary(manual())], { chunkSize: 32 });
    expect((await corpus.status()).chunks).toBeGreaterThan(600);
  });
  afterAll(() => corpus.close());

  /** What a hit is, but for places that only a longer ranking has come upon. */
  const told = ({ otherPlaces, ...hit }: Hit): unknown => hit;

  it.each(MODES)('does not depend on k: %s', async (mode) => {
    for (const query of QUESTIONS) {
      for (const perDocument of [undefined, 1]) {
        const all = (await corpus.search(query, { mode, k: 100, perDocument })).hits.map(told);
        for (const k of [1, 3, 10, 40]) {
          const { hits } = await corpus.search(query, { mode, k, perDocument });
          expect(hits.map(told), `${query} ${k}`).toEqual(all.slice(0, k));
        }
      }
    }
  });

  it.each(MODES)('does not depend on k with a reranker: %s', async (mode) => {
    const reranker: Reranker = {
      name: 'by-length',
      rerank: async (_, texts) => texts.map((text) => (text.length * 7919) % 101),
    };
    for (const query of QUESTIONS) {
      for (const perDocument of [undefined, 1]) {
        const asked = { mode, perDocument, reranker };
        const all = (await corpus.search(query, { ...asked, k: 100 })).hits.map(told);
        const plain = (await corpus.search(query, { mode, perDocument, k: 100 })).hits.map(told);
        if (all.length > 1) expect(all.slice(0, 30), query).not.toEqual(plain.slice(0, 30));
        for (const k of [1, 3, 10, 40]) {
          const { hits } = await corpus.search(query, { ...asked, k });
          expect(hits.map(told), `${query} ${k}`).toEqual(all.slice(0, k));
        }
      }
    }
  });

  it('goes on by score, whatever the page', async () => {
    const { hits } = await corpus.search('バックアップ', { k: 400 });
    expect(hits.length).toBeGreaterThan(200);
    const scores = hits.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  it('tells how the score came about', async () => {
    const { hits } = await corpus.search('how do I bring back one deleted file', { k: 300 });
    for (const { fusion, score, similarity } of hits) {
      const { share = 0, meaning = 0, words = 0, path = 0, trust = 0 } = fusion ?? {};
      expect(score).toBeCloseTo(
        share * meaning + (1 - share) * (path + (words - path) * trust),
        12,
      );
      expect(similarity).not.toBeNull();
    }
    expect(hits.some(({ fusion }) => (fusion?.trust ?? 1) < 1)).toBe(true);
    expect((await corpus.search('file', { mode: 'semantic' })).hits[0]?.fusion).toBeNull();
  });
});

describe('names and codes in Japanese documents', () => {
  it('are found in the document that has them, among others that are full of Latin words', async () => {
    const names = [
      ...[
        'ECONNREFUSED',
        'ENOSPC',
        'v2.3.1',
        'v1.28.4',
        'fooBar',
        'getUserName',
        'H-423',
        'E-1207',
      ],
      ...['max_retry_count', 'sha256', 'CVE-2024-3094', 'kube-proxy', 'libssl.so.3', 'OOMKilled'],
      ...['npm_config_cache', 'tls.crt', 'X-Forwarded-For', 'utf8mb4', 'SIGTERM', 'arm64'],
    ];
    const pages = names.map((name, i) => [
      `${String.fromCharCode(97 + i)}.md`,
      `# 運用の手引き その${i}\n\nこの章では設定と障害の対応を説明します。server と cluster の状態を確認してください。\n\n` +
        `ログに ${name} と出たときは、設定を見直してから再起動します。詳しくは config を参照してください。\n\n` +
        `それでも直らない場合は error の内容を添えて担当者に連絡します。\n`,
    ]);
    const corpus = await openCorpus(':memory:', { embedder: builtin() });
    await corpus.index([temporary(Object.fromEntries(pages))]);
    let sum = 0;
    for (const [i, name] of names.entries()) {
      const { hits } = await corpus.search(name);
      const rank = hits.findIndex(({ path }) => path === pages[i]?.[0]) + 1;
      sum += rank === 0 ? 0 : 1 / rank;
    }
    await corpus.close();
    expect(sum / names.length).toBeGreaterThanOrEqual(0.97);
  });
});
