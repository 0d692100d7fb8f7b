/** Builds the index of words for passages that lack it, and brings it into shape. */
import type { Database } from 'better-sqlite3';
import { LAST_ROW } from '../../words/blocks.ts';
import { NO_ROW, newLengths, type RowLengths } from '../../words/row-lengths.ts';
import type { MaintainOptions } from '../../writing-types.ts';
import { takePage } from '../stored-lengths.ts';
import { foldFresh } from './fold.ts';
import { readLengths } from './length-pages.ts';
import { mergeSegments } from './merge.ts';
import { readSegments } from './segments.ts';
import { prepareWords, wordsUsable, writeState } from './state.ts';
import { CHUNK_ROWS, type ChunkRow, freshWriter } from './stored-passages.ts';

/** Chunks to a transaction while the index is built: a killed run loses no more. */
const PAGE = 1000;

/**
 * Brings every stored chunk into the index, from the stored text, page by page in transactions of their
 * own, and leaves few segments. Cheap where nothing is to be done.
 *
 * @returns chunks that were added
 * @throws the signal's reason
 */
export function maintainWords(db: Database, options: MaintainOptions = {}): number {
  prepareWords(db);
  const added = wordsUsable(db) ? 0 : addMissing(db, options);
  compactWords(db);
  return added;
}

/** Folds what is fresh, and leaves few segments. Does nothing where the index is not whole. */
export function compactWords(db: Database): void {
  if (!wordsUsable(db)) return;
  foldFresh(db, 1);
  mergeSegments(db);
}

/** One segment that holds no more than it should, as in a fresh build. */
export function optimizeWords(db: Database): void {
  maintainWords(db);
  mergeSegments(db, true);
}

function addMissing(db: Database, { onProgress, signal }: MaintainOptions): number {
  const folded = newLengths(readSegments(db).map(({ id }) => readLengths(db, id)));
  const missing = db
    .prepare<[number], number>(
      'SELECT id FROM chunk WHERE id BETWEEN 0 AND ? AND id NOT IN (SELECT chunk_id FROM words_fresh)',
    )
    .pluck()
    .all(LAST_ROW)
    .filter((id) => folded.codeOf(id) === NO_ROW);
  let done = 0;
  for (let last: number | null = -1; last !== null; ) {
    signal?.throwIfAborted();
    const page = addPage(db, last, folded);
    last = page.last;
    done += page.added;
    onProgress?.(done, Math.max(done, missing.length));
    foldFresh(db);
  }
  db.transaction(() => writeState(db, true)).immediate();
  return done;
}

/** Adds the missing ones of the next chunks by id. */
function addPage(
  db: Database,
  after: number,
  folded: RowLengths,
): { last: number | null; added: number } {
  const page = db.prepare<[number, number, number], ChunkRow>(
    `${CHUNK_ROWS} WHERE chunk.id > ? AND chunk.id <= ?
       AND chunk.id NOT IN (SELECT chunk_id FROM words_fresh) ORDER BY chunk.id LIMIT ?`,
  );
  const insert = freshWriter(db);
  return db
    .transaction(() => {
      const rows = takePage(page.iterate(after, LAST_ROW, PAGE), ({ text }) => text.length);
      const missing = rows.filter(({ id }) => folded.codeOf(id) === NO_ROW);
      for (const row of missing) insert(row);
      return { last: rows.at(-1)?.id ?? null, added: missing.length };
    })
    .immediate();
}
