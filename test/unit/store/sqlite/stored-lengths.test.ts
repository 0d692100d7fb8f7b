import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openCorpus } from '../../../../src/service/open-corpus.ts';
import { countingEmbedder, runIndex } from '../../../helpers/corpus.ts';
import { temporaryFolders } from '../../../helpers/temp.ts';

const temporary = temporaryFolders();

/** SQL for a text of so many bytes. */
const long = (bytes: number): string => `replace(hex(zeroblob(${bytes / 2})), '0', 'x')`;

/** A corpus whose rows someone has changed. */
async function crafted(sql: string): Promise<string> {
  const folder = temporary({ 'docs/a.md': '# A\n\nlantern\n', 'docs/b.md': '# B\n\nlantern\n' });
  const path = join(folder, 'c.db');
  await runIndex(path, countingEmbedder(), [join(folder, 'docs')]);
  const db = new Database(path);
  db.exec(sql);
  db.close();
  return path;
}

describe('a value that is longer than any that is indexed', () => {
  it.each([
    ['a text', `UPDATE chunk SET text = ${long(18_000_000)} WHERE id = 1`],
    ['a list of headings', `UPDATE chunk SET headings = '["' || ${long(300_000)} || '"]'`],
    ['a path', `UPDATE document SET path = id || ${long(80_000)}`],
    ['texts that are too long together', `UPDATE chunk SET text = ${long(14_000_000)}`],
  ])('is not read by a search: %s', async (_, sql) => {
    const corpus = await openCorpus(await crafted(sql), { embedder: countingEmbedder() });
    await expect(corpus.search('lantern', { mode: 'lexical' })).rejects.toMatchObject({
      ...{ code: 'CORPUS_DAMAGED', remedy: { code: 'doctor' } },
    });
    await corpus.close();
  });

  it('is no title, as if there were none, and damage to the doctor where it was embedded', async () => {
    const sql = `UPDATE document SET title = ${long(300_000)}; UPDATE chunk SET context = ${long(300_000)}`;
    const path = await crafted(sql);
    const corpus = await openCorpus(path, { embedder: countingEmbedder() });
    const { hits } = await corpus.search('lantern', { mode: 'lexical' });
    expect(hits.map(({ title }) => title)).toEqual(['a.md', 'b.md']);
    const { checks } = await corpus.examine();
    const found = checks.flatMap(({ findings }) => findings.map(({ code }) => code));
    expect(found).toContain('DOCUMENTS_DAMAGED');
    await corpus.close();
  });
});
