/** `npm run torture`: flags to a campaign, or with `readers` to readers, and what it came to. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { runCampaign } from './campaign.ts';
import { Violation } from './checks.ts';
import { figureLines, killCount, missedPhases } from './figures.ts';
import { readerLines, runReaders } from './readers.ts';

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      kills: { type: 'string', default: '150' },
      minutes: { type: 'string' },
      readers: { type: 'string', default: '40' },
    },
  });
  const begin = Date.now();
  const seed = Number(values.seed);
  const say = (lines: readonly string[]): void => {
    const seconds = Math.round((Date.now() - begin) / 1000);
    const where = `seed ${seed}, ${seconds} s, ${cpus().length} cores, Node ${process.version}`;
    process.stdout.write(`${[...lines, where].join('\n')}\n`);
  };
  const isLate = (minutes: number): boolean => Date.now() - begin > minutes * 60_000;
  try {
    if (positionals[0] === 'readers') {
      const minutes = Number(values.minutes ?? 1);
      const readers = Number(values.readers);
      const figures = await runReaders({ seed, readers, isEnough: () => isLate(minutes) });
      say(readerLines(figures));
      return figures.faults.length === 0 ? 0 : 1;
    }
    const minutes = Number(values.minutes ?? 60);
    const kills = Number(values.kills);
    const figures = await runCampaign({
      seed,
      largeEvery: 3,
      isEnough: (soFar) => killCount(soFar) >= kills || isLate(minutes),
      say: (line) => process.stderr.write(`${line}\n`),
    });
    const missed = missedPhases(figures);
    say([
      ...figureLines(figures),
      ...(missed.length > 0 ? [`never killed in: ${missed.join(', ')}`] : []),
    ]);
    return 0;
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    const again = `npm run torture -- ${[...positionals, `--seed ${seed}`].join(' ')}`;
    process.stderr.write(`\nVIOLATION: ${error.message}\nTo come there again: ${again}\n`);
    return 1;
  }
}
