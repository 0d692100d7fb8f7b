/** A corpus that was copied while it was written: without its -wal it is an earlier state, and whole. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { Corpus } from '../../../src/service/corpus.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { countingEmbedder, findBroken, logicalDump, sampleDocument } from '../../helpers/corpus.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';
import { codesFound, sampleCorpus } from './sample.ts';

const temporary = temporaryFolders();
let root: string;
let path: string;

beforeEach(async () => {
  ({ root, path } = await sampleCorpus(temporary, 5));
});

/** Does something with the corpus while a writer has it open that has changed it. */
async function whileWritten(work: () => void): Promise<void> {
  const writer = await openCorpus(path, { embedder: countingEmbedder() });
  plant(root, { '1.md': sampleDocument(11), '9.md': sampleDocument(9) });
  await writer.index();
  work();
  await writer.close();
}

async function findings(copy: string): Promise<readonly string[]> {
  const corpus: Corpus = await openCorpus(copy, { embedder: countingEmbedder(), readOnly: true });
  expect((await corpus.search('harbour')).hits).not.toHaveLength(0);
  await corpus.close();
  return codesFound(copy);
}

it('without its -wal: the state before, with nothing wrong', async () => {
  const before = logicalDump(path);
  const copy = join(temporary(), 'copy.db');
  await whileWritten(() => copyFileSync(path, copy));
  expect(await findings(copy)).toEqual([]);
  expect(logicalDump(copy)).toEqual(before);
});

it('with its -wal: the state at that time', async () => {
  const copy = join(temporary(), 'copy.db');
  await whileWritten(() => {
    copyFileSync(path, copy);
    copyFileSync(`${path}-wal`, `${copy}-wal`);
  });
  expect(await findings(copy)).toEqual([]);
  expect(logicalDump(copy)).toEqual(logicalDump(path));
});

it('beside a -wal of another time, which is left alone', async () => {
  const copy = join(temporary(), 'copy.db');
  await whileWritten(() => copyFileSync(`${path}-wal`, `${copy}-wal`));
  copyFileSync(path, copy);
  expect(await findings(copy)).toEqual([]);
  expect(logicalDump(copy)).toEqual(logicalDump(path));
  expect(findBroken(copy)).toEqual([]);
});
