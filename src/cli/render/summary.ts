/** What a run did, in a few lines for people. */
import type { IndexSkip, IndexSummary } from '../../model/indexing.ts';
import { shownPath } from '../paths.ts';
import { printableName } from '../terminal.ts';
import { failureLine, failureRemedies } from './failures.ts';
import { type MalformedListing, malformedLines } from './front-matter.ts';
import { leftOutLines } from './left-out.ts';
import { narrowedLines } from './narrowed.ts';
import { count, counted, duration } from './numbers.ts';
import { shellWord } from './shell.ts';

/** Failures and places that are listed without `--verbose`. */
const LISTED = 5;

/** What the lines depend on besides the summary. */
export interface SummaryContext {
  readonly cwd: string;
  readonly verbose: boolean;
  /** How long the run took. */
  readonly seconds: number;
  /** The corpus file. */
  readonly corpus: string;
}

/** The summary of a run; a line for each part of it that has something to tell. */
export function summaryLines(summary: IndexSummary, context: SummaryContext): string {
  const { seconds, corpus } = context;
  const lines = [
    documentLine(summary),
    inputLine(summary),
    ...rebuildLines(summary),
    ...narrowedLines(summary, context.cwd),
    ...skipLines(summary, context),
    ...malformedLines(summary.malformedFrontMatter, listingOf(context)),
    ...unconfirmedLines(summary),
    ...unseenLines(summary, context),
    ...notCutLines(summary, context),
    ...failureLines(summary, context),
    summary.dryRun
      ? 'dry run    nothing was changed'
      : `${isComplete(summary) ? 'done      ' : 'incomplete'} in ${duration(seconds)}: ${printableName(corpus)}`,
  ];
  return `${lines.join('\n')}\n`;
}

function listingOf({ cwd, verbose }: SummaryContext): MalformedListing {
  if (verbose) return { cwd, listed: Number.POSITIVE_INFINITY, hint: '' };
  return { cwd, listed: LISTED, hint: ' (--verbose lists them)' };
}

/** False if a text or a file failed, a place could not be looked at, or a file that was named was left out. */
export function isComplete(summary: IndexSummary): boolean {
  const { failures, unobserved, skipped, skipCounts } = summary;
  const isRefused = skipped.some(({ isNamed }) => isNamed === true);
  const isCut = (skipCounts['not-cut'] ?? 0) === 0;
  return failures.length === 0 && unobserved.length === 0 && !isRefused && isCut;
}

function documentLine({ documents }: IndexSummary): string {
  const parts = (['added', 'updated', 'moved', 'removed', 'unchanged'] as const)
    .filter((kind) => documents[kind] > 0)
    .map((kind) => `${count(documents[kind])} ${kind}`);
  return `documents  ${parts.length === 0 ? 'none' : parts.join(', ')}`;
}

function inputLine({ chunks, inputs, dryRun }: IndexSummary): string {
  const parts = [
    `${count(inputs.embedded)} ${dryRun ? 'to embed' : 'embedded'}`,
    ...(inputs.reused > 0 ? [`${count(inputs.reused)} reused`] : []),
    ...(inputs.failed > 0 ? [`${count(inputs.failed)} failed`] : []),
    ...(inputs.pruned > 0 ? [`${count(inputs.pruned)} no longer used`] : []),
  ];
  if (chunks === 0 && parts.length === 1 && inputs.embedded === 0) return 'passages   none new';
  return `passages   ${count(chunks)} new or changed; vectors: ${parts.join(', ')}`;
}

/** Who asked for everything anew must not take "0 embedded" for that. */
function rebuildLines({ rebuild }: IndexSummary): readonly string[] {
  if (rebuild !== 'not-needed') return [];
  return [
    'rebuild    not needed: the vectors are of this model, these dimensions and prefixes already',
  ];
}

