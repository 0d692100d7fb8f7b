/** `umekomi status`: what a corpus holds. */
import { statSync } from 'node:fs';
import type { CorpusStatus } from '../../index.ts';
import { withCorpus } from '../corpus.ts';
import { EXIT } from '../exit-codes.ts';
import { shownPath } from '../paths.ts';
import { bytes, counted } from '../render/numbers.ts';
import { type GlobalFlags, settle } from '../settings.ts';
import { printableName, toJson, type World, write } from '../terminal.ts';

/** Runs it. @returns the exit code */
export async function status(
  world: World,
  flags: GlobalFlags & { readonly json?: boolean },
): Promise<number> {
  const settings = settle(world, flags);
  const found = await withCorpus(world, settings, { readOnly: true }, async (corpus) =>
    corpus.status(),
  );
  const size = statSync(settings.db).size;
  const { stdout } = world;
  if (flags.json === true) await write(stdout, `${toJson({ version: 1, ...found, size })}\n`);
  else await write(stdout, forPeople(found, size, world.cwd));
  return EXIT.ok;
}

function forPeople(found: CorpusStatus, size: number, cwd: string): string {
  const { space, sources } = found;
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
  if (found.failed > 0) {
    lines.push(`failed     ${counted(found.failed, 'text')}; the next run tries again`);
    for (const failure of found.failures) {
      const place = `${printableName(shownPath(failure, cwd))}:${failure.startLine}`;
      lines.push(`  ${place}  ${printableName(`${failure.message} [${failure.code}]`)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function describeSource(source: CorpusStatus['sources'][number]): string {
  const rules = [
    ...source.include.map((glob) => `include ${glob}`),
    ...source.exclude.map((glob) => `exclude ${glob}`),
    ...(source.ignoreFiles ? [] : ['ignore files not obeyed']),
  ];
  const suffix = rules.length === 0 ? '' : ` (${rules.join(', ')})`;
  return printableName(source.path + suffix);
}
