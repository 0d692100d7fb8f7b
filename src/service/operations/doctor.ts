/** `doctor`: says what is wrong with a corpus and its server, and mends what it can. */
import type { Finding } from '../../engine/examination/findings.ts';
import { CorpusError } from '../../model/errors.ts';
import { DOCTOR_OPTIONS } from '../../model/options.ts';
import { checkParams } from '../check.ts';
import type { SalvageSummary } from '../corpora.ts';
import type { OpenContext, Operation } from '../operation.ts';
import { type Examination, type ExamineOptions, examine } from './examine.ts';
import { repair } from './repair.ts';

/** What is examined, and whether it is mended. */
export interface DoctorParams extends ExamineOptions {
  /** Default false. */
  readonly repair?: boolean | undefined;
}

/** A corpus that may not even open: it is opened and closed for each step. */
export interface DoctorContext {
  /** Absolute path of the file. */
  readonly path: string;
  readonly open: (access: { readonly readOnly: boolean }) => Promise<OpenContext>;
  /** Makes a new corpus of what can be read of this one. */
  readonly salvage: () => Promise<SalvageSummary>;
}

/** What is wrong now, and what was done. */
export interface DoctorReport extends Examination {
  /** What was found before and is not any more. */
  readonly mended: readonly Finding[];
  /**
   * Damage that was there once and not when the file was read again: nothing was set aside for it. The disk or
   * the memory may be failing. Only with `repair`.
   */
  readonly unconfirmed: readonly Finding[];
  /** Where a new corpus was made of what could be read: what was saved. */
  readonly salvaged: SalvageSummary | null;
}

/** The operation. */
export const doctor: Operation<DoctorParams, DoctorReport, DoctorContext> = {
  name: 'doctor',
  help: 'say what is wrong with a corpus and its server, and mend what can be mended',
  options: DOCTOR_OPTIONS,
  run: async (context, params) => {
    checkParams(params, DOCTOR_OPTIONS, { listeners: ['onCheck'] });
    const { repair: isWanted, ...options } = params;
    const first = await examineFile(context, options);
    const isRead = findingsOf(first).some(({ repairable }) => repairable);
    if (isWanted !== true || !isRead) {
      return { ...first, mended: [], unconfirmed: [], salvaged: null };
    }
    const { found, unconfirmed } = await confirm(context, findingsOf(first), options);
    const isLeft = found.some(({ repairable }) => repairable);
    const salvaged = isLeft ? await mend(context, found) : null;
    const after = await examineFile(context, options);
    const left = new Set(findingsOf(after).map(({ code }) => code));
    const mended = found.filter(({ code }) => !left.has(code));
    return { ...after, mended, unconfirmed, salvaged };
  },
};

const INDEX_ANEW = { code: 'index-anew' } as const;

/** A file that cannot even be opened is a finding, not an error. */
async function examineFile(
  { path, open }: DoctorContext,
  options: ExamineOptions,
): Promise<Examination> {
  try {
    return await withContext(await open({ readOnly: true }), (context) =>
      examine.run(context, options),
    );
  } catch (error) {
    if (!(error instanceof CorpusError)) throw error;
    const { code, message } = error;
    // To examine it is what others advise; here that has been done.
    const remedy = error.remedy?.code === 'doctor' ? INDEX_ANEW : error.remedy;
    const findings = [{ code, message, remedy, repairable: false }];
    const check = { check: 'file', done: true, summary: 'cannot be opened', findings } as const;
    return { path, checks: [check] };
  }
}

/**
 * Pages that cannot be read may be the fault of one moment: a bad cable, memory, a network disk. Before the
 * file is set aside for it, it is read again, by another connection.
 */
async function confirm(
  context: DoctorContext,
  first: readonly Finding[],
  { signal, onCheck }: ExamineOptions,
): Promise<{ readonly found: readonly Finding[]; readonly unconfirmed: readonly Finding[] }> {
  const ofFile = first.filter(({ code }) => code === 'FILE_DAMAGED');
  if (ofFile.length === 0) return { found: first, unconfirmed: [] };
  const again = await examineFile(context, { signal, onCheck, offline: true });
  const found = findingsOf(again);
  // What cannot even be opened the second time has its own finding.
  const isSound = found.every(({ code }) => code !== 'FILE_DAMAGED' && !code.startsWith('CORPUS_'));
  return { found, unconfirmed: isSound ? ofFile : [] };
}

/** Mends in place what can be; else saves what can be read. @returns what was saved */
async function mend(
  context: DoctorContext,
  found: readonly Finding[],
): Promise<SalvageSummary | null> {
  if (found.some(({ code }) => code === 'FILE_DAMAGED')) return context.salvage();
  // Worse than it looked: that, too, is believed only when another connection finds it as well.
  const isMended = (await mendInPlace(context)) || (await mendInPlace(context));
  return isMended ? null : context.salvage();
}

/** @returns false if rows contradict what would be made of them */
async function mendInPlace({ open }: DoctorContext): Promise<boolean> {
  try {
    await withContext(await open({ readOnly: false }), (context) => repair.run(context, {}));
    return true;
  } catch (error) {
    if (error instanceof CorpusError && error.code === 'CORPUS_DAMAGED') return false;
    throw error;
  }
}

async function withContext<T>(
  context: OpenContext,
  work: (context: OpenContext) => Promise<T>,
): Promise<T> {
  try {
    return await work(context);
  } finally {
    await context.close();
  }
}

function findingsOf({ checks }: Examination): readonly Finding[] {
  return checks.flatMap(({ findings }) => findings);
}
