/** `umekomi status`: what a corpus holds. */
import { statSync } from 'node:fs';
import { type CorpusStatus, status } from '../../service/operations/status.ts';
import type { RunCommand } from '../command.ts';
import { withContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { statusLines } from '../render/status.ts';
import { describeServer } from '../server.ts';
import { resolveSettings } from '../settings.ts';
import { toJson, write } from '../terminal.ts';

/** Runs it. */
export const runStatus: RunCommand = async (world, { flags }) => {
  const settings = resolveSettings(world, flags);
  const found = await withContext(world, settings, { readOnly: true }, (context) =>
    status.run(context, {}),
  );
  const { size } = statSync(settings.db);
  const server = describeServer(settings, found.space?.kind ?? null);
  const text =
    flags['json'] === true
      ? jsonOf(found, size)
      : statusLines(found, { size, server, cwd: world.cwd });
  await write(world.stdout, text);
  return EXIT.ok;
};

/** Times are ISO 8601 in UTC. */
function jsonOf({ lastRun, ...found }: CorpusStatus, size: number): string {
  const iso = (time: number | null): string | null =>
    time === null ? null : new Date(time).toISOString();
  const run =
    lastRun === null ? null : { startedAt: iso(lastRun.startedAt), endedAt: iso(lastRun.endedAt) };
  return `${toJson({ version: 1, ...found, lastRun: run, size })}\n`;
}
