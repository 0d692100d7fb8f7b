/** The campaign: scene after scene of changes, runs and kills, so that every phase of every command is hit. */
import { createSandbox } from '../../helpers/sandbox.ts';
import { startStandIn } from '../../helpers/stand-in/server.ts';
import { type Chance, createChance } from './chance.ts';
import { doctorOf, Violation } from './checks.ts';
import { type Figures, killCount, noFigures } from './figures.ts';
import { playScene } from './play.ts';
import { type Stage, TARGETS } from './scene.ts';
import { setFaults } from './victim.ts';

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
  const chance = createChance(seed);
  const stage = await setStage(chance);
  const figures = noFigures();
  const known = new Map<string, Readonly<Record<string, number>>>();
  try {
    while (!options.isEnough(figures)) {
      const large = figures.scenes % options.largeEvery === options.largeEvery - 1;
      const isEnough = (): boolean => options.isEnough(figures);
      await playScene(stage, { figures, known, large, clockShare: 0.15 }, isEnough);
      figures.scenes += 1;
      say(`${figures.scenes} scenes, ${killCount(figures)} kills survived`);
    }
    return figures;
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    throw new Violation(`${error.message}\n(seed ${seed}, scene ${figures.scenes + 1})`);
  } finally {
    await stage.close();
  }
}

/** The program and the server; the caller closes them. */
export async function setStage(chance: Chance): Promise<Stage & { close(): Promise<void> }> {
  const sandbox = createSandbox();
  const server = await startStandIn({
    models: TARGETS.slice(0, 2).map(({ model, dimensions }) => ({
      ...{ name: `${model}:latest`, dimensions, contextTokens: 8192 },
    })),
  });
  setFaults(server);
  const close = async (): Promise<void> => {
    await server.close();
    sandbox.remove();
  };
  return { sandbox, server, chance, doctor: doctorOf(sandbox.bin), close };
}
