/** What a run did, in a few lines for people. */
import type { IndexSummary } from '../../index.ts';
import { shownPath } from '../paths.ts';
import { printable, printableName } from '../terminal.ts';
import { count, counted } from './table.ts';

/** Failures and skips that are listed without `--verbose`. */
const LISTED = 5;

/** The summary of a run; a line for each part of it that has something to tell. */
export function summaryLines(
  summary: IndexSummary,
  options: { cwd: string; verbose: boolean },
): string {
  const { documents, inputs, dryRun } = summary;
  const would = dryRun ? ' (dry run: nothing was changed)' : '';
  const changed = (['added', 'updated', 'moved', 'removed', 'unchanged'] as const)
    .filter((kind) => documents[kind] > 0)
    .map((kind) => `${count(documents[kind])} ${kind}`);
  const lines = [
    `documents  ${changed.length === 0 ? 'none' : changed.join(', ')}${would}`,
    `passages   ${count(summary.chunks)} new or changed; ${count(inputs.embedded)} ${
      dryRun ? 'to embed' : 'embedded'
    }, ${count(inputs.reused)} reused${inputs.failed > 0 ? `, ${count(inputs.failed)} failed` : ''}`,
    ...skipLines(summary, options),
    ...summary.unobserved.map(
      (path) =>
        `unseen     ${printableName(path)} cannot be looked at; what is stored of it is kept`,
    ),
    ...failureLines(summary, options),
  ];
  return `${lines.join('\n')}\n`;
}

function skipLines(
  { skipped, skipCounts }: IndexSummary,
  { cwd, verbose }: { cwd: string; verbose: boolean },
): readonly string[] {
  const reasons = Object.entries(skipCounts).filter(([, n]) => n > 0);
  if (reasons.length === 0) return [];
  const total = reasons.map(([reason, n]) => `${count(n)} ${reason}`).join(', ');
  if (!verbose) return [`skipped    ${total} (--verbose lists them)`];
  const listed = skipped.map(({ source, path, reason, detail }) => {
    const name = printableName(shownPath({ source, path }, cwd));
    return `  ${name}  ${reason}${detail === undefined ? '' : ` (${printable(detail)})`}`;
  });
  return [`skipped    ${total}`, ...listed];
}

function failureLines(
  { failures }: IndexSummary,
  { cwd, verbose }: { cwd: string; verbose: boolean },
): readonly string[] {
  if (failures.length === 0) return [];
  const listed = failures.slice(0, verbose ? failures.length : LISTED).map((failure) => {
    const place = `${printableName(shownPath(failure, cwd))}:${failure.startLine}`;
    return `  ${place}  ${printable(failure.message)} [${failure.code}]`;
  });
  const more = failures.length - listed.length;
  return [
    `failed     ${counted(failures.length, 'text')} could not be embedded; the next run tries again`,
    ...listed,
    ...(more > 0 ? [`  and ${count(more)} more (umekomi status lists them)`] : []),
  ];
}
