/**
 * The tables of words as a corpus from elsewhere may have them: whatever is in them, a search by words
 * gives an answer or says that the file is damaged, and the next writer is not stopped by them for ever.
 */
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { CorpusError } from '../../../../src/model/errors.ts';
import { documentWriter } from '../../../../src/store/sqlite/document-writer.ts';
import { asCorpusError } from '../../../../src/store/sqlite/sqlite-errors.ts';
import { wordsState } from '../../../../src/store/sqlite/words/examine.ts';
import { maintainWords } from '../../../../src/store/sqlite/words/maintain.ts';
import { prepareWords } from '../../../../src/store/sqlite/words/state.ts';
import { openConnection } from '../../../helpers/connection.ts';
import { seeded } from '../../../unit/store/sqlite/filled.ts';
import { addSource, find, idOf, store } from '../../../unit/store/sqlite/words/words-corpus.ts';

const ROUNDS = 12;
const QUERIES = ['the1 topic7', '東京都の猫', 'topic', '猫', '"topic3 again" the2', 'only77'];

let original: Buffer;

/** Two segments with rows that have gone, and fresh passages. */
beforeAll(() => {
  const file = openConnection(':memory:', 'memory', 0);
  const { db } = file;
  addSource(db);
  prepareWords(db);
  const textOf = (i: number): string =>
    `the${i % 3} topic${i % 30} only${i} ${'again '.repeat(1 + (i % 9))} 東京都の猫${i % 9}`;
  const write = (part: number, size: number) => {
    const texts = Array.from({ length: size }, (_, i) => textOf(part * 200 + i));
    store(db, ...texts.map((text, i) => ({ path: `${part}/${i}.md`, chunks: [text] })));
  };
  write(0, 1500);
  maintainWords(db);
  write(1, 200);
  maintainWords(db);
  write(2, 50);
  const documents = documentWriter(db);
  db.transaction(() => {
    for (let i = 0; i < 200; i += 3) documents.remove(idOf(db, `1/${i}.md`));
  })();
  expect(db.prepare('SELECT count(*) FROM words_segment').pluck().get()).toBe(2);
  expect(wordsState(db)).toBe('right');
  original = db.serialize();
  file.close();
});

/** A corpus in memory that someone has changed. */
function changed(change: (db: Database.Database) => void): Database.Database {
  const db = new Database(original);
  db.unsafeMode(true);
  change(db);
  return db;
}

/** @returns what was thrown, as people see it; null if nothing was */
function failureOf(work: () => void): CorpusError | null {
  try {
    work();
    return null;
  } catch (thrown) {
    const error = asCorpusError(thrown, 'corpus.db');
    if (!(error instanceof CorpusError)) throw thrown;
    expect(error.code).toBe('CORPUS_DAMAGED');
    return error;
  }
}

function search(db: Database.Database): void {
  for (const query of QUERIES) {
    for (const documentIds of [null, [1, 2, 3, 250]]) {
      failureOf(() => {
        const matches = find(db, query, { documentIds });
        expect(matches.length).toBeLessThanOrEqual(10);
        expect(new Set(matches.map(({ id }) => id)).size).toBe(matches.length);
      });
    }
  }
}

type Damage = (db: Database.Database, random: () => number) => void;

const BLOBS = [
  ['words_block', 'data', 'segment || term || first'],
  ['words_length', 'codes', 'id'],
  ['words_fresh', 'frequencies', 'chunk_id'],
] as const;

/** Changes the BLOBs of some rows. */
function changeBlobs(change: (blob: Buffer, random: () => number) => Buffer): Damage {
  return (db, random) => {
    const [table, column, key] = BLOBS[pick(random, BLOBS.length)] ?? BLOBS[0];
    const rows = db.prepare<[], { key: unknown; blob: Buffer }>(
      `SELECT ${key} AS key, ${column} AS blob FROM ${table}`,
    );
    const update = db.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`);
    for (const row of rows.all()) {
      if (random() < 0.02) update.run(change(row.blob, random), row.key);
    }
  };
}

function pick(random: () => number, below: number): number {
  return Math.floor(random() * below);
}

const DAMAGES: Readonly<Record<string, Damage>> = {
  'other bytes': changeBlobs((blob, random) => {
    for (let i = 0; i < 1 + 8 * random() && blob.length > 0; i++) {
      blob[pick(random, blob.length)] = pick(random, 256);
    }
    return blob;
  }),
  'parts of 255': changeBlobs((blob, random) =>
    blob.fill(255, pick(random, blob.length), pick(random, blob.length) + 1),
  ),
  'cut off': changeBlobs((blob, random) => blob.subarray(0, pick(random, blob.length))),
  longer: changeBlobs((blob, random) =>
    Buffer.concat([blob, Buffer.alloc(pick(random, 9000), pick(random, 256))]),
  ),
  'empty ones': changeBlobs(() => Buffer.alloc(0)),
  'rows that are gone': (db, random) => {
    const table = ['block', 'length', 'fresh', 'segment'][pick(random, 4)];
    db.exec(`DELETE FROM words_${table} WHERE abs(random()) % 100 < ${pick(random, 101)}`);
  },
  'other numbers': (db, random) => {
    const numbers = ['-1', '0', '1', '1024', '4294967296', '9007199254740993'];
    const number = numbers[pick(random, numbers.length)];
    const column = ['words_block SET first', 'words_block SET count', 'words_segment SET live'];
    db.exec(`UPDATE OR IGNORE ${column[pick(random, 3)]} = ${number}`);
  },
  'ids of segments and pages': (db, random) => {
    const number = [-5, 0, 77, 2 ** 40][pick(random, 4)];
    db.exec(`UPDATE words_segment SET id = ${number} WHERE id = 1;
      UPDATE words_length SET id = id + ${number}`);
  },
  'fresh passages that cannot be': (db, random) => {
    const id = [-7, 2 ** 26, 2 ** 31, 2 ** 52][pick(random, 4)];
    db.exec(`INSERT INTO words_fresh VALUES (${id}, 5, 'the1 topic7', x'0101');
      UPDATE words_fresh SET length = -1 WHERE chunk_id % 7 = ${pick(random, 9)}`);
  },
};

describe.each(Object.entries(DAMAGES))('tables of words with damage: %s', (name, damage) => {
  it('give an answer, or an error that says so; the doctor sees it', () => {
    const random = seeded(name.length * 7919);
    for (let round = 0; round < ROUNDS; round++) {
      const db = changed((one) => damage(one, random));
      search(db);
      expect(['right', 'wrong']).toContain(wordsState(db));
      failureOf(() => maintainWords(db));
      db.close();
    }
  });
});
