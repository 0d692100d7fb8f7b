/** Many processes that search while another one writes: every search sees one state of the corpus. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBroken } from '../../helpers/corpus.ts';
import { plant } from '../../helpers/temp.ts';
import { setStage } from './campaign.ts';
import { type Chance, createChance } from './chance.ts';
import { demand } from './checks.ts';
import { type Stage, TARGETS } from './scene.ts';
import { runVictim } from './victim.ts';

const READER = fileURLToPath(new URL('reader.mjs', import.meta.url));

const { pageText } = (await import(new URL('page-text.mjs', import.meta.url).href)) as {
  pageText: (name: string, version: number) => string;
};

/** What one reader saw. */
interface Seen {
  readonly searches: Readonly<Record<string, number>>;
  readonly hits: number;
  readonly compared: number;
  readonly versions: readonly string[];
  readonly spaces: readonly string[];
  readonly faults: readonly string[];
}

/** What all of them saw, and what the writer did. */
export interface ReaderFigures {
  readonly readers: number;
  readonly searches: Readonly<Record<string, number>>;
  readonly fewest: number;
  readonly hits: number;
  readonly compared: number;
  readonly versions: number;
  readonly spaces: readonly string[];
  readonly faults: readonly string[];
  readonly runs: Readonly<Record<string, number>>;
}

/** How much is done. */
export interface ReadersOptions {
  readonly seed: number;
  readonly readers: number;
  /** Asked after each run of the writer, with the number of runs. */
  readonly isEnough: (runs: number) => boolean;
}

/** Runs of the writer between two that rebuild, and between two that optimize. */
const REBUILD_EVERY = 6;
const OPTIMIZE_EVERY = 4;

/** @throws Violation if the writer fails or leaves a broken corpus */
export async function runReaders(options: ReadersOptions): Promise<ReaderFigures> {
  const stage = await setStage(createChance(options.seed));
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'umekomi-readers-')));
  const children: ChildProcess[] = [];
  try {
    const writer = createWriter(stage, folder);
    await writer.step();
    for (let i = 0; i < options.readers; i++) {
      children.push(fork(READER, [writer.db, stage.server.url, String(i)], { stdio: 'inherit' }));
    }
    await Promise.all(children.map((child) => once(child, 'message')));
    do await writer.step();
    while (!options.isEnough(writer.count()));
    const seen = await Promise.all(
      children.map(async (child) => {
        const answer = once(child, 'message');
        child.send('stop');
        return (await answer)[0] as Seen;
      }),
    );
    const broken = findBroken(writer.db);
    demand(broken.length === 0, `the corpus is broken: ${broken.join('; ')}`);
    return summarise(seen, writer.runs);
  } finally {
    for (const child of children) if (child.connected) child.disconnect();
    await stage.close();
    rmSync(folder, { recursive: true });
  }
}

interface Writer {
  readonly db: string;
  readonly runs: Record<string, number>;
  count(): number;
  /** Changes pages and brings the corpus up to date, or rebuilds or optimizes it. */
  step(): Promise<void>;
}

function createWriter(stage: Stage, folder: string): Writer {
  const { chance, server } = stage;
  const [db, root] = [join(folder, 'corpus.db'), join(folder, 'pages')];
  mkdirSync(root);
  const runs: Record<string, number> = {};
  const pages = createPages(root, chance);
  let steps = 0;
  let target = 0;
  const run = async (kind: string, args: readonly string[]): Promise<void> => {
    server.forgetRequests();
    const { code, stderr } = await runVictim(stage, [...args, '--db', db], null);
    demand(code === 0, `${kind} failed (${code}): ${stderr}`);
    runs[kind] = (runs[kind] ?? 0) + 1;
  };
  const index = (): string[] => {
    const { model = '', dimensions = 0 } = TARGETS[target] ?? {};
    const space = ['--model', model, '--dimensions', String(dimensions)];
    return ['index', root, '--endpoint', server.url, '--batch-size', '8', ...space];
  };
  return {
    db,
    runs,
    count: () => steps,
    step: async () => {
      if (steps > 0) pages.change();
      steps += 1;
      if (steps % REBUILD_EVERY === REBUILD_EVERY - 1) {
        // The digest is asked for only where the model is another one.
        target = 1 - target;
        await run('rebuild', [...index(), '--rebuild']);
      } else if (steps % OPTIMIZE_EVERY === 0) await run('optimize', ['optimize']);
      else await run('index', index());
    },
  };
}

/** Pages that stay and change, one that is renamed again and again, and some that come and go. */
function createPages(root: string, chance: Chance): { change(): void } {
  const versions = new Map<string, number>();
  const write = (name: string): void => {
    const version = (versions.get(name) ?? -1) + 1;
    versions.set(name, version);
    plant(root, { [`${name}.md`]: pageText(name, version) });
  };
  const numbered = (kind: string, n: number): string[] =>
    Array.from({ length: n }, (_, i) => `${kind}-${i}`);
  const lasting = [...numbered('page', 4), ...numbered('card', 6)];
  const guests = numbered('guest', 6);
  let moved = 'moved-a';
  let there = new Set(guests.slice(0, 3));
  for (const name of [...lasting, ...there]) write(name);
  plant(root, { 'moved-a.md': pageText('page-9', 0) });
  return {
    change: () => {
      for (const name of lasting) if (chance.happens(0.5)) write(name);
      const other = moved === 'moved-a' ? 'moved-b' : 'moved-a';
      renameSync(join(root, `${moved}.md`), join(root, `${other}.md`));
      moved = other;
      const next = new Set(guests.filter(() => chance.happens(0.5)));
      for (const name of there) if (!next.has(name)) unlinkSync(join(root, `${name}.md`));
      for (const name of next) write(name);
      there = next;
    },
  };
}

function summarise(seen: readonly Seen[], runs: Record<string, number>): ReaderFigures {
  const searches: Record<string, number> = {};
  const totals = seen.map((each) => Object.values(each.searches).reduce((sum, n) => sum + n, 0));
  for (const each of seen) {
    for (const [kind, n] of Object.entries(each.searches)) {
      searches[kind] = (searches[kind] ?? 0) + n;
    }
  }
  const sum = (of: (each: Seen) => number): number => seen.reduce((all, one) => all + of(one), 0);
  return {
    ...{ readers: seen.length, searches, fewest: Math.min(...totals), runs },
    ...{ hits: sum(({ hits }) => hits), compared: sum(({ compared }) => compared) },
    versions: new Set(seen.flatMap((each) => each.versions)).size,
    spaces: [...new Set(seen.flatMap((each) => each.spaces))].sort(),
    faults: seen.flatMap(({ faults }) => faults),
  };
}

/** For people. */
export function readerLines(figures: ReaderFigures): readonly string[] {
  const { readers, searches, fewest, hits, compared, versions, spaces, faults, runs } = figures;
  const listed = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ');
  const all = Object.values(searches).reduce((sum, n) => sum + n, 0);
  return [
    `readers              ${readers}, each a process`,
    `runs of the writer   ${listed(runs)}`,
    `searches             ${all} (${listed(searches)}); the fewest of one reader ${fewest}`,
    `hits compared        ${hits} with the versions of their pages, ${compared} with exact distances`,
    `versions seen        ${versions}, in spaces of ${spaces.join(' and ')}`,
    `errors and tears     ${faults.length}`,
    ...faults.slice(0, 10).map((fault) => `  ${fault}`),
  ];
}
