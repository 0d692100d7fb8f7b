/** Runs of a store: what each of their steps promises. */
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/model/fingerprint.ts';
import { notCutBy } from '../../../src/model/not-cut.ts';
import type { Store } from '../../../src/store/store.ts';
import {
  beginRun,
  collect,
  documentOf,
  documentsOf,
  embedded,
  FOLDER,
  found,
  hashOf,
  IDENTITY,
  nearestTexts,
  vectorAt,
} from './content.ts';

const OTHER = { ...IDENTITY, model: 'other' };

export function describeRuns(store: () => Store): void {
  const paths = async (): Promise<readonly string[]> =>
    (await documentsOf(store())).map(({ path }) => path);
  const texts = async (): Promise<readonly string[]> => {
    const passages = [];
    for (const { id } of await documentsOf(store())) passages.push(...(await store().passages(id)));
    return passages.map(({ text }) => text);
  };

  describe('the lock', () => {
    it('is for one at a time', async () => {
      const lease = await store().lock();
      await expect(store().lock()).rejects.toMatchObject({ code: 'CORPUS_BUSY' });
      await lease.release();
      await (await store().lock()).release();
    });

    it('is not waited for once that is aborted', async () => {
      const lease = await store().lock();
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(store().lock({ signal })).rejects.toThrow('enough');
      await lease.release();
    });
  });

  describe('begin', () => {
    it('says which sources an earlier run has not ended', async () => {
      const first = await beginRun(store());
      expect(first.sources[0]?.unfinished).toBe(false);
      const second = await beginRun(store());
      expect(second.sources[0]).toEqual({ ...FOLDER, id: first.sourceId, unfinished: true });
      await second.finish();
      expect((await store().info()).sources[0]?.unfinished).toBe(false);
      expect((await beginRun(store())).sources[0]?.unfinished).toBe(false);
    });

    it('replaces the rules of a source', async () => {
      const { sourceId } = await beginRun(store());
      await beginRun(store(), { sources: [{ ...FOLDER, exclude: ['drafts/**'] }] });
      const { sources } = await store().info();
      expect(sources).toMatchObject([{ id: sourceId, exclude: ['drafts/**'] }]);
    });

    it('takes the space of a fingerprint again, and keeps another one beside the active one', async () => {
      const first = await beginRun(store());
      expect((await beginRun(store())).space).toEqual(first.space);
      const other = await beginRun(store(), { identity: OTHER });
      expect(other.spaceId).not.toBe(first.spaceId);
      const { space, otherSpaces } = await store().info();
      expect(space?.id).toBe(first.spaceId);
      expect(otherSpaces).toEqual([other.space]);
    });

    it('lets a space go by another digest', async () => {
      const first = await beginRun(store());
      await first.add('a.md', { one: 0 });
      await first.commit({ vectors: [embedded('of nobody', 0)] });
      const identity = { ...IDENTITY, digest: 'sha256:2' };
      const adopted = await beginRun(store(), {
        ...{ identity, adopt: { spaceId: first.spaceId, prune: true } },
      });
      expect(adopted.spaceId).toBe(first.spaceId);
      const { space, otherSpaces } = await store().info();
      expect(space).toMatchObject({ digest: 'sha256:2', fingerprint: fingerprint(identity) });
      expect(otherSpaces).toEqual([]);
      expect(await store().known(first.spaceId, [hashOf('one'), hashOf('of nobody')])).toEqual([
        ...[true, false],
      ]);
    });

    it('says about how many vectors there are', async () => {
      const run = await beginRun(store());
      expect(run.vectors).toBe(0);
      await run.add('a.md', { one: 0, two: 1 });
      expect((await beginRun(store())).vectors).toBeGreaterThanOrEqual(2);
    });
  });

  describe('commit', () => {
    it('puts a document in the place of the one of its source and path', async () => {
      const run = await beginRun(store());
      await run.add('a.md', { one: 0, two: 10 });
      await run.add('a.md', { three: 0 });
      expect(await texts()).toEqual(['three']);
    });

    it('keeps the first vector of an input, and forgets its failure', async () => {
      const run = await beginRun(store());
      const failure = { inputHash: hashOf('one'), code: 'INPUT_REJECTED', message: 'no' };
      await run.commit({
        documents: [documentOf(run.sourceId, 'a.md', ['one'])],
        failures: [failure],
      });
      await run.commit({ vectors: [embedded('one', 0)] });
      await run.commit({ vectors: [embedded('one', 90)] });
      expect(await store().failures(run.spaceId, 10)).toEqual([]);
      expect((await store().sample(run.spaceId, 1))[0]?.vector).toEqual(vectorAt(0));
    });

    it('touches and moves documents without their chunks', async () => {
      const run = await beginRun(store());
      await run.add('a.md', { one: 0 });
      await run.add('b.md', { two: 0 });
      const [a, b] = await store().manifest(run.sourceId);
      const observation = { size: 7, mtimeNs: 8n, observedAtNs: 9n };
      await run.commit({
        touched: [{ id: a?.id ?? -1, observation }],
        moved: [{ id: b?.id ?? -1, sourceId: run.sourceId, path: 'c.md', observation }],
      });
      expect(await store().manifest(run.sourceId)).toEqual([
        { id: a?.id, path: 'a.md', ...observation, chunker: '1' },
        { id: b?.id, path: 'c.md', ...observation, chunker: '1' },
      ]);
      expect(await texts()).toEqual(['one', 'two']);
    });

    it('marks documents whose files could not be cut, and forgets it with the next version', async () => {
      const run = await beginRun(store());
      await run.add('a.md', { one: 0 });
      await run.add('b.md', { two: 0 });
      const [a] = await store().manifest(run.sourceId);
      const observation = { size: 7, mtimeNs: 8n, observedAtNs: 9n };
      expect(await store().notCut(10)).toEqual([]);
      const chunker = notCutBy('1');
      await run.commit({ touched: [{ id: a?.id ?? -1, observation, chunker }] });
      expect(await store().manifest(run.sourceId)).toMatchObject([{ chunker }, { chunker: '1' }]);
      expect((await store().notCut(10)).map(({ path }) => path)).toEqual(['a.md']);
      expect(await store().notCut(0)).toEqual([]);
      expect(await texts()).toEqual(['one', 'two']);
      await run.add('a.md', { three: 0 });
      expect(await store().notCut(10)).toEqual([]);
    });

    it('lets documents of a space that is not active wait for it', async () => {
      const run = await beginRun(store());
      await run.add('a.md', { one: 0 });
      await run.add('b.md', { two: 0 });
      await run.finish();
      const [, gone] = await documentsOf(store());
      const other = await beginRun(store(), { identity: OTHER });
      await other.add('a.md', { 'one anew': 0 });
      await other.add('c.md', { three: 90 });
      expect(await texts()).toEqual(['one', 'two']);
      await store().swap({ spaceId: other.spaceId, remove: [gone?.id ?? -1] });
      expect(await texts()).toEqual(['one anew', 'three']);
      const { space, otherSpaces } = await store().info();
      expect([space?.id, otherSpaces]).toEqual([other.spaceId, []]);
      await other.finish([], 'all');
      const vector = { spaceId: other.spaceId, values: vectorAt(90) };
      expect(nearestTexts(await found(store(), { vector }))).toEqual(['three', 'one anew']);
      expect(await store().counts()).toMatchObject({ vectors: 2, missing: 0 });
    });

    it('forgets what waited for a swap that did not come', async () => {
      await (await beginRun(store())).add('a.md', { one: 0 });
      await (await beginRun(store(), { identity: OTHER })).add('a.md', { 'one anew': 0 });
      const again = await beginRun(store(), { identity: OTHER });
      await store().swap({ spaceId: again.spaceId, remove: [] });
      expect(await texts()).toEqual(['one']);
    });
  });

  describe('what is there already', () => {
    it('is known by input and space', async () => {
      const run = await beginRun(store());
      await run.add('a.md', { one: 0 });
      const hashes = [hashOf('two'), hashOf('one')];
      expect(await store().known(run.spaceId, hashes)).toEqual([false, true]);
      expect(await store().known(run.spaceId + 1, hashes)).toEqual([false, false]);
    });

    it('is known by content, chunker and format', async () => {
      const run = await beginRun(store());
      await run.add('a.md', { one: 0 });
      const { contentHash } = documentOf(run.sourceId, 'a.md', ['one']);
      const content = { contentHash, chunker: '1', format: 'markdown' } as const;
      expect(await store().sameContent(content)).toMatchObject([
        { path: 'a.md', sourceId: run.sourceId },
      ]);
      expect(await store().sameContent({ ...content, chunker: '2' })).toEqual([]);
      expect(await store().sameContent({ ...content, format: 'text' })).toEqual([]);
    });

    it('is given whole by one of its inputs', async () => {
      const run = await beginRun(store());
      const document = documentOf(run.sourceId, 'a.md', ['one', 'two'], {
        ...{ title: 'A', frontMatter: { tags: ['x'] } },
      });
      await run.commit({ documents: [document] });
      expect(await store().documentsWith(hashOf('two'))).toEqual([document]);
      expect(await store().documentsWith(hashOf('three'))).toEqual([]);
    });
  });

  describe('missing', () => {
    it('gives each input once, in the order of chunks, while changes are committed', async () => {
      const run = await beginRun(store());
      const all = Array.from({ length: 450 }, (_, i) => `text ${i}`);
      await run.commit({
        documents: [
          documentOf(run.sourceId, 'a.md', all),
          documentOf(run.sourceId, 'b.md', ['text 3', 'last']),
        ],
        vectors: [embedded('text 1', 0)],
      });
      const seen: string[] = [];
      const which = { except: [], among: 'all' } as const;
      for await (const { text, inputHash } of store().missing(run.spaceId, which)) {
        expect(inputHash).toEqual(hashOf(text));
        seen.push(text);
        await run.commit({ vectors: [embedded(text, 0)] });
      }
      expect(seen).toEqual([...all.filter((text) => text !== 'text 1'), 'last']);
    });

    it('leaves documents out, and gives only what failed', async () => {
      const run = await beginRun(store());
      await run.commit({
        documents: [
          documentOf(run.sourceId, 'a.md', ['one', 'two']),
          documentOf(run.sourceId, 'b.md', ['two', 'three']),
        ],
        failures: [{ inputHash: hashOf('three'), code: 'INPUT_REJECTED', message: 'no' }],
      });
      const [a] = await documentsOf(store());
      const missing = async (
        except: readonly number[],
        among: 'all' | 'failed',
      ): Promise<readonly string[]> => {
        const inputs = await collect(store().missing(run.spaceId, { except, among }));
        return inputs.map(({ text }) => text);
      };
      expect(await missing([], 'all')).toEqual(['one', 'two', 'three']);
      expect(await missing([a?.id ?? -1], 'all')).toEqual(['two', 'three']);
      expect(await missing([], 'failed')).toEqual(['three']);
    });
  });

  describe('finish', () => {
    it('deletes documents, and the vectors of chunks that this run took out', async () => {
      const run = await beginRun(store());
      await run.add('a.md', { one: 0, shared: 10 });
      await run.add('b.md', { shared: 10 });
      const [a] = await documentsOf(store());
      expect(await run.finish([a?.id ?? -1])).toBe(1);
      expect(await paths()).toEqual(['b.md']);
      expect(await store().known(run.spaceId, [hashOf('one'), hashOf('shared')])).toEqual([
        ...[false, true],
      ]);
    });

    it('looks for vectors of earlier runs only if it is told to', async () => {
      const run = await beginRun(store());
      await run.commit({ vectors: [embedded('nowhere', 0)] });
      expect(await run.finish([], 'dropped')).toBe(0);
      expect(await (await beginRun(store())).finish([], 'all')).toBe(1);
    });

    it('deletes no vector while a run over another source has not ended', async () => {
      const sources = [FOLDER, { ...FOLDER, path: '/elsewhere/blog' }];
      const run = await beginRun(store(), { sources });
      await run.commit({ vectors: [embedded('nowhere', 0)] });
      const [one, other] = run.sources;
      const end = { spaceId: run.spaceId, remove: [], prune: 'all' } as const;
      const unfinished = [
        { id: one?.id ?? -1, unfinished: false },
        { id: other?.id ?? -1, unfinished: true },
      ];
      expect(await store().finish({ ...end, sources: unfinished })).toEqual({ pruned: 0 });
      const ended = unfinished.map(({ id }) => ({ id, unfinished: false }));
      expect(await store().finish({ ...end, sources: ended })).toEqual({ pruned: 1 });
    });
  });

  describe('remove', () => {
    it('takes sources out with all that came from them', async () => {
      const sources = [FOLDER, { ...FOLDER, path: '/elsewhere/blog' }];
      const run = await beginRun(store(), { sources });
      await run.add('a.md', { one: 0, two: 0 });
      const blog = run.sources[1]?.id ?? -1;
      await run.commit({ documents: [documentOf(blog, 'b.md', ['two'])] });
      await run.finish();
      const removal = { sources: [run.sourceId], documents: [], rules: [] };
      expect(await store().remove(removal)).toEqual({ pruned: 1 });
      expect(await paths()).toEqual(['b.md']);
      expect((await store().info()).sources.map(({ id }) => id)).toEqual([blog]);
    });

    it('takes documents out, with the rules that keep them out', async () => {
      const run = await beginRun(store());
      await run.add('a.md', { one: 0 });
      await run.add('b.md', { two: 0 });
      await run.finish();
      const [a] = await documentsOf(store());
      const rules = [{ ...FOLDER, exclude: ['a.md'] }];
      const removal = { sources: [], documents: [a?.id ?? -1], rules };
      expect(await store().remove(removal)).toEqual({ pruned: 1 });
      expect(await paths()).toEqual(['b.md']);
      expect((await store().info()).sources).toMatchObject([{ exclude: ['a.md'] }]);
    });

    it('keeps vectors while a run has not ended', async () => {
      const run = await beginRun(store());
      await run.add('a.md', { one: 0 });
      const [a] = await documentsOf(store());
      const removal = { sources: [], documents: [a?.id ?? -1], rules: [] };
      expect(await store().remove(removal)).toEqual({ pruned: 0 });
    });
  });
}
