/**
 * The order of passages by their places, which is the same in every build of the same corpus: ties are broken by
 * it. A sorter has the keys of all rows in memory, so paths that are too long count as empty ones.
 */
import { bounded } from './stored-lengths.ts';

/** For ORDER BY; of `chunk` and `document`. */
export const BY_PLACE: string = `document.source_id, ${bounded('document.path', "''")}, chunk.ordinal`;
