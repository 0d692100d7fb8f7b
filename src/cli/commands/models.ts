/** `umekomi models`: what the server offers, and which of it can embed. */
import { models } from '../../service/operations/models.ts';
import type { RunCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { sayTo } from '../notices.ts';
import { bytes, count } from '../render/numbers.ts';
import { serverOptions } from '../server.ts';
import { resolveSettings } from '../settings.ts';
import { printableName, toJson, type World, write } from '../terminal.ts';

type Listed = Awaited<ReturnType<typeof models.run>>;

/** Runs it. */
export const runModels: RunCommand = async (world, { flags }) => {
  const settings = resolveSettings(world, flags);
  const options = await serverOptions(world, settings, (line) => sayTo(world, line));
  const listed = await models.run(null, { ...options, signal: world.signal });
  const text =
    flags['json'] === true
      ? `${toJson({ version: 1, models: listed })}\n`
      : await forPeople(listed);
  await write(world.stdout, text);
  sayWhatIsMissing(world, listed);
  return listed.length > 0 ? EXIT.ok : EXIT.nothing;
};

/** Nobody has to guess why there is nothing to choose from. */
function sayWhatIsMissing(world: World, listed: Listed): void {
  if (listed.some(({ via }) => via === 'ollama')) return;
  const what =
    listed.length === 0
      ? 'the server lists no models: none is pulled, or this user has access to none.'
      : 'none of these can embed: Ollama lists no models, because none is pulled or this user has access to none.';
  sayTo(world, what);
}

async function forPeople(listed: Listed): Promise<string> {
  if (listed.length === 0) return '';
  const { table } = await import('../render/table.ts');
  const rows = listed.map((model) => [
    printableName(model.name),
    model.canEmbed === null ? 'unknown' : model.canEmbed ? 'yes' : 'no',
    model.dimensions === null ? '' : count(model.dimensions),
    model.contextTokens === null ? '' : count(model.contextTokens),
    model.size === null ? '' : bytes(model.size),
    model.via === 'open-webui' ? 'Open WebUI' : 'Ollama',
  ]);
  const header = ['MODEL', 'EMBEDS', 'DIMENSIONS', 'CONTEXT', 'SIZE', 'FROM'];
  return table(header, rows, ['DIMENSIONS', 'CONTEXT', 'SIZE']);
}
