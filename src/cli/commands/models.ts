/** `umekomi models`: what the server offers, and which of it can embed. */
import type { ServerModel } from '../../index.ts';
import { EXIT } from '../exit-codes.ts';
import { bytes, count } from '../render/numbers.ts';
import { serverOptions } from '../server.ts';
import { type GlobalFlags, settle } from '../settings.ts';
import { printableName, toJson, type World, write } from '../terminal.ts';

/** Runs it. @returns the exit code */
export async function models(
  world: World,
  flags: GlobalFlags & { readonly json?: boolean },
): Promise<number> {
  const { listModels } = await import('../../server/models.ts');
  const options = serverOptions(world, settle(world, flags));
  const listed = await listModels({ ...options, signal: world.signal });
  const text =
    flags.json === true ? `${toJson({ version: 1, models: listed })}\n` : await forPeople(listed);
  await write(world.stdout, text);
  return listed.length > 0 ? EXIT.ok : EXIT.nothing;
}

async function forPeople(listed: readonly ServerModel[]): Promise<string> {
  if (listed.length === 0) return '';
  const { table } = await import('../render/table.ts');
  const rows = listed.map((model) => [
    printableName(model.name),
    model.canEmbed === null ? '?' : model.canEmbed ? 'yes' : 'no',
    model.dimensions === null ? '' : count(model.dimensions),
    model.contextTokens === null ? '' : count(model.contextTokens),
    model.size === null ? '' : bytes(model.size),
    model.via === 'open-webui' ? 'Open WebUI' : 'Ollama',
  ]);
  const header = ['MODEL', 'EMBEDS', 'DIMENSIONS', 'CONTEXT', 'SIZE', 'FROM'];
  return table(header, rows, ['DIMENSIONS', 'CONTEXT', 'SIZE']);
}
