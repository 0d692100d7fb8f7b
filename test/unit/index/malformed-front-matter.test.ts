/** Front matter that is not valid: used as far as it goes, told by the run that reads it, remembered. */
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { countingEmbedder, runIndex, value } from '../../helpers/corpus.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();

const FAULTY = '---\ntags: ops\ntitle: Retro: outage\n---\n\nThe disk filled up.\n';

async function statusOf(db: string): Promise<unknown> {
  const corpus = await openCorpus(db, { embedder: countingEmbedder(), readOnly: true });
  const { malformedFrontMatter } = await corpus.status();
  await corpus.close();
  return malformedFrontMatter;
}

describe('a document whose front matter is not valid', () => {
  it('is found by what could be read, and told by the run that reads it; status remembers it', async () => {
    const root = temporary({ 'a.md': FAULTY, 'b.md': '# Fine\n\nText.\n' });
    const db = join(temporary(), 'c.db');
    const told = { count: 1, places: [{ source: root, path: 'a.md', line: 3 }] };
    const first = await runIndex(db, countingEmbedder(), [root]);
    expect(first.malformedFrontMatter).toEqual(told);
    expect(first.failures).toEqual([]);
    const corpus = await openCorpus(db, { embedder: countingEmbedder() });
    const { hits } = await corpus.search('disk', { where: ['tags=ops'] });
    expect(hits.map(({ title }) => title)).toEqual(['Retro: outage']);
    await corpus.close();

    const second = await runIndex(db, countingEmbedder());
    expect(second.malformedFrontMatter).toEqual({ count: 0, places: [] });
    expect(await statusOf(db)).toEqual(told);

    plant(root, { 'a.md': FAULTY.replace('Retro: outage', '"Retro: outage"') });
    await runIndex(db, countingEmbedder());
    expect(await statusOf(db)).toEqual({ count: 0, places: [] });
  });

  it('is told by a rebuild that cuts it again and by a dry run, and goes on being known under another name', async () => {
    const root = temporary({ 'a.md': FAULTY });
    const db = join(temporary(), 'c.db');
    await runIndex(db, countingEmbedder(), [root]);
    plant(root, { 'b.md': FAULTY.replace('disk', 'tape') });
    const dry = await runIndex(db, countingEmbedder(), [], { dryRun: true });
    expect(dry.malformedFrontMatter.places.map(({ path }) => path)).toEqual(['b.md']);
    expect(value(db, 'SELECT count(*) FROM document')).toBe(1);
    rmSync(join(root, 'b.md'));
    const other = countingEmbedder({ model: 'other' });
    const rebuilt = await runIndex(db, other, [], { rebuild: true, chunkSize: 64 });
    const told = { count: 1, places: [{ source: root, path: 'a.md', line: 3 }] };
    expect(rebuilt.malformedFrontMatter).toEqual(told);
    renameSync(join(root, 'a.md'), join(root, 'z.md'));
    expect((await runIndex(db, other)).documents).toMatchObject({ moved: 1 });
    const moved = { count: 1, places: [{ source: root, path: 'z.md', line: 3 }] };
    expect(await statusOf(db)).toEqual(moved);
  });
});
