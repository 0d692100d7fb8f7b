/** What a corpus holds, for people. Pure but for the time zone. */
import type { CorpusStatus } from '../../service/operations/status.ts';
import { shownPath } from '../paths.ts';
import { printableName } from '../terminal.ts';
import { failureLine, failureRemedies } from './failures.ts';
import { malformedLines } from './front-matter.ts';
import { bytes, count, counted, duration } from './numbers.ts';
import { describeRemedy } from './remedy.ts';
import { shellWord } from './shell.ts';
import { minuteWithOffset } from './times.ts';

/** What is told besides what the corpus says of itself. */
export interface StatusContext {
  /** Bytes of the file. */
  readonly size: number;
  /** The server that a run would use, and who named it. */
  readonly server: string;
  readonly cwd: string;
}

/** A line for each thing there is to know. */
export function statusLines(status: CorpusStatus, context: StatusContext): string {
  const { space, sources, failures, failed, missing } = status;
  const lines = [
    `corpus     ${printableName(status.path)} (${bytes(context.size)})`,
    `model      ${space === null ? 'none yet' : describeSpace(space)}`,
    `server     ${printableName(context.server)}`,
    `chunks     ${describeChunking(status)}`,
    ...sources.map((source) => `source     ${describeSource(source)}`),
    `documents  ${counted(status.documents, 'document')}, ${counted(status.chunks, 'passage')}`,
    `vectors    ${counted(status.vectors, 'vector')}${missing > 0 ? `, ${count(missing)} missing` : ''}`,
    `last run   ${describeRun(status)}`,
    ...status.rebuilds.flatMap((rebuild) => rebuildLines(rebuild, status)),
  ];
  const listing = { cwd: context.cwd, listed: Number.POSITIVE_INFINITY, hint: '' };
  lines.push(...malformedLines(status.malformedFrontMatter, listing));
  lines.push(...notCutLines(status, context));
  if (failed > 0) {
    lines.push(`failed     ${counted(failed, 'text')}; the next run tries again`);
    lines.push(...failures.map((failure) => failureLine(failure, context.cwd)));
    lines.push(...failureRemedies(failures));
  }
  return `${lines.join('\n')}\n`;
}

function notCutLines({ notCut }: CorpusStatus, { cwd }: StatusContext): readonly string[] {
  if (notCut.length === 0) return [];
  const files = notCut.map((place) => `  ${printableName(shownPath(place, cwd))}`);
  return [`not cut    ${counted(notCut.length, 'file')}; tried again when changed`, ...files];
}

function describeSpace({ model, kind, dimensions }: NonNullable<CorpusStatus['space']>): string {
  return `${printableName(model)} (${printableName(kind)}, ${dimensions} dimensions)`;
}

function describeChunking({ chunking }: CorpusStatus): string {
  if (chunking === null) return 'nothing was cut yet';
  const { chunkSize, chunkOverlap } = chunking;
  return `at most ${count(chunkSize)} estimated tokens each, overlap ${count(chunkOverlap)}`;
}

function describeRun({ lastRun, space, failed }: CorpusStatus): string {
  if (lastRun === null) return space === null ? 'none yet' : 'not recorded';
  const { startedAt, endedAt } = lastRun;
  const begun = minuteWithOffset(startedAt);
  if (endedAt === null) {
    return `${begun}: has not ended. It is running, or was interrupted: umekomi index goes on`;
  }
  const took = duration(Math.max(0, endedAt - startedAt) / 1000);
  const failures = failed > 0 ? `, ${counted(failed, 'text')} failed` : '';
  return `${begun}: ended after ${took}${failures}`;
}

function rebuildLines(
  rebuild: CorpusStatus['rebuilds'][number],
  { vectors, space }: CorpusStatus,
): readonly string[] {
  const { kind, model } = rebuild;
  const name = kind === 'builtin' ? 'builtin' : printableName(model);
  const command = describeRemedy({ code: 'rebuild', model: name });
  return [
    `rebuild    for ${describeSpace(rebuild)}, not ended: ${counted(rebuild.vectors, 'vector')}; the corpus has ${count(vectors)} of its own model`,
    `           ${[command, ...flagsOf(rebuild, space)].join(' ')} (goes on with it). Drop it with: umekomi optimize`,
  ];
}

/** What a rebuild of the corpus's own model was asked to do otherwise: without these flags it would be another one. */
function flagsOf(
  rebuild: CorpusStatus['rebuilds'][number],
  space: CorpusStatus['space'],
): readonly string[] {
  if (space?.model !== rebuild.model || space.kind !== rebuild.kind) return [];
  const { dimensions, documentPrompt, queryPrompt } = rebuild;
  return [
    ...(dimensions === space.dimensions ? [] : [`--dimensions ${dimensions}`]),
    ...(documentPrompt === space.documentPrompt
      ? []
      : [`--document-prefix ${shellWord(documentPrompt)}`]),
    ...(queryPrompt === space.queryPrompt ? [] : [`--query-prefix ${shellWord(queryPrompt)}`]),
  ];
}

function describeSource(source: CorpusStatus['sources'][number]): string {
  const rules = [
    ...source.include.map((glob) => `include ${glob}`),
    ...source.exclude.map((glob) => `exclude ${glob}`),
    ...(source.ignoreFiles ? [] : ['ignore files not obeyed']),
    ...(source.encoding === null ? [] : [`encoding ${source.encoding}`]),
  ];
  const suffix = rules.length === 0 ? '' : ` (${rules.join(', ')})`;
  return printableName(source.path + suffix);
}
