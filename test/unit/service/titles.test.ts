/** A document without a title goes by its file's name wherever it is told of, and nowhere else. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { countingEmbedder, rows } from '../../helpers/corpus.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();

const FILES = {
  'docs/港/harbour.txt': 'The lantern is lit at dusk.\n',
  'docs/given.md': '---\ntitle: 灯台\n---\n\nThe lantern is green.\n',
  'docs/heading.md': '# Lamps\n\nThe lantern is red.\n',
  'docs/none.md': 'The lantern is blue.\n\n![](a.png)\n',
  'single.text': 'The lantern is old.\n',
};

const TITLES = {
  'given.md': '灯台',
  'heading.md': 'Lamps',
  'none.md': 'none.md',
  'single.text': 'single.text',
  '港/harbour.txt': 'harbour.txt',
};

const byPath = (
  found: readonly { readonly path: string; readonly title: string }[],
): Record<string, string> => Object.fromEntries(found.map(({ path, title }) => [path, title]));

describe('a title', () => {
  it('is the name of the file where the author gave none: in hits, lists and documents', async () => {
    const root = temporary(FILES);
    const embedder = countingEmbedder();
    const corpus = await openCorpus(join(root, 'c.db'), { embedder, cwd: root });
    await corpus.index(['docs', 'single.text']);
    for (const mode of ['hybrid', 'lexical', 'semantic'] as const) {
      const { hits } = await corpus.search('lantern', { mode });
      expect(byPath(hits)).toEqual(TITLES);
    }
    const listed = [];
    for await (const document of corpus.documents()) listed.push(document);
    expect(byPath(listed)).toEqual(TITLES);
    for (const path of Object.keys(TITLES)) {
      expect(byPath([await corpus.document(path)])).toMatchObject({
        [path]: TITLES[path as keyof typeof TITLES],
      });
    }
    const { hits } = await corpus.like({ path: 'given.md' });
    expect(byPath(hits)['none.md']).toBe('none.md');
    await corpus.close();
  });

  it('is neither stored nor embedded where it is only the name of the file', async () => {
    const root = temporary(FILES);
    const embedder = countingEmbedder();
    const corpus = await openCorpus(join(root, 'c.db'), { embedder, cwd: root });
    await corpus.index(['docs', 'single.text']);
    await corpus.close();
    const stored = rows(join(root, 'c.db'), 'SELECT title FROM document ORDER BY path');
    expect(stored.map(({ title }) => title)).toEqual(['灯台', 'Lamps', null, null, null]);
    expect(embedder.inputs.join('\n')).not.toMatch(/harbour|single|none/);
  });
});
