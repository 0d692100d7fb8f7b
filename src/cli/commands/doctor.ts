/** `umekomi doctor`: says what is wrong with a corpus and its server, and mends what it can. */
import { DOCTOR_OPTIONS } from '../../model/options.ts';
import { openContext, salvageCorpus } from '../../service/open-corpus.ts';
import { type DoctorReport, doctor } from '../../service/operations/doctor.ts';
import type { RunCommand } from '../command.ts';
import { contextOptions } from '../context.ts';
import { requireCorpus } from '../corpus-path.ts';
import { EXIT } from '../exit-codes.ts';
import { readOptions } from '../flags.ts';
import { sayTo } from '../notices.ts';
import { shownPath } from '../paths.ts';
import { describeChecks } from '../render/checks.ts';
import { describeRemedy } from '../render/remedy.ts';
import { resolveSettings } from '../settings.ts';
import { printableName, toJson, type World, write } from '../terminal.ts';

/** Runs it. */
export const runDoctor: RunCommand = async (world, { flags }) => {
  const settings = resolveSettings(world, flags);
  requireCorpus(settings.db);
  const progress = checkProgress(world);
  const context = {
    path: settings.db,
    open: ({ readOnly }: { readonly readOnly: boolean }) =>
      openContext(settings.db, contextOptions(world, settings, { readOnly })),
    salvage: () => salvageCorpus(settings.db),
  };
  const options = readOptions(flags, DOCTOR_OPTIONS);
  const report = await doctor
    .run(context, { ...options, signal: world.signal, onCheck: progress.show })
    .finally(progress.end);
  saySalvaged(world, report);
  sayUnconfirmed(world, report);
  await write(
    world.stdout,
    flags['json'] === true ? jsonOf(report) : describeChecks(report, world),
  );
  const isFound = report.checks.some(({ findings }) => findings.length > 0);
  return isFound || report.unconfirmed.length > 0 ? EXIT.failures : EXIT.ok;
};

/** Which check is being made, on one line of a terminal that is drawn over. */
function checkProgress({ stderr }: World): { show: (check: string) => void; end: () => void } {
  const isTerminal = stderr.isTTY === true;
  return {
    show: (check) => {
      if (isTerminal) stderr.write(`\r\u001b[Kchecking ${check} …`);
    },
    end: () => {
      if (isTerminal) stderr.write('\r\u001b[K');
    },
  };
}

function saySalvaged(world: World, { salvaged }: DoctorReport): void {
  if (salvaged === null) return;
  const place = printableName(shownPath({ source: salvaged.setAside, path: '' }, world.cwd));
  sayTo(
    world,
    `${salvaged.vectors} vectors were saved; the damaged file is now ${place}. umekomi index reads the documents again.`,
  );
}

/** What was wrong for a moment is no reason to set a file aside, and none to be silent. */
function sayUnconfirmed(world: World, { unconfirmed }: DoctorReport): void {
  const [first] = unconfirmed;
  if (first === undefined) return;
  sayTo(
    world,
    `read once, the file was damaged (${first.message}) [${first.code}]; read again, it was not. Nothing was set aside for it. The disk, its cable or the memory may be failing: copy the corpus to another disk, and run umekomi doctor on the copy.`,
  );
}

/** Remedies are words here: commands and flags are this door's. */
function jsonOf({ path, checks, mended, unconfirmed }: DoctorReport): string {
  type Finding = DoctorReport['mended'][number];
  const worded = (finding: Finding): object => ({
    ...finding,
    remedy: finding.remedy === null ? null : describeRemedy(finding.remedy),
  });
  const report = {
    ...{ version: 1, path },
    checks: checks.map((check) => ({ ...check, findings: check.findings.map(worded) })),
    mended: mended.map(worded),
    unconfirmed: unconfirmed.map(worded),
  };
  return `${toJson(report)}\n`;
}
