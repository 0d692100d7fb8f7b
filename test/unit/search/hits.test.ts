/** What a hit tells of itself: headings, the line to open, other places. */
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { builtin, type Corpus, openCorpus } from '../../../src/index.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
let corpus: Corpus;
beforeEach(async () => {
  corpus = await openCorpus(':memory:', { embedder: builtin() });
  return () => corpus.close();
});

/** Sections that are neighbours, and so one hit. */
const sectionOf = (name: string, text: string): string =>
  `## ${name}\n\n${`Lanterns of the harbour, ${name}. `.repeat(6)}\n\n${text}\n`;

describe('the headings of a hit', () => {
  it('are those above its excerpt, whichever passage of it was the best', async () => {
    const names = ['North', 'South', 'West'];
    const text = `# Lamps\n\n${names.map((name) => sectionOf(name, `Keeper ${name}.`)).join('\n')}`;
    await corpus.index([temporary({ 'a.md': text })], { chunkSize: 64 });
    for (const name of names) {
      for (const hit of (await corpus.search(`lanterns keeper ${name}`)).hits) {
        const above = text.split('\n').slice(0, hit.excerpt.startLine);
        const heading = above.findLast((line) => line.startsWith('#'));
        // A passage that begins above the sections has what is above all of them.
        expect([heading?.replace(/^#+ /, ''), 'Lamps']).toContain(hit.headings.at(-1));
      }
    }
  });
});

describe('the line of a hit', () => {
  it('is the one that shows most of the query, not the first of the passage', async () => {
    const text = `# Locks\n\nA lock is a file.\n\nIt may be stale.\n\nA stale lock is released by itself.\n`;
    await corpus.index([temporary({ 'a.md': text })]);
    const [hit] = (await corpus.search('stale lock released')).hits;
    expect(hit).toMatchObject({ startLine: 1, line: 7 });
  });
});

describe('other places', () => {
  it('of neighbours are one place each', async () => {
    const text = ['one', 'two', 'three'].map((name) => sectionOf(name, 'Same.')).join('\n');
    const root = temporary({ 'a.md': text, 'b.md': text, 'c.md': text });
    await corpus.index([root], { chunkSize: 64 });
    for (const { otherPlaces, path } of (await corpus.search('lanterns harbour')).hits) {
      const files = otherPlaces.map((place) => place.path);
      expect(files).not.toContain(path);
      expect(new Set(files).size).toBe(files.length);
    }
  });

  it('of a file in two sources are none: it is one file', async () => {
    const root = temporary({ 'sub/a.md': 'The lantern of the harbour.\n', 'b.md': 'Tea.\n' });
    await corpus.index([root]);
    await corpus.index([join(root, 'sub/a.md')]);
    for (const mode of ['hybrid', 'semantic'] as const) {
      const { hits } = await corpus.search('lantern harbour', { mode, paths: ['a.md'] });
      expect(hits).toHaveLength(1);
      expect(hits[0]?.otherPlaces).toEqual([]);
    }
  });
});
