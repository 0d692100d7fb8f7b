/**
 * The tables of FTS5 as a corpus from elsewhere may have them: whatever is in them, a search by words
 * gives an answer or says that the file is damaged.
 */
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { CorpusError } from '../../../src/errors.ts';
import { documentStore } from '../../../src/storage/documents.ts';
import { readSegments } from '../../../src/storage/fts5-segments.ts';
import { prepareLexical } from '../../../src/storage/lexical.ts';
import { openCorpusFile } from '../../../src/storage/open.ts';
import { asCorpusError } from '../../../src/storage/sqlite-errors.ts';
import { seeded } from './filled.ts';
import { addSource, find, idOf, store } from './lexical-corpus.ts';

const ROUNDS = 400;
const QUERIES = ['the1 topic7', '東京都の猫', 'topic', '猫', '"topic3 again" the2', 'only77'];

let original: Buffer;

/** Several segments with deleted rows, lists over many pages, positions that spill over. */
beforeAll(() => {
  const file = openCorpusFile(':memory:', 'memory', 0);
  const { db } = file;
  addSource(db);
  prepareLexical(db);
  const textOf = (i: number): string => {
    const often = i % 97 === 0 ? 'again '.repeat(3000) : 'again';
    return `the${i % 3} topic${i % 30} only${i} ${often} 東京都の猫${i % 9}`;
  };
  for (let part = 0; part < 3; part++) {
    const texts = Array.from({ length: 200 }, (_, i) => textOf(part * 200 + i));
    store(db, ...texts.map((text, i) => ({ path: `${part}/${i}.md`, chunks: [text] })));
  }
  const documents = documentStore(db);
  db.transaction(() => {
    for (let i = 0; i < 200; i += 3) documents.remove(idOf(db, `1/${i}.md`));
  })();
  original = db.serialize();
  file.close();
});

/** A corpus in memory that someone has changed. */
function changed(change: (db: Database.Database) => void): Database.Database {
  const before = new Database(original);
  before.unsafeMode(true);
  change(before);
  const bytes = before.serialize();
  before.close();
  // FTS5 keeps what it read: another connection reads again.
  return new Database(bytes);
}

/** How many answers there were, and how many errors that say what is wrong. */
function search(db: Database.Database): { answers: number; errors: number } {
  const count = { answers: 0, errors: 0 };
  for (const query of QUERIES) {
    for (const documentIds of [null, [1, 2, 3, 250]]) {
      try {
        const matches = find(db, query, { documentIds });
        expect(matches.length).toBeLessThanOrEqual(10);
        expect(new Set(matches.map(({ chunkId }) => chunkId)).size).toBe(matches.length);
        count.answers += 1;
      } catch (thrown) {
        const error = asCorpusError(thrown, 'corpus.db');
        if (!(error instanceof CorpusError)) throw thrown;
        expect(error.code).toBe('CORPUS_DAMAGED');
        count.errors += 1;
      }
    }
  }
  db.close();
  return count;
}

type Damage = (db: Database.Database, random: () => number) => void;

const BLOBS: readonly (readonly [table: string, column: string])[] = [
  ['chunk_terms_data', 'block'],
  ['chunk_terms_docsize', 'sz'],
];

