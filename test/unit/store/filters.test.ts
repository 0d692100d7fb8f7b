import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/model/errors.ts';
import type { DocumentFilters } from '../../../src/model/search.ts';
import type { JsonObject } from '../../../src/model/types.ts';
import { filterDocuments } from '../../../src/store/filters.ts';

const day = (text: string): bigint => BigInt(Date.parse(text)) * 1_000_000n;

function document(id: number, path: string, mtime: string, frontMatter: JsonObject | null = null) {
  return { id, source: id < 10 ? '/notes' : '/docs', path, mtimeNs: day(mtime), frontMatter };
}

const documents = [
  document(1, '日記.md', '2024-01-01', { tags: ['料理', 'Recipe'], draft: true, rank: 3 }),
  document(2, 'sub/b.md', '2024-02-01', { tags: 'recipe', author: { name: 'Ueda' } }),
  document(3, 'c.txt', '2024-03-01'),
  document(10, 'b.md', '2024-04-01', { tags: [], 'author.name': 'Mori', title: '' }),
];

function kept(filters: DocumentFilters): readonly number[] | null {
  return filterDocuments(() => documents, filters);
}

describe('filters', () => {
  it('are null without any: nothing needs to be read', () => {
    const read = () => {
      throw new Error('read');
    };
    expect(filterDocuments(read, { paths: [], where: [] })).toBeNull();
  });

  it('by path and source', () => {
    expect(kept({ paths: ['b.md'] })).toEqual([2, 10]);
    expect(kept({ paths: ['b.md'], sources: ['/notes/'] })).toEqual([2]);
    expect(kept({ sources: ['/notes', '/docs'] })).toEqual([1, 2, 3, 10]);
    expect(kept({ sources: ['/note'] })).toEqual([]);
  });

  it('by time: since is inside, until is not', () => {
    const since = Date.parse('2024-02-01');
    const until = Date.parse('2024-04-01');
    expect(kept({ since })).toEqual([2, 3, 10]);
    expect(kept({ until })).toEqual([1, 2, 3]);
    expect(kept({ since, until })).toEqual([2, 3]);
    expect(() => kept({ since: until, until: since })).toThrow(UsageError);
  });

  it.each([
    ['tags=recipe', [1, 2]],
    ['tags=ＲＥＣＩＰＥ', [1, 2]],
    ['tags=料理', [1]],
    ['tags=料', []],
    ['draft=true', [1]],
    ['rank=3', [1]],
    ['author.name=ueda', [2]],
    ['author.name=Mori', [10]],
    ['author=Ueda', []],
    ['tags=', [3, 10]],
    ['constructor=x', []],
    ['title=', [1, 2, 3, 10]],
  ])('by front matter: %s', (condition, ids) => {
    expect(kept({ where: [condition] })).toEqual(ids);
  });

  it('by all conditions together', () => {
    expect(kept({ where: ['tags=recipe', 'draft=true'] })).toEqual([1]);
  });

  it.each(['tags', '=x', ' = x', ''])('refuse a condition without key or sign: %j', (condition) => {
    expect(() => kept({ where: [condition] })).toThrow(/key=value/);
  });
});
