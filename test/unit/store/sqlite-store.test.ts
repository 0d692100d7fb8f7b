import { join } from 'node:path';
import { openSqliteStore } from '../../../src/store/sqlite/open-store.ts';
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
