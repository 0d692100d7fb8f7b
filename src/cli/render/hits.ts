/** Hits in the form that the flags ask for: for people, for scripts, or as names. */
import type { HitOptions, SearchResult } from '../../model/search.ts';
import type { Flags } from '../flags.ts';
import { shownPath } from '../paths.ts';
import { quotedName, toJson, type World, write } from '../terminal.ts';

/** What was asked. */
export interface Asked {
  /** Null if a passage was given instead. */
  readonly query: string | null;
  readonly flags: Flags;
}

/** Where names are printed k counts files: one hit of each, unless the flags say otherwise. */
export function onePerFile<Options extends HitOptions>(flags: Flags, options: Options): Options {
  const isNames = flags['files'] === true || flags['0'] === true;
  return isNames ? { ...options, perDocument: options.perDocument ?? 1 } : options;
}

/** Prints hits. What is for people is loaded for people only: measuring text takes a while. */
export async function printHits(world: World, found: SearchResult, asked: Asked): Promise<void> {
  await write(world.stdout, await toText(world, found, asked));
}

async function toText(
  world: World,
  { mode, phrasesRelaxed, rerank, hits, nothing }: SearchResult,
  { query, flags }: Asked,
): Promise<string> {
  if (flags['json'] === true)
    return `${toJson({ version: 1, query, mode, phrasesRelaxed, rerank, hits, nothing })}\n`;
  if (flags['jsonl'] === true) return hits.map((hit) => `${toJson(hit)}\n`).join('');
  const names = [...new Set(hits.map((hit) => shownPath(hit, world.cwd)))];
  if (flags['0'] === true) return names.map((name) => `${name}\0`).join('');
  if (flags['files'] === true) return names.map((name) => `${quotedName(name)}\n`).join('');
  const { hitsForPeople } = await import('./hits-for-people.ts');
  const [full, explain] = [flags['full'] === true, flags['explain'] === true];
  return hitsForPeople(world, hits, { query, full, explain });
}
