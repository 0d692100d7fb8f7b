/** A sound file is never set aside because one reading of it failed. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { openContext, salvageCorpus } from '../../../src/service/open-corpus.ts';
import { type DoctorContext, doctor } from '../../../src/service/operations/doctor.ts';
import { countingEmbedder, runIndex, sampleDocument, value } from '../../helpers/corpus.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const folderOf = temporaryFolders();
let path: string;
let sound: Buffer;
let damaged: Buffer;
beforeEach(async () => {
  const folder = folderOf();
  plant(folder, { 'docs/a.md': sampleDocument(1), 'docs/b.md': sampleDocument(2) });
  path = join(folder, 'corpus.db');
  await runIndex(path, countingEmbedder(), [join(folder, 'docs')]);
  sound = readFileSync(path);
  const page = Number(
    value(path, "SELECT min(pageno) FROM dbstat WHERE name = 'chunk' AND pagetype = 'leaf'"),
  );
  damaged = Buffer.from(sound);
  damaged.fill(0xff, (page - 1) * 32_768, page * 32_768);
});

/** Puts other bytes in the file's place before each opening, as a disk that reads wrongly would. */
function readingAs(...bytes: readonly Buffer[]): DoctorContext {
  let opened = 0;
  return {
    path,
    open: async ({ readOnly }) => {
      writeFileSync(path, bytes[Math.min(opened, bytes.length - 1)] ?? sound);
      opened += 1;
      return openContext(path, { readOnly, embedder: countingEmbedder() });
    },
    salvage: () => salvageCorpus(path),
  };
}

it('what is damaged once and sound again stays where it is, and that is told', async () => {
  const report = await doctor.run(readingAs(damaged, sound), { repair: true });
  expect(new Set(report.unconfirmed.map(({ code }) => code))).toEqual(new Set(['FILE_DAMAGED']));
  expect(report).toMatchObject({ salvaged: null, mended: [] });
  expect(report.checks.flatMap(({ findings }) => findings)).toEqual([]);
  expect(existsSync(`${path}.damaged`)).toBe(false);
  expect(readFileSync(path).equals(sound)).toBe(true);
});

it('what is damaged in both readings is set aside, and its vectors are saved', async () => {
  const report = await doctor.run(readingAs(damaged, damaged), { repair: true, offline: true });
  expect(report.unconfirmed).toEqual([]);
  expect(report.salvaged).toMatchObject({ setAside: `${path}.damaged` });
  expect(readFileSync(`${path}.damaged`).equals(damaged)).toBe(true);
});

it('without repair the file is read once and nothing is told as unconfirmed', async () => {
  const report = await doctor.run(readingAs(damaged, sound), { offline: true });
  expect(report).toMatchObject({ unconfirmed: [], mended: [], salvaged: null });
  expect(report.checks.flatMap(({ findings }) => findings)).not.toEqual([]);
});
