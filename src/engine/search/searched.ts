/** What every search works on. */
import type { Database } from 'better-sqlite3';
import { CorpusError } from '../../model/errors.ts';
import type { VectorIndex } from '../../store/sqlite/nearest/nearest.ts';
import type { Source } from '../../store/sqlite/sources.ts';
import { activeSpace, type Space } from '../../store/sqlite/spaces.ts';

/** The corpus that is searched. */
export interface Searched {
  readonly db: Database;
  readonly sources: readonly Source[];
  /** Its vectors, with what earlier searches have read of them. */
  readonly vectors: VectorIndex;
}

/**
 * The space that is searched.
 *
 * @throws CorpusError `CORPUS_EMPTY` if nothing was ever indexed
 */
export function requireSpace(db: Database): Space {
  const space = activeSpace(db);
  if (space !== null) return space;
  throw new CorpusError('CORPUS_EMPTY', 'This corpus is empty; fill it with: umekomi index ./docs');
}
