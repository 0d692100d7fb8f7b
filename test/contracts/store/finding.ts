/** Ranked lists of a store. */
import { describe, expect, it } from 'vitest';
import type { FindQuery } from '../../../src/store/reading-types.ts';
import type { Store } from '../../../src/store/store.ts';
import { parseQuery } from '../../../src/text/query.ts';
import {
  beginRun,
  documentOf,
  embedded,
  FOLDER,
  found,
  IDENTITY,
  matchedTexts,
  NEW_YEAR,
  nearestTexts,
  vectorAt,
} from './content.ts';

export function describeFinding(store: () => Store): void {
  /** Three documents; the angle of each passage from the query, which is at 0. @returns the space */
  const filled = async (): Promise<number> => {
    const run = await beginRun(store());
    await run.add('a.md', { 'red apples': 40, 'green apples': 10 });
    await run.add('sub/b.md', { 'red pears': 20 }, { frontMatter: { draft: true } });
    await run.add('c.md', { 'the quiet sea': 170 }, { mtimeNs: 1n });
    await run.finish();
    return run.spaceId;
  };
  const query = (spaceId: number): FindQuery['vector'] => ({ spaceId, values: vectorAt(0) });

  it('ranks by distance, nearest first', async () => {
    const vector = query(await filled());
    const result = await found(store(), { vector });
    expect(nearestTexts(result)).toEqual([
      ...['green apples', 'red pears', 'red apples', 'the quiet sea'],
    ]);
    expect(result.ranked[0]?.distance).toBeCloseTo(1 - Math.cos((10 * Math.PI) / 180), 5);
    expect(result.ranked.every(({ lexical, fusion }) => lexical === null && fusion === null)).toBe(
      true,
    );
    expect(result).toMatchObject({ isAll: true, hasAllWords: true, restFrom: Infinity });
    const two = await found(store(), { vector, limit: 2 });
    expect(nearestTexts(two)).toHaveLength(2);
    expect(two).toMatchObject({ isAll: false, restFrom: two.ranked[1]?.distance });
    expect((await found(store(), { vector, exact: true })).ranked).toEqual(result.ranked);
  });

  it('ranks by words, best first', async () => {
    await filled();
    const result = await found(store(), { words: parseQuery('red pears') });
    expect(matchedTexts(result)).toEqual(['red pears', 'red apples']);
    expect(nearestTexts(result)).toEqual([]);
    expect(result.ranked.every(({ score, distance }) => score > 0 && distance === null)).toBe(true);
    expect(result).toMatchObject({ isAll: true, hasAllWords: true });
    const one = await found(store(), { words: parseQuery('red pears'), limit: 1 });
    expect(matchedTexts(one)).toEqual(['red pears']);
    expect(one).toMatchObject({ isAll: false, hasAllWords: false });
  });

  it('requires phrases', async () => {
    await filled();
    expect(matchedTexts(await found(store(), { words: parseQuery('"red apples"') }))).toEqual([
      'red apples',
    ]);
    expect(matchedTexts(await found(store(), { words: parseQuery('"apples red"') }))).toEqual([]);
  });

  it('knows both scores of every passage of either list', async () => {
    const vector = query(await filled());
    const result = await found(store(), { vector, words: parseQuery('red sea'), limit: 10 });
    const texts = result.ranked.map(({ text }) => text);
    expect([...texts].sort()).toEqual(['green apples', 'red apples', 'red pears', 'the quiet sea']);
    for (const { text, distance, fusion } of result.ranked) {
      expect(distance, text).not.toBeNull();
      expect((fusion?.words ?? 0) > 0, text).toBe(/red|sea/.test(text));
    }
    const scores = result.ranked.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(result.ranked.map(({ fusion }) => fusion?.score)).toEqual(scores);
  });

  it('looks up what a short list lacks: the same scores however deep the lists are', async () => {
    const vector = query(await filled());
    const words = parseQuery('sea');
    const [deep, short] = [
      await found(store(), { vector, words, limit: 4 }),
      await found(store(), { vector, words, limit: 1 }),
    ];
    expect(short.ranked).toHaveLength(1);
    expect(short.ranked[0]?.score).toBe(deep.ranked[0]?.score);
    expect(short.ranked[0]?.fusion).toEqual(deep.ranked[0]?.fusion);
    expect(short).toMatchObject({ isAll: false });
    // Behind the only place is the one that is nearer or farther than it, whichever list it came from.
    expect(short.restFrom).toBeLessThanOrEqual(deep.ranked[1]?.distance ?? -1);
  });

  it('knows nothing of the vector of another space', async () => {
    const spaceId = await filled();
    expect(
      await store().find({
        ...{ vector: query(spaceId + 1), words: null, filter: {}, limit: 1, exact: false },
      }),
    ).toBeNull();
  });

  it('leaves out what waits for its vector, by meaning and not by words', async () => {
    const run = await beginRun(store());
    await run.commit({ documents: [documentOf(run.sourceId, 'a.md', ['one', 'two'])] });
    await run.commit({ vectors: [embedded('two', 0)] });
    await run.finish();
    const result = await found(store(), { vector: query(run.spaceId), words: parseQuery('one') });
    expect(nearestTexts(result)).toEqual(['two']);
    expect(matchedTexts(result)).toEqual(['one']);
    expect(result.ranked.find(({ text }) => text === 'one')?.distance).toBeNull();
  });

  it('finds the same text in every document that has it, by place', async () => {
    const run = await beginRun(store());
    for (const path of ['b.md', 'a.md', 'c.md']) await run.add(path, { 'same text': 0 });
    await run.finish();
    const result = await found(store(), {
      ...{ vector: query(run.spaceId), words: parseQuery('same'), limit: 2 },
    });
    expect(result.ranked.map(({ path }) => path)).toEqual(['a.md', 'b.md']);
    const alone = [
      await found(store(), { vector: query(run.spaceId), limit: 2 }),
      await found(store(), { words: parseQuery('same'), limit: 2 }),
    ];
    for (const { ranked } of alone)
      expect(ranked.map(({ path }) => path)).toEqual(['a.md', 'b.md']);
  });

  it('has what is committed at once', async () => {
    const run = await beginRun(store());
    await run.add('a.md', { first: 0 });
    const vector = query(run.spaceId);
    expect(nearestTexts(await found(store(), { vector, words: parseQuery('first') }))).toEqual([
      'first',
    ]);
    await run.add('a.md', { second: 0 });
    const result = await found(store(), { vector, words: parseQuery('first second') });
    expect([nearestTexts(result), matchedTexts(result)]).toEqual([['second'], ['second']]);
  });

  describe('inside a filter', () => {
    const filters: readonly (readonly [string, FindQuery['filter'], readonly string[]])[] = [
      ['paths', { paths: ['sub/**'] }, ['red pears']],
      ['paths taken out', { paths: ['!a.md', '!c.md'] }, ['red pears']],
      ['sources', { sources: [FOLDER.path], paths: ['sub/*'] }, ['red pears']],
      ['other sources', { sources: ['/elsewhere/blog'] }, []],
      ['since', { since: NEW_YEAR, paths: ['!a.md'] }, ['red pears']],
      ['until', { until: NEW_YEAR }, []],
      ['where', { where: ['draft=true'] }, ['red pears']],
      ['all of them', { where: ['draft=true'], until: NEW_YEAR }, []],
    ];
    it.each(filters)('of %s it ranks only that, in both lists', async (_, filter, expected) => {
      const vector = query(await filled());
      const result = await found(store(), { vector, words: parseQuery('red'), filter });
      expect(matchedTexts(result)).toEqual(expected);
      const near = nearestTexts(result).filter((text) => text !== 'the quiet sea');
      expect(near).toEqual(expected);
    });
  });

  it('ignores spaces that are not active', async () => {
    const first = await filled();
    const other = await beginRun(store(), { identity: { ...IDENTITY, model: 'other' } });
    await other.commit({ vectors: [embedded('the quiet sea', 0)] });
    const result = await found(store(), { vector: query(first) });
    expect(nearestTexts(result).at(-1)).toBe('the quiet sea');
  });
}
