import { copyFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../../src/store/sqlite/open-store.ts';
import { beginRun, FOLDER } from '../../contracts/store/content.ts';
import { describeStore } from '../../contracts/store.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const folder = temporaryFolders();
const options = { now: () => 1_700_000_000_000, owner: 'a test', patience: 0 };

describeStore('a corpus in memory', () =>
  openSqliteStore(':memory:', { ...options, mode: 'memory' }),
);

describeStore('a corpus file', () =>
  openSqliteStore(join(folder(), 'corpus.db'), { ...options, mode: 'write' }),
);

describe('sources outside of the folder of a corpus file', () => {
  const inside = (path: string) => ({ ...FOLDER, path: join(path, 'docs') });

  it('are read if this run or an earlier one has named them, or something in them', async () => {
    const home = folder();
    const path = join(home, 'corpus.db');
    const store = await openSqliteStore(path, { ...options, mode: 'write' });
    await beginRun(store, { sources: [FOLDER, inside(home)] });
    const paths = [FOLDER.path, join(home, 'docs')];
    expect(await store.unconfirmed(paths, [])).toEqual([FOLDER.path]);
    expect(await store.unconfirmed(paths, [join(FOLDER.path, 'part')])).toEqual([]);
    expect(await store.unconfirmed(paths, ['/elsewhere'])).toEqual([FOLDER.path]);
    await beginRun(store, { named: [FOLDER.path] });
    expect(await store.unconfirmed(paths, [])).toEqual([]);
    await store.close();
    copyFileSync(path, join(home, 'copy.db'));
    const copy = await openSqliteStore(join(home, 'copy.db'), { ...options, mode: 'read' });
    expect(await copy.unconfirmed(paths, [])).toEqual([FOLDER.path]);
    await copy.close();
  });

  it('are refused if they say that they are inside', async () => {
    const home = folder();
    symlinkSync(tmpdir(), join(home, 'docs'));
    const store = await openSqliteStore(join(home, 'corpus.db'), { ...options, mode: 'write' });
    await beginRun(store, { sources: [inside(home)] });
    await expect(store.unconfirmed([join(home, 'docs')], [])).rejects.toMatchObject({
      code: 'CORPUS_DAMAGED',
    });
    await store.close();
  });
});
