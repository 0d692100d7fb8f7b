/** Rows of `vector_codes` and `vector_gone`, read and checked, and written. */
import type { Database } from 'better-sqlite3';
import { boundedTo } from '../stored-lengths.ts';
import { CAPACITY, checkSegment, type Segment, segmentBytes } from './segment.ts';
import { areCodesDeclared } from './tables.ts';
import { check } from './unusable.ts';

/** With more the codes are not used: they are made anew where a tenth is of deleted vectors. */
const MAX_GONE = 2 ** 22;

/** A deleted vector. */
export interface Gone {
  readonly id: number;
  /** Codes of this id at places before it are of the deleted vector. */
  readonly before: number;
}

/** Reads the rows. Statements are prepared once. */
export interface CodesRows {
  /**
   * Segments from a number on, in order, each checked.
   *
   * @throws CodesUnusable for a row that no writer leaves, or one that is not there
   */
  segments(from: number, coded: number): Generator<Segment>;
  /** Deleted vectors by id. */
  gone(): readonly Gone[];
}

/**
 * Opens the rows.
 *
 * @param width signs of a code
 * @throws CodesUnusable if the tables are not those that a writer makes
 */
export function codesRows(db: Database, width: number): CodesRows {
  check(areCodesDeclared(db), 'other tables');
  const segment = db.prepare<[number], Segment>(
    `SELECT size, ${boundedTo('codes', segmentBytes(width), "x''")} AS codes
     FROM vector_codes WHERE segment = ?`,
  );
  const gone = db.prepare<[], Gone>(
    `SELECT id, before FROM vector_gone ORDER BY id LIMIT ${MAX_GONE}`,
  );
  return {
    *segments(from, coded) {
      for (let number = from; number * CAPACITY < coded; number++) {
        const row = segment.get(number);
        check(row !== undefined, 'a segment that is not there');
        checkSegment(row, width);
        const expected = Math.min(CAPACITY, coded - number * CAPACITY);
        check(row.size === expected, 'a segment of another size');
        yield row;
      }
    },
    gone: () => gone.all(),
  };
}

/** Writes a segment. */
export function segmentWriter(db: Database): (number: number, segment: Segment) => void {
  const write = db.prepare(
    'INSERT OR REPLACE INTO vector_codes (segment, size, codes) VALUES (?, ?, ?)',
  );
  return (number, { size, codes }) => {
    write.run(number, size, codes);
  };
}
