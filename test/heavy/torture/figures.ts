/** What a campaign did, in numbers. */
import type { Account } from './scene.ts';

export interface Figures {
  /** Kills by kind of run and phase: `index commit`. */
  readonly kills: Map<string, number>;
  /** Kills by how the moment was chosen. */
  readonly ways: Map<string, number>;
  /** Runs that went to their end. */
  ended: number;
  changes: number;
  /** Versions of files that were written. */
  versions: number;
  scenes: number;
  /** Inputs that were sent, each once a run. */
  sent: number;
  /** Those that kills lost: sent, and not stored. */
  lost: number;
  /** Those of the lost ones that were sent again. */
  again: number;
  /** The most failures that a corpus remembered when a process was killed. */
  failures: number;
  /** Kills that cut off a write outside the log: the search that follows rolls it back. */
  cutOff: number;
}

export function noFigures(): Figures {
  return {
    ...{ kills: new Map(), ways: new Map() },
    ...{ ended: 0, changes: 0, versions: 0, scenes: 0 },
    ...{ sent: 0, lost: 0, again: 0, failures: 0, cutOff: 0 },
  };
}

/** The phases that each kind of run can be killed in. */
export const PHASES: Readonly<Record<string, readonly string[]>> = {
  first: [
    'create',
    'migrate',
    'open',
    'ask',
    'crawl',
    'read',
    'embed',
    'commit',
    'delete',
    'codes',
  ],
  index: ['crawl', 'read', 'embed', 'commit', 'delete', 'prune', 'reclaim', 'close'],
  words: ['words'],
  codes: ['codes'],
  rebuild: ['embed', 'commit', 'swap', 'delete'],
  remove: ['delete', 'prune', 'reclaim', 'close'],
  optimize: ['codes', 'words', 'vacuum', 'close'],
};

export function killsIn({ kills }: Figures, kind: string, phase: string): number {
  return kills.get(`${kind} ${phase}`) ?? 0;
}

export function killCount({ kills }: Figures): number {
  return [...kills.values()].reduce((sum, n) => sum + n, 0);
}

/** Phases in which nothing was killed yet, as `kind phase`. */
export function missedPhases(figures: Figures): readonly string[] {
  return Object.entries(PHASES).flatMap(([kind, phases]) =>
    phases
      .filter((phase) => killsIn(figures, kind, phase) === 0)
      .map((phase) => `${kind} ${phase}`),
  );
}

/** Adds what came of a run. */
export function count(figures: Figures, kind: string, way: string, account: Account): void {
  const { fate, sent, lost, again, failures, isCutOff } = account;
  const add = (map: Map<string, number>, key: string): unknown =>
    map.set(key, (map.get(key) ?? 0) + 1);
  if (fate.isKilled) {
    add(figures.kills, `${kind} ${fate.phase}`);
    add(figures.ways, fate.isLate ? 'after' : way);
  } else figures.ended += 1;
  figures.sent += sent;
  figures.lost += lost;
  figures.again += again;
  if (fate.isKilled) figures.failures = Math.max(figures.failures, failures);
  if (isCutOff) figures.cutOff += 1;
}

/** For people. */
export function figureLines(figures: Figures): readonly string[] {
  const { kills, ways, ended, changes, versions, scenes, sent, lost, again, failures, cutOff } =
    figures;
  const kinds = [...new Set([...kills.keys()].map((key) => key.split(' ')[0] ?? ''))];
  const byKind = kinds.map((kind) => {
    const of = [...kills].filter(([key]) => key.startsWith(`${kind} `));
    const parts = of.map(([key, n]) => `${key.slice(kind.length + 1)} ${n}`);
    return `  ${kind.padEnd(9)} ${parts.join(', ')}`;
  });
  return [
    `kills survived       ${killCount(figures)}`,
    ...byKind,
    `moments              ${[...ways].map(([way, n]) => `${way} ${n}`).join(', ')}`,
    `runs that ended      ${ended}`,
    `corpora              ${scenes}, each equal to a fresh build at its end`,
    `changes of files     ${changes} (${versions} versions)`,
    `inputs sent          ${sent}; lost in flight ${lost}, sent again ${again}`,
    `failures remembered  up to ${failures} at a kill`,
    `writes cut off       ${cutOff} outside the log, rolled back by the search that followed`,
  ];
}
