/** `umekomi eval --compare`: two runs that were kept with `--json`, or the modes of one, side by side. */
import { UsageError } from '../../model/errors.ts';
import { EXIT } from '../exit-codes.ts';
import type { Flags } from '../flags.ts';
import { type KeptRun, type RunTraits, readKeptRuns, TRAITS } from '../kept-runs.ts';
import type { Comparison } from '../render/comparison.ts';
import { printableName, toJson, type World, write } from '../terminal.ts';

/** The measure by which queries are said to have gained or lost. */
const CHANGE_MEASURE = 'ndcg10';

/** Runs it. @returns the exit code */
export async function compare(
  world: World,
  files: readonly string[],
  flags: Flags,
): Promise<number> {
  const modes = flags['mode'] as readonly string[] | undefined;
  const kept = (run: KeptRun): boolean => modes?.includes(run.mode) ?? true;
  const read = async (file: string): Promise<readonly KeptRun[]> =>
    (await readKeptRuns(world, file)).filter(kept);
  const pairs = pairUp(await Promise.all(files.map(read)));
  const comparisons: Comparison[] = [];
  for (const [a, b] of pairs) comparisons.push(await comparePair(a, b));
  if (flags['json'] === true) {
    const data = comparisons.map(({ texts: _, ...comparison }) => comparison);
    await write(world.stdout, `${toJson({ version: 1, comparisons: data })}\n`);
  } else {
    const { describeComparison } = await import('../render/comparison.ts');
    await write(world.stdout, comparisons.map(describeComparison).join('\n'));
  }
  return EXIT.ok;
}

async function comparePair(a: KeptRun, b: KeptRun): Promise<Comparison> {
  const { changedQueries, compareRuns } = await import('../../evaluation.ts');
  const measures = compareRuns(a.queries, b.queries);
  requireSameSet(a, b);
  return {
    ...{ a: nameOf(a), b: nameOf(b) },
    differs: TRAITS.filter((trait) => a[trait] !== b[trait]),
    ...{ queries: a.queries.length, measures },
    ...changedQueries(a.queries, b.queries, CHANGE_MEASURE),
    texts: new Map(a.queries.map(({ id, text }) => [id, text ?? ''])),
  };
}

/** The queries are the same here: what is left are the answers. */
function requireSameSet(a: KeptRun, b: KeptRun): void {
  if (a.setDigest === null || b.setDigest === null || a.setDigest === b.setDigest) return;
  const message = `${printableName(a.file)} and ${printableName(b.file)} asked the same questions, but not with the same answers or gains: the set was changed between the runs. Evaluate both with one set.`;
  throw new UsageError('USAGE', message);
}

function nameOf({
  queries: _,
  setDigest: __,
  ...traits
}: KeptRun): RunTraits & { readonly file: string } {
  return traits;
}

/**
 * What is set against what: the modes of one file against each other; of two files the only modes,
 * or else the modes that both have.
 */
function pairUp(files: readonly (readonly KeptRun[])[]): readonly (readonly [KeptRun, KeptRun])[] {
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
