/** Brings a corpus into the shape of a fresh build at once, which runs do by and by. */
import type { Database } from 'better-sqlite3';
import type { OptimizeSummary } from '../upkeep-types.ts';
import { dropFormerTables } from './codes/change-tables.ts';
import { rebuildCodes } from './codes/maintain.ts';
import { codesWriter } from './codes/writer.ts';
import { compact, sizeOf } from './compact.ts';
import { countOf } from './counts.ts';
import { embeddingWriter } from './embeddings.ts';
import { isAnyUnfinished } from './sources.ts';
import { activeSpace } from './spaces.ts';
import { optimizeWords } from './words/maintain.ts';

/** Builds every derived table anew and writes the file without gaps, in transactions of its own. */
export function optimizeFile(db: Database): OptimizeSummary {
  const before = sizeOf(db);
  const pruned = pruneVectors(db) + dropRebuilds(db);
  const space = activeSpace(db);
  dropFormerTables(db);
  if (space !== null) rebuildCodes(db, space);
  optimizeWords(db);
  compact(db);
  return { size: { before, after: sizeOf(db) }, pruned };
}

/** What rebuilds have embedded that did not end: whoever wants it still goes on with them first. */
function dropRebuilds(db: Database): number {
  if (activeSpace(db) === null) return 0;
  const drop = db.transaction(() => {
    const vectors = countOf(
      db,
      'embedding WHERE space_id IN (SELECT id FROM space WHERE active = 0)',
    );
    db.exec('DELETE FROM space WHERE active = 0');
    return vectors;
  });
  return drop.immediate();
}

function pruneVectors(db: Database): number {
  const space = activeSpace(db);
  // Vectors that an unfinished run left are wanted when it goes on.
  if (space === null || isAnyUnfinished(db)) return 0;
  const embeddings = embeddingWriter(db, space, codesWriter(db, space));
  return db.transaction(() => embeddings.prune(null)).immediate();
}
