/** `umekomi status`: what a corpus holds. */
import { statSync } from 'node:fs';
import { type CorpusStatus, status } from '../../service/operations/status.ts';
import type { RunCommand } from '../command.ts';
import { withContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { shownPath } from '../paths.ts';
import { failureLine, failureRemedies } from '../render/failures.ts';
import { malformedLines } from '../render/front-matter.ts';
import { bytes, counted } from '../render/numbers.ts';
import { resolveSettings } from '../settings.ts';
import { printableName, toJson, write } from '../terminal.ts';

/** Runs it. */
export const runStatus: RunCommand = async (world, { flags }) => {
  const settings = resolveSettings(world, flags);
  const found = await withContext(world, settings, { readOnly: true }, (context) =>
    status.run(context, {}),
  );
  const { size } = statSync(settings.db);
  const { stdout } = world;
  if (flags['json'] === true) await write(stdout, `${toJson({ version: 1, ...found, size })}\n`);
  else await write(stdout, forPeople(found, size, world.cwd));
  return EXIT.ok;
};

function forPeople(found: CorpusStatus, size: number, cwd: string): string {
  const { space, sources, failures } = found;
  const model =
    space === null
      ? 'none yet'
      : `${printableName(space.model)} (${printableName(space.kind)}, ${space.dimensions} dimensions)`;
  const lines = [
    `corpus     ${printableName(found.path)} (${bytes(size)})`,
    `model      ${model}`,
    ...sources.map((source) => `source     ${describeSource(source)}`),
    `documents  ${counted(found.documents, 'document')}, ${counted(found.chunks, 'passage')}`,
    `vectors    ${counted(found.vectors, 'vector')}${found.missing > 0 ? `, ${found.missing} missing` : ''}`,
  ];
  const listing = { cwd, listed: Number.POSITIVE_INFINITY, hint: '' };
  lines.push(...malformedLines(found.malformedFrontMatter, listing));
  if (found.notCut.length > 0) {
    lines.push(`not cut    ${counted(found.notCut.length, 'file')}; tried again when changed`);
    lines.push(...found.notCut.map((place) => `  ${printableName(shownPath(place, cwd))}`));
  }
  if (found.failed > 0) {
    lines.push(`failed     ${counted(found.failed, 'text')}; the next run tries again`);
    lines.push(...failures.map((failure) => failureLine(failure, cwd)));
    lines.push(...failureRemedies(failures));
  }
  return `${lines.join('\n')}\n`;
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
