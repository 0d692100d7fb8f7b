/** `umekomi eval --compare`: two runs that were kept with `--json`, or the modes of one, side by side. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ComparedQuery, type EvaluatedMode, MEASURES } from '../../evaluation.ts';
import { UsageError } from '../../model/errors.ts';
import { EXIT } from '../exit-codes.ts';
import type { Flags } from '../flags.ts';
import { expandHome } from '../paths.ts';
import { counted } from '../render/numbers.ts';
import { printableName, toJson, type World, write } from '../terminal.ts';

/** One mode of one kept run. */
interface Run {
  readonly file: string;
  readonly mode: string;
  readonly model: string;
  /** The reranker's name; null without one. */
  readonly reranker: string | null;
  readonly queries: readonly ComparedQuery[];
}

/** Runs it. @returns the exit code */
export async function compare(
  world: World,
  files: readonly string[],
  flags: Flags,
): Promise<number> {
  const modes = flags['mode'] as readonly string[] | undefined;
  const kept = (run: Run): boolean => modes?.includes(run.mode) ?? true;
  const read = async (file: string): Promise<readonly Run[]> =>
    (await readRuns(world, file)).filter(kept);
  const pairs = pairUp(await Promise.all(files.map(read)));
  const { compareRuns } = await import('../../evaluation.ts');
  const compared = pairs.map(([a, b]) => ({ a, b, measures: compareRuns(a.queries, b.queries) }));
  if (flags['json'] === true) {
    const comparisons = compared.map(({ a, b, measures }) => ({
      ...{ a: nameOf(a), b: nameOf(b), queries: a.queries.length, measures },
    }));
    await write(world.stdout, `${toJson({ version: 1, comparisons })}\n`);
    return EXIT.ok;
  }
  const { comparisonTable } = await import('../render/evaluation.ts');
  const blocks = compared.map(({ a, b, measures }) => {
    const head = `A  ${describe(a)}\nB  ${describe(b)}\n`;
    const count = counted(a.queries.length, 'query', 'queries');
    return `${head}${count} in both\n\n${comparisonTable(measures)}`;
  });
  await write(world.stdout, blocks.join('\n'));
  return EXIT.ok;
}

function nameOf({ file, mode, model, reranker }: Run): Omit<Run, 'queries'> {
  return { file, mode, model, reranker };
}

function describe({ file, mode, model, reranker }: Run): string {
  const reranked = reranker === null ? '' : `, reranked by ${printableName(reranker)}`;
  return `${printableName(file)}: ${printableName(mode)}, ${printableName(model)}${reranked}`;
}

/**
 * What is set against what: the modes of one file against each other; of two files the only modes,
 * or else the modes that both have.
 */
function pairUp(files: readonly (readonly Run[])[]): readonly (readonly [Run, Run])[] {
  const [first = [], second, ...more] = files;
  if (more.length > 0) throw new UsageError('USAGE', '--compare takes one or two files.');
  if (second === undefined) {
    const pairs = first.flatMap((a, i) => first.slice(i + 1).map((b) => [a, b] as const));
    if (pairs.length > 0) return pairs;
    throw new UsageError('USAGE', 'One file with one mode has nothing to compare; name a second.');
  }
  const [a] = first;
  const [b] = second;
  if (first.length === 1 && second.length === 1 && a && b) return [[a, b]];
  const pairs = first.flatMap((run) => {
    const other = second.find(({ mode }) => mode === run.mode);
    return other === undefined ? [] : [[run, other] as const];
  });
  if (pairs.length > 0) return pairs;
  throw new UsageError(
    'USAGE',
    'The two runs have no mode in common; evaluate both with one --mode.',
  );
}

async function readRuns(world: World, file: string): Promise<readonly Run[]> {
  const path = resolve(world.cwd, expandHome(file, world.home));
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UsageError('USAGE', `${printableName(path)} cannot be read.`, { cause });
  });
  const runs = parseRuns(text, file);
  if (runs !== null) return runs;
  const message = `${printableName(path)} is not what umekomi eval --json prints.`;
  throw new UsageError('USAGE', message);
}

interface KeptRun {
  readonly version?: unknown;
  readonly model?: { readonly model?: unknown };
  readonly reranker?: unknown;
  readonly modes?: readonly { readonly mode?: unknown; readonly queries?: unknown }[];
}

/** The modes of a kept run; null if the text is something else. */
function parseRuns(text: string, file: string): readonly Run[] | null {
  let kept: KeptRun | null;
  try {
    kept = JSON.parse(text) as KeptRun | null;
  } catch {
    return null;
  }
  if (kept?.version !== 1 || !Array.isArray(kept.modes)) return null;
  const model = String(kept.model?.model ?? '');
  // Older runs have none.
  const reranker = typeof kept.reranker === 'string' ? kept.reranker : null;
  const runs = (kept.modes as NonNullable<KeptRun['modes']>).flatMap(({ mode, queries }) => {
    if (typeof mode !== 'string' || !Array.isArray(queries) || !queries.every(isScored)) return [];
    return { file, mode: mode as EvaluatedMode, model, reranker, queries };
  });
  return runs.length === kept.modes.length ? runs : null;
}

function isScored(query: Partial<ComparedQuery> | null): boolean {
  const { id, scores } = query ?? {};
  return typeof id === 'string' && MEASURES.every((name) => Number.isFinite(scores?.[name]));
}
