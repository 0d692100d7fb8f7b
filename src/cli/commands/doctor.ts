/** `umekomi doctor`: says what is wrong with a corpus and its server, and mends what it can. */
import { existsSync } from 'node:fs';
import type { Examination, Finding } from '../../index.ts';
import { CorpusError } from '../../model/errors.ts';
import { withCorpus } from '../corpus.ts';
import { EXIT } from '../exit-codes.ts';
import { shownPath } from '../paths.ts';
import { describeChecks } from '../render/checks.ts';
import { type GlobalFlags, type Settings, settle } from '../settings.ts';
import { printableName, toJson, type World, write } from '../terminal.ts';

/** Its flags. */
export interface DoctorFlags extends GlobalFlags {
  readonly offline?: boolean;
  readonly repair?: boolean;
  readonly json?: boolean;
}

/** Runs it. @returns the exit code */
export async function doctor(world: World, flags: DoctorFlags): Promise<number> {
  const settings = settle(world, flags);
  if (!existsSync(settings.db)) {
    const message = `There is no corpus at ${printableName(settings.db)}.`;
    throw new CorpusError('CORPUS_NOT_FOUND', message);
  }
  const offline = flags.offline === true;
  const before = await examine(world, settings, offline);
  const mended = flags.repair === true && findingsOf(before).some(({ repairable }) => repairable);
  if (mended) await repair(world, settings, before);
  const found = mended ? await examine(world, settings, offline) : before;
  const text = flags.json === true ? jsonOf(found, before) : describeChecks(found, world);
  await write(world.stdout, text);
  return findingsOf(found).length > 0 ? EXIT.failures : EXIT.ok;
}

/** A file that cannot even be opened is a finding, not an error. */
async function examine(world: World, settings: Settings, offline: boolean): Promise<Examination> {
  const { stderr, signal } = world;
  const isTerminal = stderr.isTTY === true;
  const onCheck = (check: string): void => {
    if (isTerminal) stderr.write(`\r\u001b[Kchecking ${check} …`);
  };
  try {
    return await withCorpus(world, settings, { readOnly: true }, (corpus) =>
      corpus.examine({ offline, signal, onCheck }),
    );
  } catch (error) {
    if (!(error instanceof CorpusError)) throw error;
    const { code, message } = error;
    const remedy = `docs/troubleshooting.md says more about ${code}`;
    const findings = [{ code, message, remedy, repairable: false }];
    const check = { check: 'file', done: true, summary: 'cannot be opened', findings } as const;
    return { path: settings.db, checks: [check] };
  } finally {
    if (isTerminal) stderr.write('\r\u001b[K');
  }
}

async function repair(world: World, settings: Settings, found: Examination): Promise<void> {
  const isFileDamaged = findingsOf(found).some(({ code }) => code === 'FILE_DAMAGED');
  if (!isFileDamaged && (await repairInPlace(world, settings))) return;
  const { salvageCorpus } = await import('../../service/open-corpus.ts');
  const { setAside, vectors } = await salvageCorpus(settings.db);
  const place = printableName(shownPath({ source: setAside, path: '' }, world.cwd));
  world.stderr.write(
    `umekomi: ${vectors} vectors were saved; the damaged file is now ${place}. umekomi index reads the documents again.\n`,
  );
}

/** @returns false if the damage turns out to be worse than it looked */
async function repairInPlace(world: World, settings: Settings): Promise<boolean> {
  try {
    await withCorpus(world, settings, { readOnly: false }, (corpus) => corpus.repair());
    return true;
  } catch (error) {
    if (error instanceof CorpusError && error.code === 'CORPUS_DAMAGED') return false;
    throw error;
  }
}

function findingsOf({ checks }: Examination): readonly Finding[] {
  return checks.flatMap(({ findings }) => findings);
}

function jsonOf(found: Examination, before: Examination): string {
  const left = new Set(findingsOf(found).map(({ code }) => code));
  const mended = findingsOf(before).filter(({ code }) => !left.has(code));
  return `${toJson({ version: 1, ...found, mended })}\n`;
}
