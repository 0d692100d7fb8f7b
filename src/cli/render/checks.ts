/** What an examination found, for people. Pure. */
import type { Examination } from '../../service/operations/examine.ts';
import { shownPath } from '../paths.ts';
import { colorsFor, printable, printableName, type World } from '../terminal.ts';
import { counted } from './numbers.ts';
import { describeRemedy } from './remedy.ts';

/** A line for each check, and for each finding what it is and what to do. */
export function describeChecks({ path, checks }: Examination, world: World): string {
  const colors = colorsFor(world.stdout, world.env);
  const words = { ok: colors.green('ok'), wrong: colors.red('wrong'), left: colors.dim('–') };
  const lines = [
    `corpus        ${printableName(shownPath({ source: path, path: '' }, world.cwd))}`,
  ];
  for (const result of checks) lines.push(...describe(result, words));
  const count = checks.reduce((sum, { findings }) => sum + findings.length, 0);
  lines.push(count === 0 ? 'Nothing is wrong.' : `${counted(count, 'finding')}.`);
  return `${lines.join('\n')}\n`;
}

function describe(
  { check, done, summary, findings }: Examination['checks'][number],
  words: { ok: string; wrong: string; left: string },
): string[] {
  const word = done ? (findings.length === 0 ? words.ok : words.wrong) : words.left;
  return [
    `${check.padEnd(14)}${word}  ${printable(summary)}`,
    ...findings.flatMap(({ code, message, remedy }) => [
      `  ${printable(message)} [${code}]`,
      ...(remedy === null ? [] : [`  → ${printable(describeRemedy(remedy))}`]),
    ]),
  ];
}
