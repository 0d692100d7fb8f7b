/** `umekomi models`: what the server offers, and which of it can embed. */
import { serverOptions } from '../embedder.ts';
import { EXIT } from '../exit-codes.ts';
import { bytes, count, table } from '../render/table.ts';
import { type GlobalFlags, settle } from '../settings.ts';
import { printableName, toJson, type World, write } from '../terminal.ts';

/** Runs it. @returns the exit code */
export async function models(
  world: World,
  flags: GlobalFlags & { readonly json?: boolean },
): Promise<number> {
  const { listModels } = await import('../../index.ts');
  const options = await serverOptions(world, settle(world, flags));
  const listed = await listModels({ ...options, signal: world.signal });
  if (flags.json === true) {
    await write(world.stdout, `${toJson({ version: 1, models: listed })}\n`);
  } else {
    const rows = listed.map((model) => [
      printableName(model.name),
      model.canEmbed === null ? '?' : model.canEmbed ? 'yes' : 'no',
      model.dimensions === null ? '' : count(model.dimensions),
      model.contextTokens === null ? '' : count(model.contextTokens),
      model.size === null ? '' : bytes(model.size),
    ]);
    await write(world.stdout, table(['MODEL', 'EMBEDS', 'DIMENSIONS', 'CONTEXT', 'SIZE'], rows));
  }
  return listed.length > 0 ? EXIT.ok : EXIT.nothing;
}
