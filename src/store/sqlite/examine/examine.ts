/**
 * Whether a corpus is what it should be: what SQLite says of the file, and DESIGN's invariants over its rows.
 * Reads everything and changes nothing.
 */
import type { Database } from 'better-sqlite3';
import { CorpusError } from '../../../model/errors.ts';
import { fingerprint } from '../../../model/fingerprint.ts';
import type { VectorSpace } from '../../reading-types.ts';
import type {
  DamageCode,
  ExamineOptions,
  StoreCheck,
  StoreCheckName,
  StoreFinding,
} from '../../upkeep-types.ts';
import { codesDerivedState } from '../codes/examine.ts';
import { countOf } from '../counts.ts';
import type { DerivedState } from '../derived-state.ts';
import { readSources } from '../sources.ts';
import { activeSpace } from '../spaces.ts';
import { asCorpusError, sqliteCode } from '../sqlite-errors.ts';
import { wordsState } from '../words/examine.ts';
import { damagedDocuments } from './documents.ts';
import { checkIntegrity } from './integrity.ts';
import { countPending, damagedVectors, uncoveredInputs } from './vectors.ts';

/** One check of the file: what there is, and what is wrong. */
type Check = (db: Database, space: VectorSpace | null) => Omit<StoreCheck, 'check'>;

const CHECKS: readonly (readonly [StoreCheckName, Check])[] = [
  ['file', checkFile],
  ['documents', checkDocuments],
  ['vectors', checkVectors],
  ['words', checkWords],
  ['neighbours', checkNeighbours],
];

/**
 * Examines a corpus file. What is wrong is in the result. All is seen in one state of the file: an indexer
 * may be at work.
 *
 * @throws the signal's reason
 */
export function examineFile(
  db: Database,
  { signal, onCheck }: ExamineOptions,
): readonly StoreCheck[] {
  db.exec('BEGIN');
  try {
    const space = soundSpace(db);
    return CHECKS.map(([check, look]) => {
      signal?.throwIfAborted();
      onCheck?.(check);
      return { check, ...lookAt(db, space, look) };
    });
  } finally {
    // To commit would have virtual tables look at their pages once more, and fail where these are damaged.
    if (db.inTransaction) db.exec('ROLLBACK');
  }
}

/** The active space; null as well if what is said of it cannot be true. */
function soundSpace(db: Database): VectorSpace | null {
  try {
    return activeSpace(db);
  } catch (error) {
    if (isOfDamage(error, db)) return null;
    throw error;
  }
}

function isOfDamage(error: unknown, db: Database): boolean {
  const known = asCorpusError(error, 'the file', db);
  return known instanceof CorpusError && known.code === 'CORPUS_DAMAGED';
}

/** What cannot be read to its end is a finding. */
function lookAt(db: Database, space: VectorSpace | null, look: Check): ReturnType<Check> {
  try {
    return look(db, space);
  } catch (error) {
    if (!isOfDamage(error, db)) throw error;
    const message = `this cannot be read to its end (${sqliteCode(error) ?? 'a row is damaged'})`;
    return { summary: 'not readable', findings: [finding('FILE_DAMAGED', message)] };
  }
}

function checkFile(db: Database): ReturnType<Check> {
  const { indexes, other, orphans } = checkIntegrity(db);
  const findings: StoreFinding[] = [];
  if (other > 0)
    findings.push(finding('FILE_DAMAGED', `faults that SQLite finds in its pages: ${other}`));
  if (indexes > 0) {
    findings.push(
      finding('INDEXES_DAMAGED', `entries of indexes that do not fit their tables: ${indexes}`),
    );
  }
  if (orphans.length > 0) {
    findings.push(finding('ROWS_ORPHANED', `rows that belong to nothing: ${orphans.length}`));
  }
  const versions = db
    .prepare<[], string>("SELECT 'SQLite ' || sqlite_version() || ', sqlite-vec ' || vec_version()")
    .pluck();
  return { summary: versions.get() ?? '', findings };
}

function checkDocuments(db: Database): ReturnType<Check> {
  // Sources that cannot be read are none: thrown, that is a finding.
  readSources(db, '/');
  const damaged = damagedDocuments(db).length;
  const message = `documents that are not whole, or hold other text than was embedded: ${damaged}`;
  return {
    summary: `documents: ${countOf(db, 'document')}, passages: ${countOf(db, 'chunk')}`,
    findings: damaged > 0 ? [finding('DOCUMENTS_DAMAGED', message)] : [],
  };
}

function checkVectors(db: Database, space: VectorSpace | null): ReturnType<Check> {
  if (space === null) return checkNoSpace(db);
  const findings: StoreFinding[] = [];
  if (fingerprint(space) !== space.fingerprint) {
    findings.push(
      finding('SPACE_DAMAGED', 'model, dimensions or prompts are not those it was built with'),
    );
  }
  const damaged = damagedVectors(db, space).length;
  if (damaged > 0) {
    const message = `vectors of another length, not finite or not of unit length: ${damaged}`;
    findings.push(finding('VECTORS_DAMAGED', message));
  }
  const missing = uncoveredInputs(db, space).length;
  if (missing > 0) {
    findings.push(
      finding(
        'VECTORS_MISSING',
        `texts with neither a vector nor a remembered failure: ${missing}`,
      ),
    );
  }
  return { summary: describeVectors(db, space), findings };
}

function describeVectors(db: Database, space: VectorSpace): string {
  const vectors = countOf(db, 'embedding WHERE space_id = ?', space.id);
  const failures = countOf(db, 'failure WHERE space_id = ?', space.id);
  const pending = countPending(db, space);
  const parts = [
    `vectors: ${vectors}, dimensions: ${space.dimensions}`,
    ...(pending > 0 ? [`waiting for their passages: ${pending}`] : []),
    ...(failures > 0 ? [`failed, to be tried again by the next run: ${failures}`] : []),
  ];
  return parts.join(', ');
}

function checkNoSpace(db: Database): ReturnType<Check> {
  const hasChunks = db.prepare('SELECT 1 FROM chunk LIMIT 1').get() !== undefined;
  const message = 'there are passages, and no model is said to have embedded them that could have';
  return {
    summary: 'nothing is embedded yet',
    findings: hasChunks ? [finding('SPACE_DAMAGED', message)] : [],
  };
}

function checkWords(db: Database): ReturnType<Check> {
  const state = wordsState(db);
  const message = 'the index of words does not hold just the passages';
  return {
    summary: SUMMARIES[state],
    findings: state === 'wrong' ? [finding('WORDS_DAMAGED', message)] : [],
  };
}

const SUMMARIES: Readonly<Record<DerivedState, string>> = {
  right: 'every passage is there',
  none: 'not built yet',
  wrong: 'damaged',
};

function checkNeighbours(db: Database, space: VectorSpace | null): ReturnType<Check> {
  if (space === null) return { summary: 'none yet', findings: [] };
  const state = codesDerivedState(db, space);
  const message = 'the codes of vectors do not hold just the vectors';
  return {
    summary: CODES_SUMMARIES[state],
    findings: state === 'wrong' ? [finding('NEIGHBOURS_DAMAGED', message)] : [],
  };
}

const CODES_SUMMARIES: Readonly<Record<DerivedState, string>> = {
  right: 'every vector has its code',
  none: 'few vectors: no codes needed',
  wrong: 'damaged',
};

function finding(code: DamageCode, message: string): StoreFinding {
  return { code, message };
}
