/** Hits in the form that the flags ask for: for people, for scripts, or as names. */
import type { Hit } from '../../index.ts';
import type { HitFlags } from '../flags.ts';
import { shownPath } from '../paths.ts';
import { quotedName, toJson, type World, write } from '../terminal.ts';

/** Prints hits. What is for people is loaded for people only: measuring text takes a while. */
export async function printHits(
  world: World,
  hits: readonly Hit[],
  query: string | null,
  flags: HitFlags,
): Promise<void> {
  await write(world.stdout, await toText(world, hits, { query, flags }));
}

async function toText(
  world: World,
  hits: readonly Hit[],
  { query, flags }: { query: string | null; flags: HitFlags },
): Promise<string> {
  if (flags.json === true) return `${toJson({ version: 1, query, mode: 'semantic', hits })}\n`;
  if (flags.jsonl === true) return hits.map((hit) => `${toJson(hit)}\n`).join('');
  const names = [...new Set(hits.map((hit) => shownPath(hit, world.cwd)))];
  if (flags[0] === true) return names.map((name) => `${name}\0`).join('');
  if (flags.files === true) return names.map((name) => `${quotedName(name)}\n`).join('');
  const { hitsForPeople } = await import('./hits-for-people.ts');
  return hitsForPeople(world, hits, { query, full: flags.full === true });
}