/** Changes the BLOBs of some rows. */
function changeBlobs(
  change: (blob: Buffer, random: () => number) => Buffer | string | null,
): Damage {
  return (db, random) => {
    const [table, column] = BLOBS[random() < 0.8 ? 0 : 1] ?? ['chunk_terms_data', 'block'];
    const rows = db.prepare<[], { id: number; blob: Buffer }>(
      `SELECT id, ${column} AS blob FROM ${table}`,
    );
    const update = db.prepare(`UPDATE ${table} SET ${column} = ? WHERE id = ?`);
    const share = random();
    for (const { id, blob } of rows.all()) {
      if (random() < share) update.run(change(blob, random), id);
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
  'other bytes at the start': changeBlobs((blob, random) => {
    for (let i = 0; i < 3 && blob.length > 0; i++) {
      blob[pick(random, Math.min(24, blob.length))] = pick(random, 256);
    }
    return blob;
  }),
  'other bytes at the end': changeBlobs((blob, random) => {
    for (let i = 0; i < 3 && blob.length > 0; i++) {
      blob[blob.length - 1 - pick(random, Math.min(24, blob.length))] = 255;
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
  'text in the place of bytes': changeBlobs((blob) => blob.toString('hex')),
  'empty ones': changeBlobs(() => Buffer.alloc(0)),
  'rows that are gone': (db, random) => {
    const table = ['data', 'idx', 'docsize', 'config'][pick(random, 4)];
    db.exec(`DELETE FROM chunk_terms_${table} WHERE abs(random()) % 100 < ${pick(random, 101)}`);
  },
  'the structure': (db, random) => {
    const blob = db
      .prepare<[], Buffer>('SELECT block FROM chunk_terms_data WHERE id = 10')
      .pluck()
      .get();
    if (blob === undefined) return;
    for (let i = 0; i < 2; i++) blob[8 + pick(random, blob.length - 8)] = pick(random, 256);
    db.prepare('UPDATE chunk_terms_data SET block = ? WHERE id = 10').run(blob);
  },
  'the averages': (db, random) => {
    const blob = Buffer.from(Array.from({ length: pick(random, 12) }, () => pick(random, 256)));
    db.prepare('UPDATE chunk_terms_data SET block = ? WHERE id = 1').run(blob);
  },
  'the pages of terms': (db, random) => {
    db.prepare('UPDATE chunk_terms_idx SET pgno = pgno + ?').run(pick(random, 1000) - 500);
  },
  'the settings': (db, random) => {
    const values = [0, -1, 5, 99, 2 ** 40, 'four', null];
    db.prepare('UPDATE chunk_terms_config SET v = ?').run(values[pick(random, values.length)]);
  },
  'the largest row': (db, random) => {
    db.prepare('INSERT OR REPLACE INTO chunk_terms_docsize (id, sz) VALUES (?, ?)').run(
      [-1, 2 ** 22, 2 ** 31, 2 ** 52][pick(random, 4)],
      'x',
    );
  },
};

describe.each(Object.entries(DAMAGES))('tables of terms with damage: %s', (name, damage) => {
  it('give an answer, or an error that says so', () => {
    const random = seeded(name.length * 7919);
    const total = { answers: 0, errors: 0 };
    for (let round = 0; round < ROUNDS / 10; round++) {
      const { answers, errors } = search(changed((db) => damage(db, random)));
      total.answers += answers;
      total.errors += errors;
    }
    expect(total.answers + total.errors).toBe((ROUNDS / 10) * QUERIES.length * 2);
  });
});

describe('tables that no FTS5 made', () => {
  const isRead = (sql: string): boolean => {
    const db = changed((one) => one.exec(sql));
    const segments = readSegments(db);
    db.close();
    return segments !== null;
  };
  it('are not read: those of FTS5 are', () => {
    expect(isRead('')).toBe(true);
  });

  it.each([
    [
      'a view of data',
      'ALTER TABLE chunk_terms_data RENAME TO d; CREATE VIEW chunk_terms_data AS SELECT * FROM d',
    ],
    [
      'a view without end',
      `DROP TABLE chunk_terms_docsize; CREATE VIEW chunk_terms_docsize AS
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
         SELECT i AS id, x'00' AS sz FROM n`,
    ],
    ['no sizes', 'DROP TABLE chunk_terms_docsize'],
  ])('%s', (_, sql) => {
    expect(isRead(`PRAGMA defensive = OFF; ${sql}`)).toBe(false);
  });

  it.each([
    [
      'one segment many times',
      [1, 3, 0, 1, 3, ...Array.from({ length: 3 }, () => [5, 1, 9, 0, 0, 0, 0, 0]).flat()],
    ],
    [
      'a segment of too large a number',
      [1, 1, 0, 0, 1, 0x8f, 0xff, 0xff, 0x7f, 1, 9, 0, 0, 0, 0, 0],
    ],
  ])('%s', (_, numbers) => {
    const structure = Buffer.from([0, 0, 0, 1, 0xff, 0, 0, 1, ...numbers]);
    const db = changed((one) =>
      one.prepare('UPDATE chunk_terms_data SET block = ? WHERE id = 10').run(structure),
    );
    expect(readSegments(db)).toBeNull();
    db.close();
  });
});
