/** What a store tells of what it holds. */
import { expect, it } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import {
  beginRun,
  documentOf,
  documentsOf,
  FOLDER,
  hashOf,
  NEW_YEAR,
  vectorAt,
} from './content.ts';

const DAY = 86_400_000;

export function describeReading(store: () => Store): void {
  it('is empty at first', async () => {
    const { space, otherSpaces, sources, chunking, lastRun } = await store().info();
    expect({ space, otherSpaces, sources, chunking, lastRun }).toEqual({
      ...{ space: null, otherSpaces: [], sources: [], chunking: null, lastRun: null },
    });
    expect(await documentsOf(store())).toEqual([]);
    expect((await store().counts()).documents).toBe(0);
  });

  it('tells its space, sources and chunking once a run has begun', async () => {
    const { space } = await beginRun(store());
    const info = await store().info();
    expect(info.space).toEqual(space);
    expect(info.sources).toEqual([{ ...FOLDER, id: expect.any(Number), unfinished: true }]);
    expect(info.chunking).toEqual({ chunkSize: 256, chunkOverlap: 0 });
    expect(info.hasWords).toBe(true);
  });

  it('counts documents, chunks, vectors, and what has none', async () => {
    const run = await beginRun(store());
    await run.add('a.md', { one: 0, two: 10 });
    await run.commit({
      documents: [documentOf(run.sourceId, 'b.md', ['three', 'four'])],
      failures: [{ inputHash: hashOf('three'), code: 'INPUT_REJECTED', message: 'no' }],
    });
    expect(await store().counts()).toEqual({
      ...{ documents: 2, chunks: 4, vectors: 2, missing: 2, failed: 1 },
    });
  });

  it('tells failures by place, with the runs that tried', async () => {
    const run = await beginRun(store());
    const failure = { inputHash: hashOf('two'), code: 'INPUT_REJECTED', message: 'no' };
    await run.commit({
      documents: [documentOf(run.sourceId, 'a.md', ['one', 'two'])],
      failures: [failure],
    });
    await run.commit({ failures: [failure] });
    expect(await store().failures(run.spaceId, 10)).toEqual([
      {
        ...{ source: FOLDER.path, path: 'a.md', startLine: 2, endLine: 2 },
        ...{ code: 'INPUT_REJECTED', message: 'no', attempts: 2 },
      },
    ]);
    expect(await store().failures(run.spaceId, 0)).toEqual([]);
  });

  it('tells documents whose front matter is not valid by place, counts all and lists some', async () => {
    const run = await beginRun(store());
    const faulty = (name: string, line: number) =>
      documentOf(run.sourceId, name, [name], { frontMatterErrorLine: line });
    await run.commit({
      documents: [faulty('b.md', 3), documentOf(run.sourceId, 'c.md', ['c']), faulty('a.md', 2)],
    });
    const place = { source: FOLDER.path };
    expect(await store().malformedFrontMatter(10)).toEqual({
      count: 2,
      places: [
        { ...place, path: 'a.md', line: 2 },
        { ...place, path: 'b.md', line: 3 },
      ],
    });
    expect((await store().malformedFrontMatter(1)).places).toHaveLength(1);
    await run.commit({ documents: [documentOf(run.sourceId, 'a.md', ['mended'])] });
    expect((await store().malformedFrontMatter(1)).count).toBe(1);
  });

  it('gives the passages of a document in order, with their vectors', async () => {
    const run = await beginRun(store());
    await run.add('a.md', { one: 0, two: 10 }, { title: 'A' });
    const [document] = await documentsOf(store());
    const passages = await store().passages(document?.id ?? -1);
    expect(passages.map(({ text }) => text)).toEqual(['one', 'two']);
    expect(passages[1]).toMatchObject({
      ...{ source: FOLDER.path, path: 'a.md', title: 'A', ordinal: 1, startLine: 2, headings: [] },
    });
    const ids = passages.map(({ id }) => id);
    const vectors = await store().vectors([...ids, 999]);
    expect([...vectors.keys()]).toEqual(ids);
    expect(vectors.get(ids[1] ?? -1)).toEqual(vectorAt(10));
    expect(await store().passages(999)).toEqual([]);
  });

  it('gives passages with what was put before them where they were embedded', async () => {
    const run = await beginRun(store());
    const plain = documentOf(run.sourceId, 'a.md', ['one', 'two']);
    const chunks = plain.chunks.map((chunk) => ({ ...chunk, context: `A > ${chunk.text}\n\n` }));
    await run.commit({ documents: [{ ...plain, chunks }] });
    const [document] = await documentsOf(store());
    const passages = await store().passages(document?.id ?? -1);
    expect(passages.map(({ context }) => context)).toEqual(['A > one\n\n', 'A > two\n\n']);
  });

  it('lists documents by source and path, all of them', async () => {
    const sources = [FOLDER, { ...FOLDER, path: '/elsewhere/blog' }];
    const run = await beginRun(store(), { sources });
    const names = Array.from({ length: 2500 }, (_, i) => `${String(i).padStart(4, '0')}.md`);
    await run.commit({
      documents: names.toReversed().map((name) => documentOf(run.sourceId, name, [name, 'end'])),
    });
    const other = run.sources[1]?.id ?? -1;
    await run.commit({ documents: [documentOf(other, 'z.md', ['z'])] });
    const documents = await documentsOf(store());
    expect(documents.map(({ path }) => path)).toEqual(['z.md', ...names]);
    expect(documents[1]).toEqual({
      ...{ id: expect.any(Number), sourceId: run.sourceId, source: FOLDER.path },
      ...{ sourceKind: 'folder', path: '0000.md', title: null, passages: 2, size: 100 },
      mtimeNs: BigInt(NEW_YEAR) * 1_000_000n,
    });
  });

  it('lists documents inside a filter', async () => {
    const sources = [FOLDER, { ...FOLDER, path: '/elsewhere/blog' }];
    const run = await beginRun(store(), { sources });
    const at = (days: number): { mtimeNs: bigint } => ({
      mtimeNs: BigInt(NEW_YEAR + days * DAY) * 1_000_000n,
    });
    await run.add('old.md', { a: 0 }, at(0));
    await run.add('sub/new.md', { b: 0 }, { ...at(5), frontMatter: { tags: ['recipe'] } });
    await run.commit({
      documents: [documentOf(run.sources[1]?.id ?? -1, 'post.md', ['c'], at(9))],
    });
    const paths = async (filter: object): Promise<readonly string[]> =>
      (await documentsOf(store(), filter)).map(({ path }) => path);
    expect(await paths({ paths: ['sub/**'] })).toEqual(['sub/new.md']);
    expect(await paths({ paths: ['!*.md'] })).toEqual([]);
    expect(await paths({ sources: ['/elsewhere/blog'] })).toEqual(['post.md']);
    expect(await paths({ since: NEW_YEAR + DAY })).toEqual(['post.md', 'sub/new.md']);
    expect(await paths({ until: NEW_YEAR + DAY })).toEqual(['old.md']);
    expect(await paths({ where: ['tags=recipe'] })).toEqual(['sub/new.md']);
    expect(await paths({ where: ['tags=recipe'], until: NEW_YEAR })).toEqual([]);
  });

  it('finds documents by their names', async () => {
    const run = await beginRun(store());
    await run.add('a.md', { one: 0 });
    await run.add('b.md', { two: 0 });
    const named = await store().documentsNamed(run.sourceId, ['b.md', 'c.md', 'b.md']);
    expect(named.map(({ path, passages }) => [path, passages])).toEqual([['b.md', 1]]);
    expect(await store().documentsNamed(999, ['b.md'])).toEqual([]);
  });

  it('gives the same sample every time, of inputs that passages use', async () => {
    const run = await beginRun(store());
    await run.add('a.md', { one: 0, two: 10, three: 20 });
    await run.commit({ vectors: [{ inputHash: hashOf('nowhere'), vector: vectorAt(50) }] });
    const sample = await store().sample(run.spaceId, 2);
    expect(sample).toHaveLength(2);
    expect(await store().sample(run.spaceId, 2)).toEqual(sample);
    const texts = (await store().sample(run.spaceId, 10)).map(({ text }) => text);
    expect(texts.toSorted()).toEqual(['one', 'three', 'two']);
  });
}
