/** Folds fresh passages into segments: their terms become posting lists, in the order of terms. */
import type { Database } from 'better-sqlite3';
import { inversion } from '../../words/inversion.ts';
import { lengthCode, newLengths } from '../../words/row-lengths.ts';
import { mergeTiers } from './merge.ts';
import { segmentWriter } from './segments.ts';
import { freshTerms, measureFresh, readFresh, requireFewFresh } from './stored-passages.ts';

/**
 * Fresh passages from which they are folded while a run goes on. Searches read all fresh ones;
 * smaller segments would have more terms in all of them together.
 */
const FOLD_ROWS = 4096;

/** Or from so many bytes of their terms: passages may be long. */
const FOLD_BYTES = 32 * 1024 * 1024;

/** Postings to a segment that is folded: some 20 MB while it is written. */
const MAX_POSTINGS = 2 ** 19;

const PAGE = 250;

/**
 * Folds if that many passages are fresh, in transactions of their own; a killed fold changes nothing.
 *
 * @param least 1 to fold all
 */
export function foldFresh(db: Database, least: number = FOLD_ROWS): void {
  const isMuch = (): boolean => {
    const { rows, bytes } = measureFresh(db);
    return rows >= wanted || bytes >= FOLD_BYTES;
  };
  const fold = db.transaction(() => foldSome(db));
  const wanted = Math.max(1, least);
  while (isMuch()) {
    fold.immediate();
    mergeTiers(db);
  }
}

/** As many as a segment takes, by id. */
function foldSome(db: Database): void {
  requireFewFresh(db);
  const lists = inversion();
  const lengths = newLengths();
  let last = -1;
  for (let isMore = true; isMore && lists.size < MAX_POSTINGS; ) {
    const page = readFresh(db, last, PAGE);
    for (const row of page) {
      lists.add(row.id, freshTerms(row));
      lengths.set(row.id, lengthCode(row.length));
      last = row.id;
    }
    isMore = page.length === PAGE;
  }
  const segment = segmentWriter(db);
  for (const { term, ...postings } of lists.lists()) segment.put(term, postings);
  segment.finish(lengths);
  db.prepare('DELETE FROM words_fresh WHERE chunk_id <= ?').run(last);
  // No writer makes rows that cannot be folded.
  if (last < 0) db.exec('DELETE FROM words_fresh');
}
