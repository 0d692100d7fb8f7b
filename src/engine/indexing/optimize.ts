/** Brings a corpus into the shape of a fresh build at once, which runs do by and by. */

import { dropFormerTables } from '../../store/sqlite/codes/change-tables.ts';
import { rebuildCodes } from '../../store/sqlite/codes/maintain.ts';
import { codesWriter } from '../../store/sqlite/codes/writer.ts';
import { compact, sizeOf } from '../../store/sqlite/compact.ts';
import { embeddingStore } from '../../store/sqlite/embeddings.ts';
import type { CorpusFile } from '../../store/sqlite/open.ts';
import { anchorFolder, sourceStore } from '../../store/sqlite/sources.ts';
import { activeSpace } from '../../store/sqlite/spaces.ts';
import { optimizeWords } from '../../store/sqlite/words/maintain.ts';

/** What optimizing came to. */
export interface OptimizeSummary {
  /** Size of the corpus before and after, in bytes. */
  readonly size: { readonly before: number; readonly after: number };
  /** Vectors deleted because no passage uses them any more. */
  readonly pruned: number;
}

/** Builds every derived table anew and writes the file without gaps. Embeds nothing. */
export function optimizeCorpus(file: CorpusFile): OptimizeSummary {
  const { db } = file;
  const before = sizeOf(db);
  const pruned = pruneVectors(file);
  const space = activeSpace(db);
  dropFormerTables(db);
  if (space !== null) rebuildCodes(db, space);
  optimizeWords(db);
  compact(db);
  return { size: { before, after: sizeOf(db) }, pruned };
}

function pruneVectors({ db, path }: CorpusFile): number {
  const space = activeSpace(db);
  // Vectors that an unfinished run left are wanted when it goes on.
  if (space === null || sourceStore(db, anchorFolder(path)).anyUnfinished()) return 0;
  return embeddingStore(db, space, codesWriter(db, space)).prune();
}
