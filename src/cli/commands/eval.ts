/** `umekomi eval`: how good search is, on questions whose answers are known. */
import { resolve } from 'node:path';
import type { EvaluatedMode } from '../../evaluation.ts';
import { UsageError } from '../../model/errors.ts';
import { type EvalReport, evaluate } from '../../service/operations/eval.ts';
import type { RunCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { Flags } from '../flags.ts';
import { withJudgedCorpus } from '../judged-corpus.ts';
import { sayMeaningOnly } from '../notices.ts';
import { expandHome } from '../paths.ts';
import { counted } from '../render/numbers.ts';
import { rerankerOf } from '../reranker-flag.ts';
import { printableName, tell, toJson, type World, write } from '../terminal.ts';

/** What a run answers with `--json`, next to `version`. */
interface Report extends EvalReport {
  readonly split: string | null;
}

/** Runs it. */
export const runEval: RunCommand = async (world, { args, flags }) => {
  const [place] = args;
  if (flags['compare'] !== undefined) {
    if (place !== undefined) throw new UsageError('USAGE', '--compare takes no judged set.');
    const { compare } = await import('./eval-compare.ts');
    return compare(world, flags['compare'] as readonly string[], flags);
  }
  if (place === undefined) {
    const message = 'Name a judged set, such as: umekomi eval ./questions.jsonl';
    throw new UsageError('USAGE', message);
  }
  const report = await measure(world, resolve(world.cwd, expandHome(place, world.home)), flags);
  const isMeaningOnly = report.modes.length === 1 && report.modes[0]?.mode === 'semantic';
  if (flags['mode'] === undefined && isMeaningOnly) sayMeaningOnly(world);
  if (flags['json'] === true) await write(world.stdout, `${toJson({ version: 1, ...report })}\n`);
  else await write(world.stdout, await forPeople(report, flags));
  await tell(world, notes(report).join(''));
  return report.missing > 0 ? EXIT.failures : EXIT.ok;
};

async function measure(world: World, path: string, flags: Flags): Promise<Report> {
  const modes = await chosenModes(flags['mode'] as readonly string[] | undefined);
  const { readJudgedSet } = await import('../../evaluation.ts');
  const split = flags['split'] as string | undefined;
  const set = await readJudgedSet(path, { split });
  const reranker = await rerankerOf(world, flags);
  const progress = queryProgress(world);
  return withJudgedCorpus(world, flags, set, async (context) => {
    try {
      const { signal } = world;
      const given = { set, modes, reranker, signal, onProgress: progress.show };
      const { set: read, ...report } = await evaluate.run(context, given);
      return { set: read, split: split ?? null, ...report };
    } finally {
      progress.end();
    }
  });
}

/** Names of modes checked against those that there are; undefined if none is named. */
async function chosenModes(
  named: readonly string[] | undefined,
): Promise<readonly EvaluatedMode[] | undefined> {
  if (named === undefined) return undefined;
  const { EVALUATED_MODES } = await import('../../evaluation.ts');
  const all: readonly string[] = EVALUATED_MODES;
  const unknown = named.find((mode) => !all.includes(mode));
  if (unknown !== undefined) {
    const message = `There is no mode ${JSON.stringify(unknown)}; the modes are ${all.join(', ')}.`;
    throw new UsageError('USAGE', message);
  }
  return EVALUATED_MODES.filter((mode) => named.includes(mode));
}

/** Milliseconds between two drawings. */
const INTERVAL_MS = 100;

/** How many queries were asked, on one line of a terminal that is drawn over. */
function queryProgress({ stderr }: World): {
  show: (done: number, total: number) => void;
  end: () => void;
} {
  let drawnAt: number | null = null;
  return {
    show: (done, total) => {
      if (stderr.isTTY !== true || Date.now() - (drawnAt ?? 0) < INTERVAL_MS) return;
      drawnAt = Date.now();
      stderr.write(`\r\u001B[Kquery ${done + 1} of ${total}`);
    },
    end: () => {
      if (drawnAt !== null) stderr.write('\r\u001B[K');
    },
  };
}

async function forPeople(report: Report, flags: Flags): Promise<string> {
  const { measuresTable, ranksTable } = await import('../render/evaluation.ts');
  const { set, split, model, reranker, documents, chunks, modes } = report;
  const queries = modes[0]?.queries.length ?? 0;
  const answered = counted(queries, 'query', 'queries');
  const searched = `${counted(documents, 'document')}, ${counted(chunks, 'passage')}`;
  const part = split === null ? '' : ` (${printableName(split)})`;
  const head = [
    `set    ${printableName(set)}${part}: ${answered} on ${searched}`,
    `model  ${printableName(model.model)} (${printableName(model.kind)}, ${model.dimensions} dimensions)`,
    ...(reranker === null ? [] : [`rerank ${printableName(reranker)}`]),
  ];
  const ranks = flags['ranks'] === true ? `\n${ranksTable(modes)}` : '';
  return `${head.join('\n')}\n\n${measuresTable(modes)}${ranks}`;
}

/** What makes the figures mean less than they seem to. */
function notes(report: Report): readonly string[] {
  const { unjudgedQueries, unknownQueries, unknownDocuments, missing } = report;
  const lines: string[] = [];
  if (unjudgedQueries > 0) {
    lines.push(`${counted(unjudgedQueries, 'query', 'queries')} without an answer left out.`);
  }
  if (unknownQueries > 0) {
    lines.push(
      `Judgements of ${counted(unknownQueries, 'query', 'queries')} that the set does not have left out.`,
    );
  }
  const [example] = unknownDocuments;
  if (example !== undefined) {
    lines.push(
      `${counted(unknownDocuments.length, 'answer')} not in the corpus, such as ${printableName(example)}: nothing can find them, and the figures are lower for it.`,
    );
  }
  if (missing > 0) {
    lines.push(
      `${counted(missing, 'text')} of the corpus without a vector: they were not searched, and the figures are lower for it.`,
    );
  }
  return lines.map((line) => `umekomi: ${line}\n`);
}
