/** `npm run torture`: flags to a campaign, and what it came to. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { runCampaign } from './campaign.ts';
import { Violation } from './checks.ts';
import { figureLines, killCount, missedPhases } from './figures.ts';

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      kills: { type: 'string', default: '150' },
      minutes: { type: 'string', default: '60' },
    },
  });
  const seed = Number(values.seed);
  const begin = Date.now();
  const until = begin + Number(values.minutes) * 60_000;
  try {
    const figures = await runCampaign({
      seed,
      largeEvery: 3,
      isEnough: (soFar) =>
        (values.kills === '0'
          ? missedPhases(soFar).length === 0
          : killCount(soFar) >= Number(values.kills)) || Date.now() > until,
      say: (line) => process.stderr.write(`${line}\n`),
    });
    const seconds = Math.round((Date.now() - begin) / 1000);
    const lines = [...figureLines(figures), `seed ${seed}, ${seconds} s, ${cpus().length} cores`];
    process.stdout.write(`${lines.join('\n')}\n`);
    const missed = missedPhases(figures);
    if (missed.length > 0) process.stdout.write(`never killed in: ${missed.join(', ')}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    const again = `To come there again: npm run torture -- --seed ${seed} --kills ${values.kills}`;
    process.stderr.write(`\nVIOLATION: ${error.message}\n${again}\n`);
    return 1;
  }
}
