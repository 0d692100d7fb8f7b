/** The campaign: scene after scene of changes, runs and kills, so that every phase of every command is hit. */
import { createSandbox } from '../helpers/cli.ts';
import { startStandIn } from '../helpers/stand-in/server.ts';
import { createChance } from './chance.ts';
import { doctorOf, Violation } from './checks.ts';
import { type Figures, killCount, noFigures } from './figures.ts';
import { playScene } from './play.ts';
import { type Stage, TARGETS } from './scene.ts';

/** How long a campaign goes on. */
export interface CampaignOptions {
  readonly seed: number;
  /** True once it is enough; asked after each run. */
  readonly isEnough: (figures: Figures) => boolean;
  /** Every so many scenes has thousands of passages. */
  readonly largeEvery: number;
  readonly say?: (line: string) => void;
}

/** @throws Violation at the first one, saying how to come there again */
export async function runCampaign(options: CampaignOptions): Promise<Figures> {
  const { seed, say = () => {} } = options;
  const sandbox = createSandbox();
  const server = await startStandIn({
    models: TARGETS.slice(0, 2).map(({ model, dimensions }) => ({
      ...{ name: `${model}:latest`, dimensions, contextTokens: 8192 },
    })),
  });
  const figures = noFigures();
  const chance = createChance(seed);
  const stage: Stage = { sandbox, server, chance, doctor: doctorOf(sandbox.bin) };
  const known = new Map<string, Readonly<Record<string, number>>>();
  try {
    while (!options.isEnough(figures)) {
      const large = figures.scenes % options.largeEvery === options.largeEvery - 1;
      await playScene(stage, { figures, known, large, isEnough: options.isEnough });
      figures.scenes += 1;
      say(`${figures.scenes} scenes, ${killCount(figures)} kills survived`);
    }
    return figures;
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    throw new Violation(`${error.message}\n(seed ${seed}, scene ${figures.scenes + 1})`);
  } finally {
    await server.close();
    sandbox.remove();
  }
}
