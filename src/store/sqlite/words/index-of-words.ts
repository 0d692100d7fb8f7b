/** The index of words as searches read it, with what earlier ones on the same connection have read. */
import type { Database } from 'better-sqlite3';
import { impactScale, type RowStatistics } from '../../words/bm25.ts';
import { impactList } from '../../words/impact-list.ts';
import { unionOf } from '../../words/postings.ts';
import {
  joinCodes,
  lastRowOf,
  lengthCode,
  lengthOf,
  lengthsByPage,
  newLengths,
  type RowLengths,
} from '../../words/row-lengths.ts';
import type { WordSource } from '../../words/search.ts';
import { statement } from '../statements.ts';
import { type FreshPassages, readFreshPassages } from './fresh-passages.ts';
import { lastLengthPage, readLengthPage } from './length-pages.ts';
import { listCache } from './list-cache.ts';
import { readSegments } from './segments.ts';
import { countPostings, type OpenSegment, readList } from './stored-lists.ts';

/** One state of the index. */
export interface IndexOfWords extends WordSource {
  /** The largest row that there may be. */
  readonly lastRow: number;
}

interface Opened {
  /** Tells whether anything in the file has changed since. */
  readonly stamp: string;
  readonly index: IndexOfWords;
}

/** They belong to their connection, and go with it. */
const ofConnection = new WeakMap<Database, Opened>();

/**
 * Opens the index in its current state; call it in the transaction in which it is searched.
 *
 * @throws RowDamaged, or BlockDamaged when a list is read
 */
export function openWords(db: Database): IndexOfWords {
  const stamp = stampOf(db);
  const known = ofConnection.get(db);
  if (known?.stamp === stamp) return known.index;
  const index = readIndex(db);
  ofConnection.set(db, { stamp, index });
  return index;
}

/** Changes with every commit of others, and with every row that this connection changes. */
function stampOf(db: Database): string {
  const own = statement<[], { changes: number }>(db, 'SELECT total_changes() AS changes').get();
  return `${db.pragma('data_version', { simple: true })} ${own?.changes}`;
}

function readIndex(db: Database): IndexOfWords {
  const fresh = readFreshPassages(db);
  const stored = readSegments(db);
  const statistics = statisticsOf([
    ...stored,
    ...fresh.rows.map(({ length }) => ({ live: 1, terms: length })),
  ]);
  const segments = stored.map(({ id, live, rows }): OpenSegment => {
    const lengths = lengthsByPage((page) => readLengthPage(db, id, page));
    return { id, lengths, hasGone: live < rows };
  });
  const lengths = allLengths(db, segments, fresh);
  const lastPage = segments.reduce((most, { id }) => Math.max(most, lastLengthPage(db, id)), 0);
  const cached = listCache();
  return {
    statistics,
    lengthOf: (row) => lengthOf(lengths.codeOf(row)),
    lastRow: Math.max(lastRowOf(lastPage), fresh.rows.at(-1)?.id ?? 0),
    countOf: (term) =>
      segments.reduce((sum, segment) => sum + countPostings(db, segment, term), 0) +
      fresh.listOf(term).rows.length,
    listOf: (term) =>
      cached(term, () => {
        const parts = segments.map((segment) => readList(db, segment, term));
        const postings = unionOf([...parts, fresh.listOf(term)]);
        return impactList(postings, lengths, impactScale(postings.rows.length, statistics));
      }),
  };
}

/** The lengths of all rows, whichever segment they are in. */
function allLengths(
  db: Database,
  segments: readonly OpenSegment[],
  { rows }: FreshPassages,
): RowLengths {
  const fresh = newLengths();
  for (const { id, length } of rows) fresh.set(id, lengthCode(length));
  return lengthsByPage((number) => {
    const pages = segments.map(({ id }) => readLengthPage(db, id, number));
    return joinCodes([...pages, fresh.pages.get(number)].filter((page) => page !== undefined));
  });
}

function statisticsOf(parts: readonly { live: number; terms: number }[]): RowStatistics {
  const rows = parts.reduce((sum, { live }) => sum + live, 0);
  const terms = parts.reduce((sum, part) => sum + part.terms, 0);
  // Where no row has a term, none has a score.
  return { rows, meanLength: terms === 0 ? 1 : terms / rows };
}
