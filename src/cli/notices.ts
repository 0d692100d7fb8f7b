/** What people are told besides what they asked for. */
import type { NothingFound, Reranking } from '../model/search.ts';
import { printableName, type World } from './terminal.ts';

/** Prints one line for people. */
export function sayTo({ stderr }: World, line: string): void {
  stderr.write(`umekomi: ${printableName(line)}\n`);
}

/** A corpus of an umekomi that had no lexical search is searched by meaning where no mode is named. */
export function sayMeaningOnly(world: World): void {
  sayTo(
    world,
    'searching by meaning only: the words of this corpus are not indexed yet; umekomi index does that.',
  );
}

/** Why nothing was found, where that is so. */
export async function sayNothingFound(
  world: World,
  nothing: NothingFound | null,
  nameOf?: (option: string) => string,
): Promise<void> {
  if (nothing === null) return;
  const { describeNothing } = await import('./render/nothing.ts');
  sayTo(world, describeNothing(nothing, nameOf));
}

/** A model made no vector of the query: meaning was left out. */
export function sayWordsOnly(world: World): void {
  sayTo(world, 'searched by words only: the model makes no usable vector of this query.');
}

/** A reranker that failed; nothing of one that did its work. */
export function sayNotReranked(world: World, { failed }: Reranking): void {
  if (failed !== null) sayTo(world, `not reranked, in the order without: ${failed.message}`);
}

/** Nothing holds what was quoted: the hits are those of its words. */
export function sayPhrasesRelaxed(world: World): void {
  sayTo(world, 'nothing holds the phrase in quotes; searched for its words instead.');
}
