/** What keeps a store in order. */
import { expect, it } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import type { StoreCheckName } from '../../../src/store/upkeep-types.ts';
import { parseQuery } from '../../../src/text/query.ts';
import { beginRun, embedded, found, matchedTexts } from './content.ts';

const CHECKS: readonly StoreCheckName[] = ['file', 'documents', 'vectors', 'words', 'neighbours'];

export function describeUpkeep(store: () => Store): void {
  const filled = async (): Promise<void> => {
    const run = await beginRun(store());
    await run.add('a.md', { one: 0, two: 10 });
    await run.add('b.md', { three: 20 });
    await run.commit({ vectors: [embedded('nowhere', 0)] });
    await run.finish();
  };

  it('finds a sound corpus sound, check by check', async () => {
    await filled();
    const told: string[] = [];
    const checks = await store().examine({ onCheck: (check) => told.push(check) });
    expect(checks.map(({ check }) => check)).toEqual(CHECKS);
    expect(told).toEqual(CHECKS);
    expect(checks.flatMap(({ findings }) => findings)).toEqual([]);
    expect(checks.every(({ summary }) => summary !== '')).toBe(true);
  });

  it('finds an empty corpus sound', async () => {
    const checks = await store().examine();
    expect(checks.flatMap(({ findings }) => findings)).toEqual([]);
  });

  it('stops an examination', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(store().examine({ signal })).rejects.toThrow('enough');
  });

  it('has nothing to repair in a sound corpus', async () => {
    await filled();
    expect(await store().repair()).toEqual([]);
  });

  it('finds a passage without a vector, and has the next run ask for it', async () => {
    const run = await beginRun(store());
    const { spaceId, sourceId } = run;
    await run.add('a.md', { one: 0 });
    const [document] = await store().documentsNamed(sourceId, ['a.md']);
    const [whole] = await store().documentsWith(embedded('one', 0).inputHash);
    expect(document?.passages).toBe(1);
    const chunk = whole?.chunks[0];
    if (whole === undefined || chunk === undefined) throw new Error('no chunk');
    const more = { ...chunk, ordinal: 1, text: 'two', endOffset: chunk.startOffset + 3 };
    const chunks = [chunk, { ...more, inputHash: embedded('two', 0).inputHash }];
    await run.commit({ documents: [{ ...whole, chunks }] });
    await run.finish();
    const codes = (await store().repair()).map(({ code }) => code);
    expect(codes).toEqual(['VECTORS_MISSING']);
    const asked = store().missing(spaceId, { except: [], among: 'failed' });
    for await (const { text } of asked) expect(text).toBe('two');
    expect(await store().repair()).toEqual([]);
  });

  it('optimizes: prunes what nothing uses, and answers as before', async () => {
    await filled();
    const before = await found(store(), { words: parseQuery('one three') });
    const { pruned, size } = await store().optimize();
    expect(pruned).toBe(1);
    expect(size.after).toBeGreaterThan(0);
    const after = await found(store(), { words: parseQuery('one three') });
    expect(matchedTexts(after)).toEqual(matchedTexts(before));
    const checks = await store().examine();
    expect(checks.flatMap(({ findings }) => findings)).toEqual([]);
  });
}
