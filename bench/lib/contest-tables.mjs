/** What a contest came to, as tables: every variant, and the best of each at the same recall. */
import { digits, megabytes, share } from './tables.mjs';

const TARGETS = [0.98, 0.99];

/**
 * Two tables.
 *
 * @param bandwidth bytes a second, for the bound of an exact scan
 */
export function contestTables({ name, rows, dims }, entries, bandwidth) {
  const bound = ((rows * dims * 4) / bandwidth) * 1000;
  return [all(name, entries, bound), ...TARGETS.map((target) => atRecall(name, entries, target))];
}

function all(name, entries, bound) {
  const columns = [
    'candidate',
    'p50 ms',
    'p95 ms',
    'recall@10',
    'queries',
    'build s',
    'file MB',
    'memory MB',
  ];
  const rows = entries.map(({ name: variant, p50, p95, recall, asked, build, memory }) => [
    variant,
    ...[digits(p50), digits(p95), share(recall), asked],
    ...[build.ms > 0 ? digits(build.ms / 1000) : '–', megabytes(build.bytes), megabytes(memory)],
  ]);
  rows.push(['(reading all float32 once)', digits(bound), ...Array(6).fill('–')]);
  return { title: `${name}: every candidate`, columns, rows };
}

/** The quickest variant of each candidate that reaches a recall, as multiples of usearch's. */
function atRecall(name, entries, target) {
  const reached = entries.filter(({ recall }) => recall >= target);
  const candidates = [...new Set(reached.map(({ candidate }) => candidate))];
  const best = candidates.map((candidate) =>
    reached
      .filter((entry) => entry.candidate === candidate)
      .reduce((a, b) => (b.p50 < a.p50 ? b : a)),
  );
  const reference = best.find(({ candidate }) => candidate === 'usearch');
  const rows = best.map((entry) => [
    ...[entry.name, digits(entry.p50), digits(entry.p95), share(entry.recall)],
    ...['p50', 'p95'].map((key) => (reference ? `${digits(entry[key] / reference[key])}×` : '–')),
  ]);
  return {
    title: `${name}: the quickest of each with recall@10 ≥ ${target}`,
    columns: ['candidate', 'p50 ms', 'p95 ms', 'recall@10', 'p50 / usearch', 'p95 / usearch'],
    rows,
  };
}
