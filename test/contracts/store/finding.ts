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
    expect(result.nearest[0]?.distance).toBeCloseTo(1 - Math.cos((10 * Math.PI) / 180), 5);
    expect(result.matches).toEqual([]);
    expect(nearestTexts(await found(store(), { vector, depth: 2 }))).toHaveLength(2);
    expect((await found(store(), { vector, exact: true })).nearest).toEqual(result.nearest);
  });

  it('ranks by words, best first', async () => {
    await filled();
    const result = await found(store(), { words: parseQuery('red pears') });
    expect(matchedTexts(result)).toEqual(['red pears', 'red apples']);
    expect(result.nearest).toEqual([]);
    expect(result.matches.every(({ score }) => score > 0)).toBe(true);
    const one = await found(store(), { words: parseQuery('red pears'), depth: 1 });
    expect(matchedTexts(one)).toEqual(['red pears']);
  });

  it('requires phrases', async () => {
    await filled();
    expect(matchedTexts(await found(store(), { words: parseQuery('"red apples"') }))).toEqual([
      'red apples',
    ]);
    expect(matchedTexts(await found(store(), { words: parseQuery('"apples red"') }))).toEqual([]);
  });

  it('gives the distance of matches that are not among the nearest, and every passage', async () => {
    const vector = query(await filled());
    const result = await found(store(), { vector, words: parseQuery('sea'), depth: 1 });
    expect(nearestTexts(result)).toEqual(['green apples']);
    expect(matchedTexts(result)).toEqual(['the quiet sea']);
    const [match] = result.matches;
    expect([...result.distances.keys()]).toEqual([match?.id]);
    expect(result.distances.get(match?.id ?? -1)).toBeGreaterThan(1.9);
    expect(result.passages.size).toBe(2);
  });

  it('says what scores can be', async () => {
    const vector = query(await filled());
    const { bounds, matches } = await found(store(), { vector, words: parseQuery('red pears') });
    expect(bounds.similarity?.max).toBe(1);
    expect(bounds.similarity?.min).toBeLessThan(1);
    expect(bounds.words.min).toBe(0);
    expect(bounds.words.max).toBeGreaterThan(matches[0]?.score ?? Infinity);
  });

  it('knows nothing of the vector of another space', async () => {
    const spaceId = await filled();
    expect(
      await store().find({
        ...{ vector: query(spaceId + 1), words: null, filter: {}, depth: 1, exact: false },
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
    expect(result.distances.size).toBe(0);
  });

  it('finds the same text in every document that has it, by place', async () => {
    const run = await beginRun(store());
    for (const path of ['b.md', 'a.md', 'c.md']) await run.add(path, { 'same text': 0 });
    await run.finish();
    const result = await found(store(), {
      ...{ vector: query(run.spaceId), words: parseQuery('same'), depth: 2 },
    });
    const paths = (list: readonly { readonly id: number }[]): readonly unknown[] =>
      list.map(({ id }) => result.passages.get(id)?.path);
    expect(paths(result.nearest)).toEqual(['a.md', 'b.md']);
    expect(paths(result.matches)).toEqual(['a.md', 'b.md']);
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