function skipLines(summary: IndexSummary, { cwd, verbose }: SummaryContext): readonly string[] {
  const reasons = Object.entries(summary.skipCounts).filter(([, n]) => n > 0);
  if (reasons.length === 0) return [];
  const total = reasons.map(([reason, n]) => `${count(n)} ${reason}`).join(', ');
  const shown = summary.skipped.filter(({ isNamed }) => verbose || isNamed === true);
  const listed = shown.map((skip) => skipLine(skip, cwd));
  const more = reasons.reduce((sum, [, n]) => sum + n, 0) - listed.length;
  const hint = leftOutLines(summary);
  const head = `skipped    ${total}`;
  if (verbose) return [head, ...listed, ...andMore(more, ''), ...hint];
  return [more > 0 ? `${head} (--verbose lists them)` : head, ...listed, ...hint];
}

function skipLine({ source, path, reason, detail }: IndexSkip, cwd: string): string {
  const name = printableName(shownPath({ source, path }, cwd));
  return `  ${name}  ${reason}${detail === undefined ? '' : ` (${printableName(detail)})`}`;
}

/** What a corpus from elsewhere may have brought, and what to do if it did not. */
function unconfirmedLines({ unconfirmed }: IndexSummary): readonly string[] {
  if (unconfirmed.length === 0) return [];
  return [
    `unnamed    ${counted(unconfirmed.length, 'source')} outside the folder of this corpus, which was copied or came from elsewhere: not read.`,
    '           If they are yours, name each once: umekomi index <path>',
    ...unconfirmed.map((path) => `  ${printableName(path)}`),
  ];
}

function unseenLines(
  { unobserved, unconfirmed, skipped }: IndexSummary,
  { verbose, cwd }: SummaryContext,
): readonly string[] {
  const unseen = unobserved.filter((path) => !unconfirmed.includes(path));
  if (unseen.length === 0) return [];
  const missing = new Set(skipped.filter(isMissingSource).map(({ source }) => source));
  const gone = unseen.filter((path) => missing.has(path));
  const others = unseen.filter((path) => !missing.has(path));
  const listed = others.slice(0, verbose ? others.length : LISTED);
  return [
    `unseen     ${counted(unseen.length, 'place')} could not be looked at; what is stored of it is kept`,
    ...gone.flatMap((path) => goneLines(path, cwd)),
    ...listed.map((path) => `  ${printableName(path)}`),
    ...andMore(others.length - listed.length, ' (--verbose lists them)'),
  ];
}

/** The source itself was looked for, and nothing is there. */
function isMissingSource({ path, reason, detail }: IndexSkip): boolean {
  return path === '' && reason === 'unreadable' && (detail === 'ENOENT' || detail === 'ENOTDIR');
}

function goneLines(path: string, cwd: string): readonly string[] {
  const place = shellWord(shownPath({ source: path, path: '' }, cwd));
  return [
    `  ${printableName(path)}  is not there`,
    `    Connect its disk, or put it back, and run again; if it is gone for good: umekomi remove ${place}`,
  ];
}

/** Files that umekomi itself failed on. */
function notCutLines(
  { skipped, skipCounts }: IndexSummary,
  { cwd, verbose }: SummaryContext,
): readonly string[] {
  const total = skipCounts['not-cut'] ?? 0;
  if (total === 0) return [];
  const all = skipped.filter(({ reason }) => reason === 'not-cut');
  const listed = all.slice(0, verbose ? all.length : LISTED);
  return [
    `not cut    ${counted(total, 'file')} made umekomi fail, which is a fault of it: please report it. What was stored before is kept`,
    ...listed.map((skip) => skipLine(skip, cwd)),
    ...andMore(total - listed.length, ' (umekomi status lists them)'),
  ];
}

function failureLines(
  { failures }: IndexSummary,
  { cwd, verbose }: SummaryContext,
): readonly string[] {
  if (failures.length === 0) return [];
  const listed = failures.slice(0, verbose ? failures.length : LISTED);
  return [
    `failed     ${counted(failures.length, 'text')} could not be embedded; the next run tries again`,
    ...listed.map((failure) => failureLine(failure, cwd)),
    ...andMore(failures.length - listed.length, ' (umekomi status lists them)'),
    ...failureRemedies(failures),
  ];
}

function andMore(more: number, hint: string): readonly string[] {
  return more > 0 ? [`  and ${count(more)} more${hint}`] : [];
}
