/** Addresses of hits, and the text that stands there. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtin, type Corpus, openCorpus } from '../../../src/index.ts';
import { sampleDocument } from '../../helpers/corpus.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();

async function corpusOf(
  files: Readonly<Record<string, string>>,
  sources: readonly string[],
  chunkSize: number = 32,
): Promise<{ corpus: Corpus; root: string }> {
  const root = temporary(files);
  const corpus = await openCorpus(':memory:', { embedder: builtin(), cwd: root });
  await corpus.index(sources, { chunkSize });
  return { corpus, root };
}

describe('the address of a hit', () => {
  it('leads to its lines, whatever the names are', async () => {
    const names = ['a b.md', '設定/ガイド.md', '100%#1?.md', 'sub/q&a=ü.md'];
    const files = Object.fromEntries(
      names.map((name, i) => [`私の docs/${name}`, sampleDocument(i)]),
    );
    const { corpus } = await corpusOf(files, ['私の docs']);
    for (const query of ['harbour lantern', '灯台の果樹園']) {
      const { hits } = await corpus.search(query, { k: 20 });
      expect(hits.length).toBeGreaterThan(3);
      for (const hit of hits) {
        expect(hit.uri).toMatch(/^umekomi:\/\/[!-~]+\/[!-~]+#L\d+(-\d+)?$/);
        const { startLine, endLine, path, source, title } = hit;
        const passage = await corpus.passage(hit.uri);
        expect(passage).toMatchObject({ startLine, endLine, path, source, title, uri: hit.uri });
        // Whole lines: a passage may begin inside of one.
        expect(passage.text).toContain(hit.text);
        expect(passage.headings).toEqual(hit.headings);
      }
    }
    await corpus.close();
  });

  it('tells sources of one name apart', async () => {
    const files = {
      'one/docs/x.md': 'Boats in the harbour.\n',
      'two/docs/x.md': 'Tea is green.\n',
    };
    const { corpus, root } = await corpusOf(files, ['one/docs', 'two/docs']);
    const { hits } = await corpus.search('boats tea', { k: 5 });
    expect(hits).toHaveLength(2);
    for (const hit of hits) {
      expect(hit.uri).toMatch(/^umekomi:\/\/docs\/x\.md\?source=\d+#L1$/);
      expect(await corpus.passage(hit.uri)).toMatchObject({ source: hit.source, text: hit.text });
    }
    await expect(corpus.passage('umekomi://docs/x.md#L1')).rejects.toMatchObject({ code: 'USAGE' });
    await corpus.remove(join(root, 'one/docs'));
    const left = await corpus.passage('umekomi://docs/x.md#L1');
    expect(left.text).toBe('Tea is green.');
    await corpus.close();
  });

  it('of a source that is a file has the name of its folder', async () => {
    const { corpus } = await corpusOf({ 'notes/a.md': 'Boats.\n' }, ['notes/a.md']);
    const [hit] = (await corpus.search('boats')).hits;
    expect(hit?.uri).toBe('umekomi://notes/a.md#L1');
    expect((await corpus.passage('umekomi://notes/a.md')).text).toBe('Boats.');
    await corpus.close();
  });

  it.each([
    'umekomi://docs',
    'umekomi:///',
    'http://docs/a.md',
    'umekomi://docs/%E3%8.md',
    'umekomi://docs/a.md#3',
    'umekomi://docs/a.md#L0',
    'umekomi://docs/a.md#L9-3',
    'umekomi://docs/a.md?id=3',
    'docs/a.md',
  ])('%s is none', async (uri) => {
    const { corpus } = await corpusOf({ 'docs/a.md': 'Boats.\n' }, ['docs']);
    await expect(corpus.passage(uri)).rejects.toMatchObject({ code: 'USAGE' });
    await corpus.close();
  });

  it.each([
    'umekomi://docs/b.md#L1',
    'umekomi://other/a.md#L1',
    'umekomi://docs/a.md#L5',
    'umekomi://docs/a.md?source=99#L1',
    'umekomi://docs/../docs/a.md#L1',
  ])('%s leads to nothing', async (uri) => {
    const { corpus } = await corpusOf({ 'docs/a.md': 'Boats.\n' }, ['docs']);
    await expect(corpus.passage(uri)).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
    await corpus.close();
  });
});

describe('the id of a hit', () => {
  it('stays while the passage stays, and is another one for another text', async () => {
    const { corpus, root } = await corpusOf({ 'a.md': 'Boats.\n', 'b.md': 'Tea.\n' }, ['.']);
    const idOf = async (query: string) => (await corpus.search(query)).hits[0]?.id;
    const [boats, tea] = [await idOf('boats'), await idOf('tea')];
    expect(boats).toMatch(/^[0-9a-f]{16}$/);
    expect(tea).not.toBe(boats);
    plant(root, { 'b.md': 'Tea and more.\n' });
    await corpus.index();
    expect(await idOf('boats')).toBe(boats);
    expect(await idOf('tea')).not.toBe(tea);
    await corpus.close();
  });
});

describe('a document', () => {
  it('is read whole, as the file has it between its first and last text', async () => {
    const text = sampleDocument(0);
    const { corpus, root } = await corpusOf({ 'docs/a.md': text }, ['docs']);
    const document = await corpus.document('a.md');
    expect(document.text).toBe(text.trimEnd());
    expect(document).toMatchObject({ startLine: 1, title: 'Document 0', path: 'a.md' });
    expect(await corpus.document(join(root, 'docs/a.md'))).toEqual(document);
    expect(await corpus.passage(document.uri)).toEqual(document);
    await corpus.close();
  });

  it('has every line once, where passages overlap', async () => {
    const text = sampleDocument(1);
    const root = temporary({ 'a.md': text });
    const corpus = await openCorpus(':memory:', { embedder: builtin(), cwd: root });
    await corpus.index(['.'], { chunkSize: 64, chunkOverlap: 20 });
    expect((await corpus.document('a.md')).text).toBe(text.trimEnd());
    await corpus.close();
  });

  it('has long lines in one piece', async () => {
    const lines = Array.from({ length: 3 }, (_, i) => `第${i}文。長い行が続く。`.repeat(60));
    const english = 'One sentence follows another one here. '.repeat(60).trim();
    const text = [...lines, english].join('\n');
    const { corpus } = await corpusOf({ 'a.txt': `${text}\n` }, ['.']);
    expect((await corpus.status()).chunks).toBeGreaterThan(10);
    expect((await corpus.document('a.txt')).text).toBe(text);
    await corpus.close();
  });

  it('is read by lines, with the headings above them', async () => {
    const text = '---\ntitle: T\n---\n\n# One\n\nfirst\n\n## Two\n\nsecond\nthird\n';
    const { corpus } = await corpusOf({ 'a.md': text }, ['.']);
    const read = (start: number, end: number) => corpus.document('a.md', { lines: { start, end } });
    expect(await read(10, 11)).toMatchObject({
      ...{ text: '\nsecond', startLine: 10, endLine: 11 },
      ...{ headings: ['One'], title: 'T' },
    });
    // Lines outside of the text are left out: front matter, and behind the end.
    expect(await read(1, 7)).toMatchObject({ startLine: 5, text: '# One\n\nfirst' });
    expect(await read(12, 999)).toMatchObject({ startLine: 12, endLine: 12, text: 'third' });
    await expect(read(1, 4)).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
    await expect(read(13, 14)).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
    await expect(corpus.document('none.md')).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
    await corpus.close();
  });
});

describe('hits', () => {
  it('show the words of the query, and a part of the passage for people', async () => {
    const text = '# Backup\n\nYou **restore** a `backup` from [the shelf](./shelf.md).\n';
    const { corpus } = await corpusOf({ 'a.md': text }, ['.'], 256);
    const [hit] = (await corpus.search('restore backup')).hits;
    expect(hit?.matches.map(({ start, end }) => hit.text.slice(start, end))).toEqual([
      'Backup',
      'restore',
      'backup',
    ]);
    const { excerpt } = hit ?? {};
    expect(excerpt?.text).toBe('You restore a backup from the shelf.');
    expect(excerpt?.startLine).toBe(3);
    expect(excerpt?.matches.map(({ start, end }) => excerpt.text.slice(start, end))).toEqual([
      'restore',
      'backup',
    ]);
    await corpus.close();
  });

  it('are as many as are wanted, where the corpus has them', async () => {
    const same = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`same${i}.md`, 'The very same lantern.\n']),
    );
    const others = { 'b.md': 'A lantern of copper.\n', 'c.md': 'One lantern, two lanterns.\n' };
    const { corpus } = await corpusOf({ ...same, ...others }, ['.']);
    for (const mode of ['lexical', 'hybrid'] as const) {
      const { hits } = await corpus.search('lantern', { mode, k: 3 });
      expect(hits).toHaveLength(3);
      expect((await corpus.search('lantern', { mode, k: 9 })).hits).toHaveLength(3);
    }
    await corpus.close();
  });
});
