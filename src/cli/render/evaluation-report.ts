/** An evaluation for people: what was asked of what, the figures, and what they do not say. Pure. */
import type { EvalReport } from '../../service/operations/eval.ts';
import { printableName } from '../terminal.ts';
import { measuresTable, ranksTable } from './evaluation.ts';
import { counted } from './numbers.ts';

/** What a run answers with `--json`, next to `version`. */
export interface Report extends EvalReport {
  readonly split: string | null;
}

/** What figures of sentences are good for. */
const SMOKE_TEST = `This is a smoke test: is what was indexed found again? It is no measure of quality. A question is half of a
sentence that stands there, so words alone find nearly all of them. A figure far below 1 says that something is
broken, or that the model does not know the language. How good search is, only questions of your own can tell:
docs/evaluation.md
`;

/** The figures with what they are about. */
export function forPeople(report: Report, { ranks }: { readonly ranks: boolean }): string {
  const { model, reranker, modes, fromCorpus } = report;
  const head = [
    `set    ${describeSet(report)}`,
    `model  ${printableName(model.model)} (${printableName(model.kind)}, ${model.dimensions} dimensions)`,
    ...(reranker === null ? [] : [`rerank ${printableName(reranker)}`]),
  ];
  const places = ranks ? `\n${ranksTable(modes)}` : '';
  const caution = fromCorpus === null ? '' : `\n${SMOKE_TEST}`;
  return `${head.join('\n')}\n\n${measuresTable(modes)}${places}${caution}`;
}

function describeSet({ set, split, fromCorpus, modes, documents, chunks }: Report): string {
  const queries = modes[0]?.queries.length ?? 0;
  const searched = `${counted(documents, 'document')}, ${counted(chunks, 'passage')}`;
  if (fromCorpus !== null) {
    const chosen = counted(fromCorpus.documents, 'document');
    const from = fromCorpus.documents === documents ? searched : `${chosen} of ${searched}`;
    return `${counted(queries, 'sentence')} of the corpus asked back: ${from}`;
  }
  const part = split === null ? '' : ` (${printableName(split)})`;
  return `${printableName(set ?? '')}${part}: ${counted(queries, 'query', 'queries')} on ${searched}`;
}

/** What makes the figures mean less than they seem to. */
export function notes(report: Report): readonly string[] {
  const { unjudgedQueries, unknownQueries, unknownDocuments, missing, fromCorpus } = report;
  const lines: string[] = [];
  const asked = report.modes[0]?.queries.length ?? 0;
  if (fromCorpus !== null && asked < fromCorpus.wanted) {
    lines.push(
      `${counted(asked, 'sentence')} instead of ${fromCorpus.wanted}: there are no more that can be asked back.`,
    );
  }
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
