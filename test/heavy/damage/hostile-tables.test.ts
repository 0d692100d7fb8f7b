/**
 * Derived tables as a corpus from elsewhere may have them: what umekomi did not make under their names is
 * never read or run. Searches go without; the next run makes the tables anew.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import { beforeEach, describe, expect, it } from 'vitest';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import {
  countingEmbedder,
  logicalDump,
  rows,
  runIndex,
  sampleDocument,
} from '../../helpers/corpus.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';
import { codesFound, sampleCorpus } from './sample.ts';

const temporary = temporaryFolders();
let root: string;
let path: string;

beforeEach(async () => {
  ({ root, path } = await sampleCorpus(temporary, 4));
});

/** Rows without end: whoever reads them never comes back. */
const ENDLESS = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)';

const HOSTILE: Readonly<Record<string, string>> = {
  'a view in the place of posting lists': `DROP TABLE words_block;
    CREATE VIEW words_block AS ${ENDLESS}
    SELECT 1 AS segment, 'a' AS term, i AS first, 1 AS count, x'00' AS data FROM n`,
  'a view in the place of fresh words': `DROP TABLE words_fresh;
    CREATE VIEW words_fresh AS ${ENDLESS}
    SELECT i AS chunk_id, 1 AS length, 'a' AS terms, x'01' AS frequencies FROM n`,
  'an index that computes on a table of words':
    'CREATE INDEX slow ON words_segment (hex(zeroblob(100000000 + id))) WHERE id > 1000',
  'a trigger on a table of words':
    'CREATE TRIGGER t AFTER INSERT ON words_fresh BEGIN DELETE FROM document; END',
  'a view in the place of the codes': `DROP TABLE vector_codes;
    CREATE VIEW vector_codes AS ${ENDLESS} SELECT i AS segment, 1 AS size, x'' AS codes FROM n`,
  'a view in the place of deleted vectors': `DROP TABLE vector_gone;
    CREATE VIEW vector_gone AS ${ENDLESS} SELECT i AS id, 1 AS before FROM n`,
  'a trigger on the codes':
    'CREATE TRIGGER t AFTER INSERT ON vector_codes BEGIN DELETE FROM document; END',
  'a view in the place of sign bits of an earlier version': `INSERT INTO meta VALUES ('embedding_bits', '{}');
    CREATE VIEW embedding_bits AS ${ENDLESS} SELECT i AS rowid, x'00' AS bits FROM n`,
};

/** What a corpus declares that is derived from vectors. */
function declarations(corpus: string): Record<string, unknown>[] {
  return rows(
    corpus,
    `SELECT type, name, sql FROM sqlite_schema
     WHERE tbl_name LIKE 'vector_%' OR tbl_name LIKE 'embedding_bits%' ORDER BY type, name`,
  );
}

function change(sql: string): void {
  const db = new Database(path);
  sqliteVec.load(db);
  db.unsafeMode(true);
  db.exec(sql);
  db.close();
}

describe.each(Object.entries(HOSTILE))('%s', (_, sql) => {
  it('is not touched by searches, and made anew by the next run', async () => {
    change(sql);
    const corpus = await openCorpus(path, { embedder: countingEmbedder(), readOnly: true });
    expect((await corpus.search('harbour', { mode: 'semantic' })).hits).not.toHaveLength(0);
    expect((await corpus.search('harbour lantern')).hits).not.toHaveLength(0);
    await corpus.close();
    plant(root, { 'new.md': sampleDocument(8) });
    await runIndex(path, countingEmbedder());
    const after = await openCorpus(path, { embedder: countingEmbedder(), readOnly: true });
    expect((await after.search('harbour', { mode: 'lexical' })).hits).not.toHaveLength(0);
    await after.close();
    expect(await codesFound(path)).toEqual([]);
    const fresh = join(temporary(), 'fresh.db');
    await runIndex(fresh, countingEmbedder(), [root]);
    expect(logicalDump(path)).toEqual(logicalDump(fresh));
    expect(declarations(path)).toEqual(declarations(fresh));
  });
});
