/** `umekomi eval`: how good search is, on questions whose answers are known. */
import { resolve } from 'node:path';
import type { Corpus, EvaluatedMode, Evaluation, JudgedSet } from '../../index.ts';
import { UsageError } from '../../model/errors.ts';
import { withEvaluatedCorpus } from '../evaluated-corpus.ts';
import { EXIT } from '../exit-codes.ts';
import { defaultMode } from '../mode.ts';
import { expandHome } from '../paths.ts';
import { counted } from '../render/numbers.ts';
import type { EmbedderFlags, GlobalFlags } from '../settings.ts';
import { printableName, toJson, type World, write } from '../terminal.ts';

/** Flags of `eval`. */
export interface EvalFlags extends GlobalFlags, EmbedderFlags {
  readonly split?: string;
  readonly mode?: readonly string[];
  readonly ranks?: boolean;
  readonly compare?: readonly string[];
  readonly json?: boolean;
}

/** What a run answers with `--json`, next to `version`. */
interface Report extends Evaluation {
  /** Absolute path of the judged set. */
  readonly set: string;
  readonly split: string | null;
  readonly model: { readonly kind: string; readonly model: string; readonly dimensions: number };
  readonly documents: number;
  readonly chunks: number;
  /** Texts without a vector: what is in them was not searched. */
  readonly missing: number;
  readonly unjudgedQueries: number;
  readonly unknownQueries: number;
}

/** Runs it. @returns the exit code */
export async function evaluate(
  world: World,
  place: string | undefined,
  flags: EvalFlags,
): Promise<number> {
  if (flags.compare !== undefined) {
    if (place !== undefined) throw new UsageError('USAGE', '--compare takes no judged set.');
    const { compare } = await import('./eval-compare.ts');
    return compare(world, flags.compare, flags);
  }
  if (place === undefined) {
    const message = 'Name a judged set, such as: umekomi eval ./questions.jsonl';
    throw new UsageError('USAGE', message);
  }
  const modes = await chosenModes(flags.mode);
  const { readJudgedSet } = await import('../../index.ts');
  const path = resolve(world.cwd, expandHome(place, world.home));
  const set = await readJudgedSet(path, { split: flags.split });
  const report = await withEvaluatedCorpus(world, flags, set, (corpus) =>
    measure(world, corpus, {
      set,
      modes: flags.mode === undefined ? usableModes(world, corpus, modes) : modes,
      split: flags.split ?? null,
    }),
  );
  if (flags.json === true) await write(world.stdout, `${toJson({ version: 1, ...report })}\n`);
  else await write(world.stdout, await forPeople(report, flags));
  await write(world.stderr, notes(report).join(''));
  return report.missing > 0 ? EXIT.failures : EXIT.ok;
}

/** Names of modes checked against those that there are; all of them if none is named. */
async function chosenModes(
  named: readonly string[] | undefined,
): Promise<readonly EvaluatedMode[]> {
  const { EVALUATED_MODES } = await import('../../index.ts');
  const all: readonly string[] = EVALUATED_MODES;
  const unknown = named?.find((mode) => !all.includes(mode));
  if (unknown !== undefined) {
    const message = `There is no mode ${JSON.stringify(unknown)}; the modes are ${all.join(', ')}.`;
    throw new UsageError('USAGE', message);
  }
  return EVALUATED_MODES.filter((mode) => named?.includes(mode) ?? true);
}

/** Without words in the corpus only meaning can be measured; modes that are named fail instead. */
function usableModes(
  world: World,
  corpus: Corpus,
  modes: readonly EvaluatedMode[],
): readonly EvaluatedMode[] {
  if (defaultMode(world, corpus) !== 'semantic') return modes;
  return modes.filter((mode) => mode === 'semantic');
}

async function measure(
  world: World,
  corpus: Corpus,
  asked: {
    readonly set: JudgedSet;
    readonly modes: readonly EvaluatedMode[];
    readonly split: string | null;
  },
): Promise<Report> {
  const { set, modes, split } = asked;
  const { evaluateSet } = await import('../../index.ts');
  const progress = queryProgress(world);
  try {
    const evaluation = await evaluateSet(corpus, set, {
      ...{ modes, cwd: world.cwd, signal: world.signal },
      onProgress: progress.show,
    });
    const { space, documents, chunks, missing } = corpus.status();
    const { kind = '', model = '', dimensions = 0 } = space ?? {};
    const { unjudgedQueries, unknownQueries } = set;
    return {
      ...{ set: set.path, split, model: { kind, model, dimensions } },
      ...{ documents, chunks, missing, unjudgedQueries, unknownQueries },
      ...evaluation,
    };
  } finally {
    progress.end();
  }
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

async function forPeople(report: Report, flags: EvalFlags): Promise<string> {
  const { measuresTable, ranksTable } = await import('../render/evaluation.ts');
  const { set, split, model, documents, chunks, modes } = report;
  const queries = modes[0]?.queries.length ?? 0;
  const answered = counted(queries, 'query', 'queries');
  const searched = `${counted(documents, 'document')}, ${counted(chunks, 'passage')}`;
  const part = split === null ? '' : ` (${printableName(split)})`;
  const head = [
    `set    ${printableName(set)}${part}: ${answered} on ${searched}`,
    `model  ${printableName(model.model)} (${printableName(model.kind)}, ${model.dimensions} dimensions)`,
  ];
  const ranks = flags.ranks === true ? `\n${ranksTable(modes)}` : '';
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
