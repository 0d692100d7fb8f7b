/** Two runs side by side for people: what differs, how far, and on which queries. Pure. */
import type { Measure, MeasureComparison, QueryChange, QueryChanges } from '../../evaluation.ts';
import type { RunTraits } from '../kept-runs.ts';
import { printableName } from '../terminal.ts';
import { comparisonTable, signed } from './evaluation.ts';
import { counted } from './numbers.ts';
import { table } from './table.ts';
import { clip } from './width.ts';

/** A run without its queries. */
type NamedRun = RunTraits & { readonly file: string };

/** Two runs compared, as `--json` prints them, and the texts of their queries. */
export interface Comparison extends QueryChanges {
  readonly a: NamedRun;
  readonly b: NamedRun;
  /** In what the runs differ. */
  readonly differs: readonly (keyof RunTraits)[];
  readonly queries: number;
  readonly measures: Readonly<Record<Measure, MeasureComparison>>;
  /** By id; left out of JSON, since the runs have them. */
  readonly texts: ReadonlyMap<string, string>;
}

/** What a trait is called. */
const TRAIT_LABELS: Readonly<Record<keyof RunTraits, string>> = {
  mode: 'mode',
  umekomi: 'umekomi',
  model: 'model',
  digest: 'digest',
  dimensions: 'dimensions',
  reranker: 'reranker',
  chunkSize: 'chunk size',
  chunkOverlap: 'chunk overlap',
  documents: 'documents',
  chunks: 'passages',
  missing: 'texts without a vector',
};

/** Queries listed on either side. */
const LISTED = 5;

/** Columns of a value, of an id and of a text. */
const VALUE_COLUMNS = 30;
const ID_COLUMNS = 40;
const TEXT_COLUMNS = 40;

/** A comparison as text. */
export function describeComparison(comparison: Comparison): string {
  const { a, b, queries, measures, gained, lost } = comparison;
  const parts = [
    `A  ${nameOf(a)}\nB  ${nameOf(b)}\n${counted(queries, 'query', 'queries')} in both\n`,
    differences(comparison),
    comparisonTable(measures),
    changes('gained', gained, comparison),
    changes('lost', lost, comparison),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function nameOf({ file, mode, model, reranker }: NamedRun): string {
  const reranked = reranker === null ? '' : `, reranked by ${printableName(reranker)}`;
  return `${printableName(file)}: ${printableName(mode)}, ${printableName(model)}${reranked}`;
}

function differences({ a, b, differs }: Comparison): string {
  if (differs.length === 0) return 'Nothing that is known of the runs differs.\n';
  const shown = (run: NamedRun, trait: keyof RunTraits): string =>
    clip(printableName(String(run[trait] ?? '–')), VALUE_COLUMNS);
  const rows = differs.map((trait) => [TRAIT_LABELS[trait], shown(a, trait), shown(b, trait)]);
  return table(['DIFFERS', 'A', 'B'], rows);
}

function changes(
  verb: 'gained' | 'lost',
  all: readonly QueryChange[],
  { queries, texts }: Comparison,
): string {
  if (all.length === 0) return '';
  const most = all.length > LISTED ? `; the ${LISTED} that ${verb} most` : '';
  const rows = all
    .slice(0, LISTED)
    .map(({ id, a, b }) => [
      ...[a.toFixed(3), b.toFixed(3), signed(b - a)],
      clip(printableName(id), ID_COLUMNS),
      clip(printableName(texts.get(id) ?? ''), TEXT_COLUMNS),
    ]);
  const head = `${all.length} of ${counted(queries, 'query', 'queries')} ${verb} in nDCG@10${most}:\n`;
  return head + table(['A', 'B', 'B − A', 'ID', 'QUERY'], rows, ['A', 'B', 'B − A']);
}
