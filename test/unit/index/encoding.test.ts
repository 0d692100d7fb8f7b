/** A source whose files are in an encoding that cannot be recognised. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { countingEmbedder, findBroken, rows, runIndex } from '../../helpers/corpus.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';
import { encoder } from '../files/encode.ts';

const temporary = temporaryFolders();
const TEXT = 'Протокол заседания от вторника.';
let db: string;
let root: string;
beforeEach(() => {
  db = join(temporary(), 'c.db');
  root = temporary({ 'utf8.md': 'Grüße aus Wien.\n', 'sub/ascii.md': 'Plain.\n' });
  writeFileSync(join(root, 'old.txt'), encoder('windows-1251')(TEXT));
});

const index = (sources: readonly string[], options: object = {}) =>
  runIndex(db, countingEmbedder(), sources, options);

const stored = (): unknown =>
  Object.fromEntries(
    rows(
      db,
      `SELECT document.path, document.encoding, text FROM chunk
       JOIN document ON document.id = document_id ORDER BY path`,
    ).map(({ path, encoding, text }) => [path, `${encoding}: ${text}`]),
  );

const UTF8 = { 'sub/ascii.md': 'utf-8: Plain.', 'utf8.md': 'utf-8: Grüße aus Wien.' };
const encodings = (): unknown[] =>
  rows(db, 'SELECT encoding FROM source').map((row) => row['encoding']);

describe('the encoding of a source', () => {
  it('is used for what is not certain by itself, kept with the source, and cleared by auto', async () => {
    const first = await index([root]);
    expect(first.skipCounts).toEqual({ encoding: 1 });
    expect(stored()).toEqual(UTF8);

    const declared = await index([root], { encoding: 'CP1251' });
    expect(declared.skipCounts).toEqual({});
    expect(declared.documents).toMatchObject({ read: 3, added: 1, updated: 2 });
    // What says the same keeps its vector.
    expect(declared.inputs).toMatchObject({ embedded: 1, reused: 2 });
    expect(stored()).toEqual({ ...UTF8, 'old.txt': `windows-1251: ${TEXT}` });
    expect(encodings()).toEqual(['windows-1251']);

    expect((await index([])).documents).toMatchObject({ read: 0, unchanged: 3 });
    expect((await index([root])).documents).toMatchObject({ read: 0, unchanged: 3 });
    const other = await index([root], { encoding: 'koi8-r' });
    expect(other.documents).toMatchObject({ updated: 3 });
    expect(stored()).toMatchObject({ 'old.txt': expect.stringMatching(/^koi8-r: (?!Протокол)/) });

    const auto = await index([root], { encoding: 'auto' });
    expect(auto).toMatchObject({ skipCounts: { encoding: 1 }, documents: { removed: 1 } });
    expect(stored()).toEqual(UTF8);
    expect(encodings()).toEqual([null]);
    expect(findBroken(db)).toEqual([]);
  });

  it('stays when rules are given, and rules stay when it is given', async () => {
    await index([root], { encoding: 'windows-1251', exclude: ['sub'] });
    await index([root], { encoding: 'windows-1251' });
    expect(Object.keys(stored() as object)).toEqual(['old.txt', 'utf8.md']);
    await index([root], { exclude: ['utf8.md'] });
    expect(stored()).toEqual({
      'old.txt': `windows-1251: ${TEXT}`,
      'sub/ascii.md': UTF8['sub/ascii.md'],
    });
    const corpus = await openCorpus(db, { embedder: countingEmbedder(), cwd: root });
    await corpus.remove(join(root, 'sub'));
    expect((await corpus.status()).sources).toMatchObject([{ encoding: 'windows-1251' }]);
    await corpus.close();
  });

  it('a folder inside with one of its own is a source of its own', async () => {
    plant(root, { 'sub/plain.md': 'x\n' });
    writeFileSync(join(root, 'sub', 'old.txt'), encoder('koi8-r')(TEXT));
    await index([root], { encoding: 'windows-1251' });
    await index([join(root, 'sub')], { encoding: 'koi8-r' });
    expect(encodings()).toEqual(['windows-1251', 'koi8-r']);
    const texts = rows(db, 'SELECT text FROM passage WHERE path = ?', 'old.txt');
    expect(texts.map(({ text }) => text)).toEqual([TEXT, TEXT]);
    // One made by rules alone begins with the encoding around it.
    await index([join(root, '*.txt')], { encoding: 'windows-1251' });
    expect((await index([])).documents).toMatchObject({ read: 0 });
  });

  it('the same bytes under two encodings are two documents, moved or not', async () => {
    const other = temporary();
    writeFileSync(join(other, 'copy.txt'), encoder('windows-1251')(TEXT));
    await index([root], { encoding: 'windows-1251' });
    await index([other], { encoding: 'koi8-r' });
    const read = rows(db, "SELECT text FROM passage WHERE path LIKE '%.txt' ORDER BY path");
    expect(read[0]?.['text']).not.toBe(read[1]?.['text']);
  });

  it('that does not exist is an error that names those which do, before anything is written', async () => {
    await index([root]);
    for (const encoding of ['klingon', '', 'utf-7']) {
      await expect(index([root], { encoding })).rejects.toMatchObject({
        ...{ code: 'USAGE', message: expect.stringMatching(/auto or one of .*shift_jis.*euc-kr/) },
        remedy: { code: 'options', options: ['encoding'] },
      });
    }
    await expect(index([], { encoding: 'koi8-r' })).rejects.toMatchObject({ code: 'USAGE' });
    expect(encodings()).toEqual([null]);
  });

  it('of an unchanged corpus is looked for by a dry run, which changes nothing', async () => {
    await index([root]);
    const dry = await index([root], { encoding: 'windows-1251', dryRun: true });
    expect(dry.documents).toMatchObject({ added: 1 });
    expect(encodings()).toEqual([null]);
  });
});
