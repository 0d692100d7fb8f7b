/** Quick or patient, a disk says the same. */
import { constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AdaptiveDisk, createAdaptiveDisk } from '../../../src/files/adaptive-disk.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'umekomi-disk-'));
  file = join(folder, 'a.md');
  writeFileSync(file, 'text of a file');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Every look at this clock takes so long. */
const ticking = (milliseconds: number): (() => number) => {
  let now = 0;
  return () => (now += milliseconds);
};

async function contentOf(disk: AdaptiveDisk): Promise<string> {
  const handle = await disk.open(file, constants.O_RDONLY);
  try {
    const { size } = await handle.stat({ bigint: true });
    const buffer = Buffer.alloc(Number(size) + 10);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Whether a question is answered before the event loop turns. */
async function isImmediate(question: Promise<unknown>): Promise<boolean> {
  const turn = new Promise((resolve) => setImmediate(() => resolve('turn')));
  return (await Promise.race([question.then(() => 'answer'), turn])) === 'answer';
}

describe.each([
  ['quick', 0.01],
  ['slow', 30],
])('a disk that is %s', (kind, milliseconds) => {
  it('tells size, time and content', async () => {
    const disk = createAdaptiveDisk(ticking(milliseconds));
    for (let round = 0; round < 3; round += 1) {
      expect((await disk.lstat(file)).size).toBe(14n);
      expect(await contentOf(disk)).toBe('text of a file');
    }
    await expect(disk.lstat(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
    const missing = disk.open(join(folder, 'none'), constants.O_RDONLY);
    await expect(missing).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it(`is ${kind === 'quick' ? 'asked at once' : 'not waited for'}`, async () => {
    const disk = createAdaptiveDisk(ticking(milliseconds));
    await disk.lstat(file);
    expect(await isImmediate(disk.lstat(file))).toBe(kind === 'quick');
  });
});
