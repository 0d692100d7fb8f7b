/**
 * Servers of which a third of all requests fails, in every way that is known: nothing wrong is ever stored,
 * and when the faults end everything is as if there had been none. `npm run soak` runs this for longer.
 */
import { expect, it } from 'vitest';
import { fullDeck } from '../../helpers/soak/deck.ts';
import { lineOf, tablesOf } from '../../helpers/soak/report.ts';
import { type SoakFigures, soak } from '../../helpers/soak/soak.ts';
import type { Flavour } from '../../helpers/soak/unreliable-server.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
/** Set by scripts/soak.mjs: how many seeds, the first of them, and runs for each. */
const [seeds, first, runs] = (process.env['UMEKOMI_SOAK'] ?? '1 1 14').split(' ').map(Number);
const isLong = process.env['UMEKOMI_SOAK'] !== undefined;

const SOAKS = Array.from({ length: seeds ?? 0 }, (_, i) => (first ?? 0) + i).flatMap((seed) =>
  (['ollama', 'open-webui'] as const).map((flavour: Flavour) => ({ seed, flavour })),
);
const done: SoakFigures[] = [];

it.each(SOAKS)(
  'seed $seed, $flavour: no wrong vector in any run, and the last one heals everything',
  async ({ seed, flavour }) => {
    const folder = temporary();
    const figures = await soak({ seed, flavour, folder, runs: runs ?? 0, share: 0.3 });
    done.push(figures);
    if (isLong) console.log(lineOf(`seed ${seed}, ${flavour}`, figures));
    const { wrong, broken, healed } = figures;
    expect({ wrong, broken, healed }).toEqual({ wrong: 0, broken: [], healed: true });
    expect(figures.compared).toBeGreaterThan(100);
  },
  10 * 60_000,
);

/** In so many runs every card of the decks is drawn; in fewer it is said which were not. */
const ENOUGH_RUNS = 400;

it.runIf(isLong)('every kind of fault had its turn', () => {
  console.log(`\n${tablesOf(done)}`);
  const struck = new Set(done.flatMap((figures) => [...figures.struck.keys()]));
  const all = new Set([...fullDeck('ollama'), ...fullDeck('open-webui')].map(({ name }) => name));
  const never = [...all].filter((name) => !struck.has(name));
  console.log(`\n${all.size} kinds of faults; never drawn: ${never.join(', ') || 'none'}`);
  if ((seeds ?? 0) * (runs ?? 0) >= ENOUGH_RUNS) expect(never).toEqual([]);
});
