/** What `remove` takes for the place that was meant: too much would be lost silently. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Corpus } from '../../../src/service/corpus.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { countingEmbedder, rows, runIndex, sampleDocument, value } from '../../helpers/corpus.ts';
import { type Files, plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
const TREE: Files = {
  'one/x.md': 'Apples.\n',
  'one/sub/y.md': 'Bananas.\n',
  'two/x.md': 'Cherries.\n',
  'todo.md': 'Dates.\n',
};

/** A corpus of the folders one and two and the file todo.md, opened in a folder of the tree. */
async function corpusIn(folder: string): Promise<{ corpus: Corpus; db: string; root: string }> {
  const root = temporary(TREE);
  const db = join(temporary(), 'corpus.db');
  const corpus = await openCorpus(db, { embedder: countingEmbedder(), cwd: join(root, folder) });
  await corpus.index(['one', 'two', 'todo.md'].map((name) => join(root, name)));
  return { corpus, db, root };
}

const paths = (db: string): unknown[] =>
  rows(db, 'SELECT source, path FROM passage ORDER BY source, path').map(
    ({ source, path }) => `${String(source).split('/').at(-1)}:${String(path)}`,
  );

describe('a path', () => {
  it('on disk is meant, not its namesake in another source', async () => {
    const { corpus, db } = await corpusIn('one');
    expect(await corpus.remove('x.md')).toMatchObject({ documents: 1 });
    await corpus.index();
    await corpus.close();
    expect(paths(db)).toEqual(['one:sub/y.md', 'todo.md:todo.md', 'two:x.md']);
  });

  it('that several sources have inside is an error, and nothing is removed', async () => {
    const { corpus, db } = await corpusIn('');
    await expect(corpus.remove('x.md')).rejects.toMatchObject({ code: 'USAGE' });
    await corpus.close();
    expect(paths(db)).toHaveLength(4);
  });

  it.each([
    ['', 'USAGE'],
    ['/', 'DOCUMENT_NOT_FOUND'],
    ['.', 'DOCUMENT_NOT_FOUND'],
    ['..', 'DOCUMENT_NOT_FOUND'],
    ['one/..', 'DOCUMENT_NOT_FOUND'],
  ])('%j is not everything', async (place, code) => {
    const { corpus, db } = await corpusIn('');
    await expect(corpus.remove(place)).rejects.toMatchObject({ code });
    await corpus.close();
    expect(paths(db)).toHaveLength(4);
  });

  it('of a file that is a source of its own does not come back, however it was named', async () => {
    const { corpus, db, root } = await corpusIn('one');
    expect(await corpus.remove('todo.md')).toMatchObject({
      sources: [join(root, 'todo.md')],
      documents: 1,
    });
    await corpus.index();
    await corpus.close();
    expect(paths(db)).toEqual(['one:sub/y.md', 'one:x.md', 'two:x.md']);
  });
});

describe('vectors that an unfinished run left', () => {
  it('are still there for the run that goes on', async () => {
    const root = temporary({ 'small.md': 'Small.\n' });
    for (let i = 0; i < 3; i++) plant(root, { [`f${i}.md`]: sampleDocument(i) });
    const db = join(temporary(), 'corpus.db');
    const dies = countingEmbedder();
    const embed = dies.embedDocuments;
    dies.embedDocuments = async (texts, options) => {
      if (dies.inputs.length >= 5) throw new Error('dead');
      return embed(texts, options);
    };
    const one = { batchSize: 1, concurrency: 1 };
    await runIndex(db, countingEmbedder(), [root], { include: ['small.md'] });
    await expect(runIndex(db, dies, [root], { include: ['*.md'], ...one })).rejects.toThrow();
    const count = Number(value(db, 'SELECT count(*) FROM embedding'));
    const corpus = await openCorpus(db, { embedder: countingEmbedder(), cwd: root });
    await corpus.remove('small.md');
    const rest = countingEmbedder();
    await corpus.close();
    expect(value(db, 'SELECT count(*) FROM embedding')).toBe(count);
    const summary = await runIndex(db, rest, [root]);
    expect(summary.inputs.pruned).toBe(1);
    expect(rest.inputs).toHaveLength(
      Number(value(db, 'SELECT count(*) FROM embedding')) - count + 1,
    );
  });
});
