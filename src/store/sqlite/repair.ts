/**
 * Mends what an examination finds, from what is sound: derived tables from their truth, documents from
 * their files and vectors from the server by the next run, which this has ask for them.
 */
import type { Database } from 'better-sqlite3';
import type { DamageCode, StoreFinding } from '../upkeep-types.ts';
import { dropCodes } from './codes/change-tables.ts';
import { rebuildCodes } from './codes/maintain.ts';
import { damagedDocuments, markForReading } from './examine/documents.ts';
import { examineFile } from './examine/examine.ts';
import { deleteOrphans } from './examine/integrity.ts';
import {
  damagedVectors,
  deleteVectors,
  uncoveredInputs,
  waitForVectors,
} from './examine/vectors.ts';
import { activeSpace } from './spaces.ts';
import { maintainWords } from './words/maintain.ts';
import { dropWords } from './words/state.ts';

/**
 * Mends a corpus in its place. Embeds nothing and reads no document.
 *
 * @param now milliseconds since 1970
 * @returns what was found, all of which is mended or waits for the next run; but nothing is done where
 *   `FILE_DAMAGED` or `SPACE_DAMAGED` is among it
 */
export function repairFile(db: Database, now: number): readonly StoreFinding[] {
  const findings = examineFile(db, {}).flatMap((check) => check.findings);
  const has = (...codes: readonly DamageCode[]): boolean =>
    findings.some(({ code }) => codes.includes(code));
  if (findings.length === 0 || has('FILE_DAMAGED', 'SPACE_DAMAGED')) return findings;
  if (has('INDEXES_DAMAGED')) db.exec('REINDEX');
  const mend = db.transaction(() => {
    deleteOrphans(db);
    markForReading(db, damagedDocuments(db));
    const space = activeSpace(db);
    if (space !== null) {
      deleteVectors(db, damagedVectors(db, space));
      waitForVectors(db, space, uncoveredInputs(db, space), now);
    }
    const isOther = has('INDEXES_DAMAGED', 'ROWS_ORPHANED');
    if (isOther || has('WORDS_DAMAGED')) dropWords(db);
    if (!isOther && !has('NEIGHBOURS_DAMAGED', 'VECTORS_DAMAGED')) return;
    if (space === null) dropCodes(db);
    else rebuildCodes(db, space);
  });
  mend.immediate();
  maintainWords(db);
  return findings;
}
