/** Evaluations and comparisons as tables for people. Pure. */
import type { Estimate, Measure, MeasureComparison, ModeResult } from '../../evaluation.ts';
import { printableName } from '../terminal.ts';
import { table } from './table.ts';
import { clip } from './width.ts';

/** The measures as the literature writes them, in the order of columns. */
const LABELS: Readonly<Record<Measure, string>> = {
  ndcg10: 'nDCG@10',
  recall10: 'recall@10',
  recall100: 'recall@100',
  mrr10: 'MRR@10',
};

const NAMES = Object.keys(LABELS) as Measure[];

/** Columns of a query's text in the table of ranks. */
const QUERY_COLUMNS = 40;

/** A line for each mode: means with their intervals. */
export function measuresTable(modes: readonly ModeResult[]): string {
  const rows = modes.map(({ mode, measures }) => [
    mode,
    ...NAMES.map((name) => withInterval(measures[name])),
  ]);
  return table(['MODE', ...NAMES.map((name) => LABELS[name])], rows);
}

/** A line for each document that answers a query: where each mode has it, `–` for not at all. */
export function ranksTable(modes: readonly ModeResult[]): string {
  const [first] = modes;
  const rows = (first?.queries ?? []).flatMap((query, at) =>
    query.ranks.map(({ document }, index) => [
      ...modes.map(({ queries }) => String(queries[at]?.ranks[index]?.rank ?? '–')),
      clip(printableName(query.text), QUERY_COLUMNS),
      printableName(document),
    ]),
  );
  const names = modes.map(({ mode }) => mode.toUpperCase());
  return table([...names, 'QUERY', 'DOCUMENT'], rows, names);
}

/** A line for each measure: both means, their difference with its interval, and p. */
export function comparisonTable(measures: Readonly<Record<Measure, MeasureComparison>>): string {
  const rows = NAMES.map((name) => {
    const { a, b, difference, p } = measures[name];
    const { mean, low, high } = difference;
    const interval = `${signed(low)} … ${signed(high)}`;
    return [LABELS[name], a.toFixed(3), b.toFixed(3), signed(mean), interval, p.toFixed(4)];
  });
  return table(['MEASURE', 'A', 'B', 'B − A', '95 % INTERVAL', 'P'], rows, ['A', 'B', 'B − A']);
}

function withInterval({ mean, low, high }: Estimate): string {
  return `${mean.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
}

/** A difference with its sign; 0 has none. */
export function signed(value: number): string {
  const shown = Math.abs(value).toFixed(3);
  if (Number(shown) === 0) return shown;
  return `${value < 0 ? '−' : '+'}${shown}`;
}
