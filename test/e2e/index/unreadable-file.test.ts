/** A file that may not be read: the run goes on, says so, and its exit code does. */
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const BIN = resolve('dist/cli/bin.cjs');
const temporary = temporaryFolders();

/** Permissions do not bind root: root's runs are made as nobody. */
const identity = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** False on Windows, and where nobody may not read the checkout. */
const canTest =
  process.platform !== 'win32' &&
  spawnSync(process.execPath, ['-e', `require('fs').accessSync(${JSON.stringify(BIN)})`], identity)
    .status === 0;

function umekomi(folder: string, ...args: string[]): { status: number | null; stderr: string } {
  const env = { PATH: process.env['PATH'], HOME: folder, XDG_CONFIG_HOME: folder };
  const { status, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    ...{ ...identity, cwd: folder, env, encoding: 'utf8' },
  });
  return { status, stderr };
}

describe.runIf(canTest)('an unreadable file', () => {
  it('neither aborts the run nor passes silently: exit code 4, and its stored text is kept', () => {
    const folder = temporary({ 'docs/a.md': 'Apples.\n', 'docs/b.md': 'Bananas.\n' });
    for (const open of [folder, join(folder, 'docs')]) chmodSync(open, 0o777);
    expect(umekomi(folder, 'index', 'docs', '--model', 'builtin')).toMatchObject({ status: 0 });
    chmodSync(join(folder, 'docs', 'b.md'), 0);
    plant(folder, { 'docs/a.md': 'Cherries.\n' });
    const { status, stderr } = umekomi(folder, 'index');
    expect(status).toBe(4);
    expect(stderr).toMatch(/^documents {2}1 updated/m);
    expect(stderr).toMatch(/^skipped {4}1 unreadable/m);
    expect(stderr).toMatch(/^unseen {5}1 place could not be looked at.*\n.*b\.md$/m);
    for (const word of ['Cherries', 'Bananas']) {
      const found = umekomi(folder, 'search', word, '--mode', 'lexical');
      expect([word, found.status]).toEqual([word, 0]);
    }
    chmodSync(join(folder, 'docs', 'b.md'), 0o644);
    expect(umekomi(folder, 'index')).toMatchObject({ status: 0 });
  });
});
