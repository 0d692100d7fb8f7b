/**
 * Mends what an examination finds, from what is sound: derived tables from their truth, documents from
 * their files and vectors from the server by the next run, which this has ask for them.
 */

import { dropCodes } from '../../store/sqlite/codes/change-tables.ts';
import { rebuildCodes } from '../../store/sqlite/codes/maintain.ts';
import { damagedDocuments, markForReading } from '../../store/sqlite/examine/documents.ts';
import { deleteOrphans } from '../../store/sqlite/examine/integrity.ts';
import {
  damagedVectors,
  deleteVectors,
  uncoveredInputs,
  waitForVectors,
} from '../../store/sqlite/examine/vectors.ts';
import type { CorpusFile } from '../../store/sqlite/open.ts';
import { activeSpace } from '../../store/sqlite/spaces.ts';
import { maintainWords } from '../../store/sqlite/words/maintain.ts';
import { dropWords } from '../../store/sqlite/words/state.ts';
import { examineFile } from './examine.ts';
import type { Finding } from './findings.ts';

/**
 * Mends a corpus in its place. Embeds nothing and reads no document.
 *
 * @param now milliseconds since 1970
 * @returns what was found, all of which that is repairable is mended or waits for the next run; but nothing
 *   is done where `FILE_DAMAGED` or `SPACE_DAMAGED` is among it
 */
export function repairCorpus({ db }: CorpusFile, now: number): readonly Finding[] {
  const findings = examineFile(db, {}).flatMap((check) => check.findings);
  const has = (...codes: readonly Finding['code'][]): boolean =>
    findings.some(({ code }) => codes.includes(code));
  const isBeyond = has('FILE_DAMAGED', 'SPACE_DAMAGED');
  if (isBeyond || !findings.some(({ repairable }) => repairable)) return findings;
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
