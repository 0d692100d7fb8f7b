/** The figures of soaks as a person reads them. */
import type { SoakFigures } from './soak.ts';

/** One line for one soak. */
export function lineOf(name: string, figures: SoakFigures): string {
  const { requests, struck, texts, compared, wrong, healed, healingRuns } = figures;
  const faults = sum(struck);
  const share = Math.round((100 * faults) / requests);
  return (
    `${name}: ${sum(figures.ends)} runs, ${requests} requests, ${faults} of them failed (${share} %), ` +
    `${texts} texts, ${compared} vectors compared, ${wrong} wrong, ` +
    `${healed ? `healed in ${healingRuns} run${healingRuns === 1 ? '' : 's'}` : 'NOT HEALED'}`
  );
}

/** Faults by kind and runs by end, over several soaks. */
export function tablesOf(all: readonly SoakFigures[]): string {
  const table = (title: string, counts: readonly ReadonlyMap<string, number>[]): string => {
    const added = new Map<string, number>();
    for (const [name, count] of counts.flatMap((each) => [...each])) {
      added.set(name, (added.get(name) ?? 0) + count);
    }
    const lines = [...added].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return [title, ...lines.map(([name, count]) => `${String(count).padStart(7)}  ${name}`)].join(
      '\n',
    );
  };
  return [
    table(
      'faults by kind',
      all.map(({ struck }) => struck),
    ),
    table(
      'runs by end (exit code and error)',
      all.map(({ ends }) => ends),
    ),
  ].join('\n\n');
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
