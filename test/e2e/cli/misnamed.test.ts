/** What was named is not what is needed: the message says what is there, and what to give. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../helpers/sandbox.ts';

let box: Sandbox;
beforeEach(async () => {
  box = createSandbox();
  box.write('notes/a.md', '# Lantern\n');
  await box.umekomi(['index', 'notes', '--model', 'builtin']);
  box.write('notes/img.png', '');
  box.write('other/x.md', '# X\n');
});
afterEach(() => box.remove());

it.each([
  [['like', 'nope.md'], 'The corpus has no document nope.md. umekomi ls lists'],
  [['get', 'notes'], 'notes is a folder, and no document. umekomi ls lists'],
  [['like', 'notes/img.png:3'], 'notes/img.png is on disk, and not in the corpus. Bring it up'],
  [['get', 'other/x.md'], 'other/x.md is on disk, and not in the corpus. Name what to index'],
  [
    ['search', 'lantern', '--model', 'bge-m3'],
    'built with builtin/lexical-2, not with bge-m3. Leave --model out, or embed everything anew with: umekomi index --rebuild --model bge-m3 [SPACE_MISMATCH]',
  ],
  [
    ['index', '--model', 'builtin/lexical-1'],
    'Embed everything anew with: umekomi index --rebuild --model builtin/lexical-1 [SPACE_MISMATCH]',
  ],
])('%j', async (args, message) => {
  const { code, stdout, stderr } = await box.umekomi(args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

it.each([
  ['that holds a corpus', '.', '.umekomi/corpus.db'],
  ['that holds none', 'notes', 'notes/corpus.db'],
])('a folder as --db %s: the file is named', async (_, folder, file) => {
  for (const command of [['search', 'x'], ['index', 'notes'], ['status'], ['optimize']]) {
    const { code, stderr } = await box.umekomi([...command, '--db', folder]);
    expect(code).toBe(2);
    expect(stderr).toContain(
      `is a folder; a corpus is a file. Name the file itself: --db ${join(box.folder, file)}`,
    );
  }
});

it('a word with - outside of quotes: how it is given; a flag that does not exist is only that', async () => {
  const hint = "quote the whole query: umekomi search 'this -notthis'";
  for (const typed of ['-pier', '-"on the pier"', '-埠頭']) {
    const { code, stderr } = await box.umekomi(['search', 'lantern', typed]);
    expect([code, stderr.includes(hint)], typed).toEqual([2, true]);
  }
  for (const args of [
    ['search', 'x', '--nope'],
    ['search', 'x', '-n'],
    ['search', 'x', '-5'],
    ['like', 'x', '-pier'],
  ]) {
    const { code, stderr } = await box.umekomi(args);
    expect([code, stderr.includes(hint)], args.join(' ')).toEqual([2, false]);
  }
  box.write('notes/b.md', '# Lantern\n\nOn the pier.\n');
  await box.umekomi(['index']);
  const { stdout } = await box.umekomi(['search', 'lantern -pier', '--files']);
  expect(stdout).toBe('notes/a.md\n');
});
