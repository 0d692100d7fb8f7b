/** The short form of `npm run torture`: the program is killed once in every phase that it has. */
import { expect, it } from 'vitest';
import { setStage } from '../torture/campaign.ts';
import { createChance } from '../torture/chance.ts';
import { type Figures, noFigures, PHASES } from '../torture/figures.ts';
import { Player } from '../torture/play.ts';
import { createScene, type Stage } from '../torture/scene.ts';

const SEED = 20261125;

/** Each phase once, in the first command that goes through it. */
const SMALL = {
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
  index: ['prune', 'reclaim', 'close'],
  words: ['words'],
  rebuild: ['swap'],
  remove: ['prune'],
  optimize: ['vacuum'],
};

/** Kills until the process was seen to die in the phase: one from outside may come a little late. */
const ATTEMPTS = 5;

/** Dozens of processes on a machine that may be busy with others. */
const TIMEOUT_MS = 240_000;

async function killInEach(
  player: Player,
  figures: Figures,
  phasesOf: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  for (const [kind, phases] of Object.entries(phasesOf)) {
    // While a run has not ended, nothing else deletes vectors.
    if (kind === 'remove') await player.toTheEnd();
    for (const phase of phases) {
      const isHit = (): boolean => figures.kills.has(`${kind} ${phase}`);
      for (let i = 0; i < ATTEMPTS && !isHit(); i++) {
        if (kind !== 'first') player.change();
        await player.killed(kind, phase);
      }
      expect(isHit(), `${kind} was killed in ${phase}`).toBe(true);
    }
  }
}

async function play(
  large: boolean,
  work: (player: Player, scene: ReturnType<typeof createScene>, figures: Figures) => Promise<void>,
): Promise<void> {
  const stage: Stage & { close(): Promise<void> } = await setStage(createChance(SEED));
  const scene = createScene(stage, { large });
  const figures = noFigures();
  try {
    const shared = { figures, known: new Map(), large, clockShare: 0 };
    await work(new Player(scene, stage.chance, shared), scene, figures);
  } finally {
    scene.remove();
    await stage.close();
  }
}

it.runIf(process.platform !== 'win32')(
  'killed in every phase of every command, a corpus is whole each time, and a fresh build at the end',
  () =>
    play(false, async (player, scene, figures) => {
      await killInEach(player, figures, SMALL);
      await player.toTheEnd();
      await scene.demandFresh();
      const hit = new Set([...figures.kills.keys()].map((key) => key.split(' ')[1]));
      const all = new Set(Object.values(PHASES).flat());
      expect([...all].filter((phase) => !hit.has(phase))).toEqual([]);
    }),
  TIMEOUT_MS,
);

it.runIf(process.platform !== 'win32')(
  'killed while it makes the codes of a large corpus, it leaves the old ones or the new ones',
  () =>
    play(true, async (player, _, figures) => {
      await player.toTheEnd();
      await killInEach(player, figures, { codes: ['codes'] });
      await player.toTheEnd();
    }),
  TIMEOUT_MS,
);
