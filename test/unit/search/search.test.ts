/** What a search answers: the passage that matched, its place, its numbers, and nothing outside the filter. */
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { builtin } from '../../../src/embedding/builtin/builtin.ts';
import { readDocument } from '../../../src/files/read.ts';
import type { Hit } from '../../../src/model/search.ts';
import type { Corpus } from '../../../src/service/corpus.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { countingEmbedder, sampleDocument } from '../../helpers/corpus.ts';
import { hashingVector } from '../../helpers/stand-in/hashing-vector.ts';
import { type Files, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
let corpus: Corpus;
beforeEach(async () => {
  corpus = await openCorpus(':memory:', { embedder: builtin() });
  return () => corpus.close();
});

async function indexed(files: Files): Promise<string> {
  const root = temporary(files);
  await corpus.index([root]);
  return root;
}

/** Every document as an editor has it: decoded, without BOM. */
async function textOf({ source, path }: Hit): Promise<string> {
  const read = await readDocument(join(source, path));
  if (read.kind === 'skipped') throw new Error(read.reason);
  return read.text;
}

const MIXED: Files = {
  'en.md': `---\ntitle: Lights\n---\n\n${sampleDocument(2)}`,
  'ja.md': sampleDocument(3),
  'crlf.md': sampleDocument(4).replaceAll('\n', '\r\n'),
  'cr.txt': sampleDocument(6).replaceAll('\n', '\r'),
  'bom.md': `\uFEFF${sampleDocument(5)}`,
  'emoji.md': `# 👩‍👩‍👧 family\n\n${'A harbour 👩‍👩‍👧 and 𠮷野家. '.repeat(80)}\n`,
  'utf16.txt': Buffer.from(`\uFEFF${sampleDocument(8)}`, 'utf16le'),
};

describe('a hit is the passage that matched', () => {
  it('its offsets are exactly the slice of the decoded file, its lines those of an editor', async () => {
    const root = await indexed(MIXED);
    const hits = [
      ...(await corpus.search('harbour lantern', { k: 500 })).hits,
      ...(await corpus.search('灯台と羅針盤', { k: 500 })).hits,
    ];
    expect(new Set(hits.map(({ path }) => path))).toEqual(new Set(Object.keys(MIXED)));
    for (const hit of hits) {
      const text = await textOf(hit);
      expect(hit.source).toBe(root);
      expect(text.slice(hit.startOffset, hit.endOffset)).toBe(hit.text);
      const before = text.slice(0, hit.startOffset).split(/\r\n|\r|\n/).length;
      const within = hit.text.replace(/(?:\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/).length;
      expect([hit.startLine, hit.endLine]).toEqual([before, before + within - 1]);
    }
  });

  it('the matched chunk is not dropped on the way: line 1 of the file is not what is shown', async () => {
    const filler = sampleDocument(10);
    await indexed({
      'long.md': `${filler}\n## Tea\n\nGreen tea is steamed, black tea is oxidised.\n`,
    });
    const [hit] = (await corpus.search('black tea oxidised')).hits;
    expect(hit).toMatchObject({ path: 'long.md', title: 'Document 10' });
    expect(hit?.text).toContain('black tea is oxidised');
    expect(hit?.startLine).toBeGreaterThan(15);
  });

  it('a BOM hides no title', async () => {
    await indexed({
      'a.md': '\uFEFF# Night trains\n\nThey leave at ten.\n',
      'b.md': '\uFEFF---\ntitle: Day trains\n---\n\nThey leave at nine.\n',
      'c.md': Buffer.from('\uFEFF# Ferries\n\nThey leave at eight.\n', 'utf16le'),
    });
    const hits = (await corpus.search('they leave')).hits;
    expect(hits.map(({ title }) => title).sort()).toEqual([
      'Day trains',
      'Ferries',
      'Night trains',
    ]);
  });

  it('finds Japanese by a natural sentence, and by one word', async () => {
    await indexed({
      'a.md': '# 埋め込み\n\n文章を埋め込みベクトルに変える。\n',
      'b.md': '# 料理\n\n味噌汁の作り方。\n',
    });
    expect((await corpus.search('埋め込み')).hits[0]?.path).toBe('a.md');
    expect((await corpus.search('味噌汁はどうやって作りますか')).hits[0]?.path).toBe('b.md');
  });

  it('has numbers that agree, sorted and ranked', async () => {
    await indexed(MIXED);
    const hits = (await corpus.search('the harbour', { k: 12, mode: 'semantic' })).hits;
    expect(hits.map(({ rank }) => rank)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    for (const { similarity, distance, score } of hits) {
      expect(similarity).toBe(score);
      expect((similarity ?? 9) + (distance ?? 9)).toBeCloseTo(1, 12);
      expect(Math.abs(similarity ?? 9)).toBeLessThanOrEqual(1);
    }
    const scores = hits.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  it('the same query on the same corpus gives the same list, exact or not', async () => {
    await indexed(MIXED);
    const first = (await corpus.search('the harbour', { k: 40, mode: 'semantic' })).hits;
    expect((await corpus.search('the harbour', { k: 40, mode: 'semantic' })).hits).toEqual(first);
    expect(
      (await corpus.search('the harbour', { k: 40, mode: 'semantic', exact: true })).hits,
    ).toEqual(first);
    expect((await corpus.search('the harbour', { k: 5, mode: 'semantic' })).hits).toEqual(
      first.slice(0, 5),
    );
  });

  it('the query is embedded as a query, with its prefix, not as a document', async () => {
    const asked: string[] = [];
    const embedder = countingEmbedder();
    const query = embedder.embedQuery;
    embedder.embedQuery = async (text) => {
      asked.push(text);
      return query(text);
    };
    const other = await openCorpus(':memory:', { embedder });
    await other.index([temporary({ 'a.md': 'A.\n' })]);
    await other.search('  what?  ');
    await other.close();
    expect(asked).toEqual(['  what?  ']);
    expect(embedder.inputs).toEqual(['A.']);
  });
});

describe('filters restrict before ranking', () => {
  it('the one file that is asked for is found, however far it is from the query', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [
        `near/${i}.md`,
        `The harbour at night, number ${i}.\n`,
      ]),
    );
    await indexed({ ...files, 'far/soup.md': 'Miso soup.\n' });
    const hits = (await corpus.search('harbour at night', { k: 3, paths: ['far/**'] })).hits;
    expect(hits.map(({ path }) => path)).toEqual(['far/soup.md']);
    const without = (await corpus.search('harbour at night', { k: 50, paths: ['!near/3*'] })).hits;
    expect(without).toHaveLength(30);
  });

  it('a glob that keeps nothing finds nothing', async () => {
    await indexed({ 'a.md': 'A.\n' });
    expect((await corpus.search('a', { paths: ['nowhere/**'] })).hits).toEqual([]);
  });

  it('--min-similarity leaves out what is below it, and nothing else', async () => {
    await indexed(MIXED);
    const all = (await corpus.search('the harbour', { k: 40, mode: 'semantic' })).hits;
    const border = all[7]?.similarity ?? 0;
    const some = (
      await corpus.search('the harbour', {
        k: 40,
        mode: 'semantic',
        minSimilarity: border,
      })
    ).hits;
    expect(some).toEqual(all.filter(({ similarity }) => (similarity ?? -1) >= border));
    expect(some.length).toBeGreaterThanOrEqual(8);
    expect(
      (await corpus.search('the harbour', { k: 40, mode: 'semantic', minSimilarity: -1 })).hits,
    ).toEqual(all);
    expect((await corpus.search('the harbour', { minSimilarity: 1 })).hits).toEqual([]);
  });
});

describe('no similarity is taken for an answer or for none', () => {
  it.each([
    ['all near: even what answers nothing has 0.8 and more', 3],
    ['all far: the answer itself has less than 0.1', -0.1],
  ])('%s', async (_, shared) => {
    // Models differ in what their texts have in common: a constant part of every vector does it.
    const embedder = countingEmbedder({}, (text, dimensions) => {
      const vector = hashingVector(text, dimensions);
      const sign = text.startsWith('?') && shared < 0 ? -1 : 1;
      return vector.map((value) => value * (shared < 0 ? 0.05 : 1) + (sign * Math.abs(shared)) / 2);
    });
    const other = await openCorpus(':memory:', { embedder });
    const files = Array.from({ length: 15 }, (_, i) => [`${i}.md`, `Text ${i}.\n`]);
    await other.index([temporary(Object.fromEntries(files))]);
    const hits = (await other.search('? nothing', { mode: 'semantic' })).hits;
    await other.close();
    expect(hits).toHaveLength(10);
    const nearest = hits[0]?.similarity ?? 0;
    if (shared > 0) expect(hits.at(-1)?.similarity).toBeGreaterThan(0.8);
    else expect(nearest).toBeLessThan(0.1);
  });
});

describe('what cannot be searched', () => {
  it.each([
    ['an empty query', ' \n', {}],
    ['k of 0', 'q', { k: 0 }],
    ['k that is no whole number', 'q', { k: 1.5 }],
    ['k that is no number', 'q', { k: Number.NaN }],
    ['a similarity above 1', 'q', { minSimilarity: 1.01 }],
    ['a similarity that is no number', 'q', { minSimilarity: Number.NaN }],
    ['an empty glob', 'q', { paths: [''] }],
  ])('%s is a usage error', async (_, query, options) => {
    await indexed({ 'a.md': 'A.\n' });
    await expect(corpus.search(query, options)).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('a corpus that was never indexed is an error that says how to fill it', async () => {
    await expect(corpus.search('a')).rejects.toMatchObject({
      code: 'CORPUS_EMPTY',
      remedy: { code: 'index-source' },
    });
  });

  it('a corpus whose sources hold nothing finds nothing', async () => {
    await indexed({ 'a.md': '' });
    expect((await corpus.search('a')).hits).toEqual([]);
  });
});

describe('passages like a given one', () => {
  const FILES: Files = {
    'tea.md': `# Tea\n\n## Green\n\nGreen tea is steamed.\n\n## Black\n\nBlack tea is oxidised.\n`,
    'tea2.md': '# More tea\n\nBlack tea is oxidised and dried.\n',
    'soup.md': '# Soup\n\nMiso soup with tofu, and tea.\n',
  };

  async function teas(): Promise<string> {
    const root = temporary(FILES);
    await corpus.index([root], { chunkSize: 32 });
    return root;
  }

  it('takes the passage at a line, which it leaves out itself', async () => {
    await teas();
    const hits = (await corpus.like({ path: 'tea.md', line: 9 })).hits;
    expect(hits[0]?.path).toBe('tea2.md');
    for (const { path, startLine, endLine } of hits) {
      expect(path === 'tea.md' && startLine <= 9 && 9 <= endLine).toBe(false);
    }
    expect(hits.map(({ rank }) => rank)).toEqual(hits.map((_, i) => i + 1));
  });

  it('a line between passages is the one before it; one behind the end is an error', async () => {
    await teas();
    expect((await corpus.like({ path: 'tea.md', line: 6 })).hits).toEqual(
      (await corpus.like({ path: 'tea.md', line: 5 })).hits,
    );
    await expect(corpus.like({ path: 'tea.md', line: 999 })).rejects.toMatchObject({
      code: 'DOCUMENT_NOT_FOUND',
      message: 'The document has no text on line 999: its last one is line 9.',
    });
  });

  it('takes a whole document, which it leaves out whole', async () => {
    await teas();
    const hits = (await corpus.like({ path: 'tea.md' })).hits;
    expect(hits.map(({ path }) => path)).toEqual(['tea2.md', 'soup.md']);
    expect((await corpus.like({ path: 'tea.md' }, { k: 1 })).hits).toHaveLength(1);
  });

  it('obeys k, paths and similarity as a search does', async () => {
    await teas();
    expect(
      (await corpus.like({ path: 'tea.md' }, { paths: ['soup.md'] })).hits.map(({ path }) => path),
    ).toEqual(['soup.md']);
    expect((await corpus.like({ path: 'tea.md' }, { minSimilarity: 1 })).hits).toEqual([]);
  });

  it('finds the same text in another file as nearest, with similarity 1', async () => {
    await indexed({ 'a.md': 'Same words.\n', 'b.md': 'Same words.\n', 'c.md': 'Others.\n' });
    expect((await corpus.like({ path: 'a.md' })).hits[0]).toMatchObject({
      path: 'b.md',
      similarity: 1,
      distance: 0,
    });
  });

  it.each([['nowhere.md'], ['ea.md'], ['docs/tea.md']])('%s is no document', async (path) => {
    await teas();
    await expect(corpus.like({ path })).rejects.toThrow(
      expect.objectContaining({ code: 'DOCUMENT_NOT_FOUND' }),
    );
  });

  it('a document without a vector is an error, not an empty list', async () => {
    await indexed({ 'a.md': '', 'b.md': 'B.\n' });
    await expect(corpus.like({ path: 'a.md' })).rejects.toThrow(
      expect.objectContaining({ code: 'DOCUMENT_NOT_FOUND' }),
    );
  });
});

describe('the path of a document', () => {
  /** Two sources with a file of the same name, opened in a folder of our choosing. */
  async function inFolder(cwd: string, sources: readonly string[]): Promise<Corpus> {
    const db = join(temporary(), 'corpus.db');
    const opened = await openCorpus(db, { embedder: builtin(), cwd });
    await opened.index(sources);
    return opened;
  }

  const tree: Files = {
    'one/x.md': 'Apples and pears.\n',
    'two/x.md': 'Ships and boats.\n',
    'three/pears.md': 'Pears and apples.\n',
    'three/boats.md': 'Boats and ships.\n',
  };
  const folders = (root: string): string[] =>
    ['one', 'two', 'three'].map((name) => join(root, name));

  it('on disk wins over the same path inside another source', async () => {
    const root = temporary(tree);
    for (const [folder, nearest] of [
      ['one', 'pears.md'],
      ['two', 'boats.md'],
    ] as const) {
      const opened = await inFolder(join(root, folder), folders(root));
      expect((await opened.like({ path: 'x.md' })).hits[0]?.path).toBe(nearest);
      expect((await opened.like({ path: join(root, folder, 'x.md') })).hits[0]?.path).toBe(nearest);
      await opened.close();
    }
  });

  it('that several sources have is an error that names them, not a guess', async () => {
    const root = temporary(tree);
    const opened = await inFolder(root, folders(root));
    await expect(opened.like({ path: 'x.md' })).rejects.toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringContaining(join(root, 'two/x.md')),
      }),
    );
    expect((await opened.like({ path: 'two/x.md' })).hits[0]?.path).toBe('boats.md');
    await opened.close();
  });

  it('is found whether it is typed in NFC or NFD', async () => {
    const nfd = 'ガイド.md'.normalize('NFD');
    await indexed({ [nfd]: 'Apples.\n', 'b.md': 'Apples.\n' });
    expect((await corpus.like({ path: 'ガイド.md'.normalize('NFC') })).hits[0]?.path).toBe('b.md');
    expect((await corpus.like({ path: 'b.md' })).hits[0]?.path).toBe(nfd);
  });

  it.each([
    ['in two forms at once', `${'ガ'.normalize('NFD')}${'ド'.normalize('NFC')}.md`],
    ['with a sign that has no form of its own', '\u212b.md'],
  ])('is found although it is stored %s', async (_, odd) => {
    await indexed({ [odd]: 'Apples.\n', 'b.md': 'Apples.\n' });
    for (const form of ['NFC', 'NFD']) {
      expect((await corpus.like({ path: odd.normalize(form) })).hits[0]?.path).toBe('b.md');
    }
  });

  it('as given wins over the same name in another form; in neither, both are meant', async () => {
    const [nfc, nfd] = [`ガド.md`.normalize('NFC'), `ガド.md`.normalize('NFD')];
    const mixed = `${'ガ'.normalize('NFD')}${'ド'.normalize('NFC')}.md`;
    await indexed({
      [nfc]: 'Apples.\n',
      [nfd]: 'Ships.\n',
      'a.md': 'Apples.\n',
      'b.md': 'Ships.\n',
    });
    expect((await corpus.like({ path: nfc })).hits[0]?.path).toBe('a.md');
    expect((await corpus.like({ path: nfd })).hits[0]?.path).toBe('b.md');
    await expect(corpus.like({ path: mixed })).rejects.toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    );
  });

  it('on disk is found below a folder in NFD that is typed in NFC', async () => {
    const root = temporary({
      [`${'ガ'.normalize('NFD')}/ド.md`.normalize('NFD')]: 'Apples.\n',
      'b.md': 'Apples.\n',
    });
    await corpus.index([join(root, 'ガ'.normalize('NFD')), join(root, 'b.md')]);
    expect(
      (await corpus.like({ path: join(root, 'ガ/ド.md'.normalize('NFC')) })).hits[0]?.path,
    ).toBe('b.md');
    expect((await corpus.like({ path: join(root, 'b.md') })).hits[0]?.path).toBe(
      'ド.md'.normalize('NFD'),
    );
  });
});

describe.runIf(process.platform !== 'win32')('a corpus that is opened through a link', () => {
  it('has the same sources: nothing is indexed twice', async () => {
    const root = temporary({ 'real/a.md': 'Apples.\n' });
    symlinkSync(join(root, 'real'), join(root, 'link'));
    for (const name of ['real', 'link']) {
      const opened = await openCorpus(join(root, name, 'corpus.db'), { embedder: builtin() });
      await opened.index([join(root, name)]);
      expect(await opened.status()).toMatchObject({
        documents: 1,
        sources: [{ path: join(root, 'real') }],
      });
      await opened.close();
    }
    expect(readFileSync(join(root, 'real', 'corpus.db')).length).toBeGreaterThan(0);
  });
});
