import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtin } from '../../../../src/embedding/builtin/builtin.ts';
import { fingerprint } from '../../../../src/model/fingerprint.ts';
import { describeEmbedderContract } from '../../../contracts/embedder.ts';

const embedder = builtin();

const recipes = [
  {
    model: 'builtin/lexical-2',
    golden: '94e57a7cca80d8fbce07bf85e8240827662bb8b66ef0b17b53ee3dd560c4a66d',
  },
  {
    model: 'builtin/lexical-1',
    golden: '1bd93ef8ffbe059a49755e67de69ebd6e56ebcf5b2f84b233aeea56b135e8353',
  },
] as const;

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

/** Any string at all: of every script, with lone surrogates, NUL, emoji. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.constantFrom('検索', 'カナ', 'ひら', '𠮷', '👩‍💻', '\ud800', '\0', 'Word', ' ', '。'))
    .map((all) => all.join('')),
);

for (const { model } of recipes) describeEmbedderContract(model, () => builtin({ model }));

describe('builtin', () => {
  it.each(recipes)(
    '$model: a query of ASCII, read without the dictionary, is what a document is',
    async ({ model }) => {
      const text = 'Restore the backup -- e.g. from H-423, or "a_b.c"; then say `OK` 12 times!\t\0';
      const [document] = await builtin({ model }).embedDocuments([text, '設定']);
      expect(await builtin({ model }).embedQuery(text)).toEqual(document);
    },
  );

  it('is the newest recipe unless another one is named', async () => {
    const modelOf = async (model?: string) => (await builtin({ model }).identity()).model;
    expect(await modelOf()).toBe('builtin/lexical-2');
    expect(await modelOf('builtin')).toBe('builtin/lexical-2');
    for (const { model } of recipes) expect(await modelOf(model)).toBe(model);
  });

  it.each(['lexical-1', 'builtin/lexical-3', 'builtin/', 'Builtin', ''])(
    'is a usage error as %j, naming those there are',
    (model) => {
      expect(() => builtin({ model })).toThrow(
        expect.objectContaining({
          code: 'USAGE',
          message: expect.stringContaining('builtin/lexical-2, builtin/lexical-1'),
        }),
      );
    },
  );

  it('gives recipes spaces of their own', async () => {
    const prints = await Promise.all(
      recipes.map(async ({ model }) => fingerprint(await builtin({ model }).identity())),
    );
    expect(new Set(prints).size).toBe(recipes.length);
  });
});

describe.each(recipes)('$model', ({ model, golden }) => {
  const embedder = builtin({ model });

  it('says what it is', async () => {
    expect(await embedder.identity()).toEqual({
      kind: 'builtin',
      model,
      digest: null,
      dimensions: 1024,
      documentPrompt: '',
      queryPrompt: '',
      contextTokens: null,
    });
  });

  it('gives every string a finite vector of unit length, in a batch the same as alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { maxLength: 8 }), async (texts) => {
        const vectors = await embedder.embedDocuments(texts);
        expect(vectors).toHaveLength(texts.length);
        for (const [i, vector] of vectors.entries()) {
          expect(vector).toHaveLength(1024);
          expect(vector.every(Number.isFinite)).toBe(true);
          expect(Math.abs(cosine(vector, vector) - 1)).toBeLessThan(1e-5);
          expect(vector).toEqual(await embedder.embedQuery(texts[i]!));
        }
      }),
    );
  });

  it.each(['', ' ', 'the', 'の', '。', '\0', '\u0301'])(
    'has no zero vector for %j',
    async (text) => {
      const [vector] = await embedder.embedDocuments([text]);
      expect(cosine(vector!, vector!)).toBeCloseTo(1, 5);
    },
  );

  it('is the same for NFC, NFD and NFKC, half-width katakana, full-width Latin, upper and lower case', async () => {
    const same = [
      'ガギグ data Éclair',
      'ｶﾞｷﾞｸﾞ ＤＡＴＡ éclair',
      'ガギグ data Éclair'.normalize('NFD'),
    ];
    const [first, ...others] = await embedder.embedDocuments(same);
    for (const other of others) expect(other).toEqual(first);
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const forms = (['NFC', 'NFD', 'NFKC', 'NFKD'] as const).map((form) => text.normalize(form));
        const [plain, ...normalised] = await embedder.embedDocuments([text, ...forms]);
        for (const vector of normalised) expect(vector).toEqual(plain);
      }),
    );
  });

  it('gives the same bytes on every machine and Node version: a change here is another model name', async () => {
    const texts = [
      '埋め込みベクトルで意味の近い文章を探す。',
      'Semantic search finds passages by meaning, not by words.',
      'SQLite に 1024 次元のベクトルを保存する',
      'Ελληνικά, русский, 한국어, العربية',
      '',
    ];
    const hash = createHash('sha256');
    for (const vector of await embedder.embedDocuments(texts)) {
      const bytes = new DataView(new ArrayBuffer(4096));
      for (const [i, value] of vector.entries()) bytes.setFloat32(i * 4, value, true);
      hash.update(new Uint8Array(bytes.buffer));
    }
    expect(hash.digest('hex')).toBe(golden);
  });

  it('puts texts that share words or kanji nearer than others', async () => {
    const [query, near, far] = await embedder.embedDocuments([
      'データベースの検索',
      '検索のためにデータベースを使う。',
      '昨日は雨が降りました。',
    ]);
    expect(cosine(query!, near!)).toBeGreaterThan(cosine(query!, far!) + 0.2);
  });

  it('reads a long text to its end, in memory that the next text does not pay for', async () => {
    const filler = Array.from({ length: 20_000 }, (_, i) => `w${i}`).join(' ');
    const [long, cut, small] = await embedder.embedDocuments([`${filler} end`, filler, 'end']);
    expect(long).not.toEqual(cut);
    expect(small).toEqual(await embedder.embedQuery('end'));
  });

  it('leaves its caller its vectors: two never share memory', async () => {
    const [first, second] = await embedder.embedDocuments(['検索', '検索']);
    first!.fill(0);
    expect(second).toEqual(await embedder.embedQuery('検索'));
  });
});

describe('builtin/lexical-2 across languages', () => {
  it('puts a Japanese question nearer to the English answer than to other English texts, and the reverse', async () => {
    const english = [
      'How to install the collector on a server and configure its network port.',
      'Cats sleep for most of the day and hunt mice at night.',
      'Boil the rice in a pot, then let it rest under a lid.',
    ];
    const japanese = [
      'サーバーに収集器をインストールし、ネットワークのポートを設定する方法。',
      '猫は一日の大半を眠って過ごし、夜にネズミを狩る。',
      '鍋で米を炊き、ふたをして蒸らす。',
    ];
    const [ofEnglish, ofJapanese] = [
      await embedder.embedDocuments(english),
      await embedder.embedDocuments(japanese),
    ];
    for (const [queries, documents] of [
      [ofEnglish, ofJapanese],
      [ofJapanese, ofEnglish],
    ] as const) {
      for (const [i, query] of queries.entries()) {
        const near = documents.map((document) => cosine(query, document));
        expect(near.indexOf(Math.max(...near))).toBe(i);
      }
    }
  });
});

describe('a large batch', () => {
  const texts = Array.from({ length: 60 }, (_, i) => `passage ${i} `.repeat(500));

  it('is abandoned when its signal is aborted, before or in the middle', async () => {
    const reason = new Error('enough');
    const aborted = { signal: AbortSignal.abort(reason) };
    await expect(embedder.embedDocuments(['x'], aborted)).rejects.toBe(reason);
    await expect(embedder.embedQuery('x', aborted)).rejects.toBe(reason);
    const controller = new AbortController();
    const pending = embedder.embedDocuments(texts, { signal: controller.signal });
    setImmediate(() => controller.abort(reason));
    await expect(pending).rejects.toBe(reason);
  });

  it('lets other work have its turn', async () => {
    let turns = 0;
    let done = false;
    const count = () => {
      turns += 1;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    await embedder.embedDocuments(texts);
    done = true;
    expect(turns).toBeGreaterThanOrEqual(3);
  });
});
