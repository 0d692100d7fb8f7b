/** What every embedder must do, whoever wrote it. */
import { describe, expect, it } from 'vitest';
import { embedAll } from '../../src/embedding/embed-all.ts';
import { findVectorFault, toUnitVector } from '../../src/embedding/vectors.ts';
import { fingerprint } from '../../src/model/fingerprint.ts';
import type { Embedder } from '../../src/model/types.ts';

/** Texts that real folders hold. */
const TEXTS: readonly string[] = [
  'The quick brown fox.',
  '埋め込みは文章をベクトルにする。',
  'ﾊﾝｶｸｶﾀｶﾅ と ＦＵＬＬ　ＷＩＤＴＨ',
  'が (NFC) と が (NFD)',
  '👩‍👩‍👧‍👦 emoji 🇯🇵',
  'line one\r\nline two\n\n\ttab',
  'null \u0000 and bell \u0007',
  '"quotes" \\ backslash </script>',
];

const LONE_SURROGATES: readonly string[] = ['a \ud83d b', '\udc00', 'end \ud800'];

/**
 * Runs the contract. `makeEmbedder` is called once a test; what it opens, the caller closes in
 * hooks of its own.
 */
export function describeEmbedderContract(
  name: string,
  makeEmbedder: () => Embedder | Promise<Embedder>,
): void {
  describe(`${name} as an embedder`, () => {
    describeIdentity(makeEmbedder);
    describeVectors(makeEmbedder);
    describeAbort(makeEmbedder);
  });
}

type Make = () => Embedder | Promise<Embedder>;

function describeIdentity(makeEmbedder: Make): void {
  it('has one identity, however often and however many at once ask', async () => {
    const embedder = await makeEmbedder();
    const [first, second] = await Promise.all([embedder.identity(), embedder.identity()]);
    const third = await embedder.identity();
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect(first.kind).not.toBe('');
    expect(first.model).not.toBe('');
    expect(fingerprint(third)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has the same fingerprint when it is made again', async () => {
    const identities = [
      await (await makeEmbedder()).identity(),
      await (await makeEmbedder()).identity(),
    ];
    expect(new Set(identities.map(fingerprint)).size).toBe(1);
  });

  it('says its dimensions truly, for documents and queries', async () => {
    const embedder = await makeEmbedder();
    const { dimensions } = await embedder.identity();
    const vectors = [
      ...(await embedder.embedDocuments(TEXTS)),
      await embedder.embedQuery('埋め込み'),
    ];
    for (const vector of vectors) {
      expect(vector).toBeInstanceOf(Float32Array);
      expect(findVectorFault(vector, dimensions)).toBeNull();
    }
  });
}

function describeVectors(makeEmbedder: Make): void {
  it('gives as many vectors as texts, in their order', async () => {
    const embedder = await makeEmbedder();
    const together = await embedder.embedDocuments(TEXTS);
    const reversed = await embedder.embedDocuments([...TEXTS].reverse());
    expect(together).toHaveLength(TEXTS.length);
    expectSame(together, [...reversed].reverse());
  });

  it('gives one text the same vector alone, in company, and twice', async () => {
    const embedder = await makeEmbedder();
    const [first = '', second = ''] = TEXTS;
    const [a, b, c] = await embedder.embedDocuments([first, second, first]);
    const [alone] = await embedder.embedDocuments([first]);
    expectSame([a, c], [alone, alone]);
    expect(cosine(a, b)).toBeLessThan(0.99);
  });

  it('gives nothing for nothing', async () => {
    const embedder = await makeEmbedder();
    expect(await embedder.embedDocuments([])).toEqual([]);
  });

  it('takes lone surrogates, and their neighbours do not suffer', async () => {
    const embedder = await makeEmbedder();
    const [whole = ''] = TEXTS;
    const vectors = await embedder.embedDocuments([...LONE_SURROGATES, whole]);
    expect(vectors).toHaveLength(LONE_SURROGATES.length + 1);
    for (const vector of vectors) expect(findVectorFault(vector, null)).toBeNull();
    expectSame([vectors.at(-1)], await embedder.embedDocuments([whole]));
  });

  it('keeps hundreds of texts apart and in order', async () => {
    const embedder = await makeEmbedder();
    const inputs = Array.from({ length: 300 }, (_, i) => ({ text: `文書 ${i}: note ${i * 7919}` }));
    const seen = new Map<string, Float32Array>();
    for await (const { embedded, failed } of embedAll(embedder, inputs, { batchSize: 64 })) {
      expect(failed).toEqual([]);
      for (const { input, vector } of embedded) seen.set(input.text, vector);
    }
    expect(seen.size).toBe(inputs.length);
    const last = inputs.at(-1)?.text ?? '';
    expectSame([seen.get(last)], (await embedder.embedDocuments([last])).map(toUnitVector));
  });

  it('finds the document that a query repeats before the others', async () => {
    const embedder = await makeEmbedder();
    const vectors = await embedder.embedDocuments(TEXTS);
    const query = await embedder.embedQuery(TEXTS[1] ?? '');
    const similarities = vectors.map((vector) => cosine(vector, query));
    expect(similarities.indexOf(Math.max(...similarities))).toBe(1);
  });
}

function describeAbort(makeEmbedder: Make): void {
  it('refuses to begin when it was aborted before, with the reason that was given', async () => {
    const embedder = await makeEmbedder();
    await embedder.identity();
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    await expect(embedder.embedDocuments(['x'], { signal })).rejects.toBe(reason);
    await expect(embedder.embedQuery('x', { signal })).rejects.toBe(reason);
  });

  it('works on after an aborted call', async () => {
    const embedder = await makeEmbedder();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(embedder.embedDocuments(['x'], { signal })).rejects.toThrow('enough');
    expect(await embedder.embedDocuments(['x'])).toHaveLength(1);
  });
}

type Vectors = readonly (Float32Array | undefined)[];

/** Real servers differ in the last bits from batch to batch. */
function expectSame(actual: Vectors, expected: Vectors): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, vector] of actual.entries())
    expect(cosine(vector, expected[i])).toBeGreaterThan(0.9999);
}

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || b === undefined || a.length !== b.length) return Number.NaN;
  const left = toUnitVector(a);
  const right = toUnitVector(b);
  return left.reduce((sum, value, i) => sum + value * (right[i] ?? 0), 0);
}
