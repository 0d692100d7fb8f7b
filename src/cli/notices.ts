/** What people are told besides what they asked for. */
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

/** A model made no vector of the query: meaning was left out. */
export function sayWordsOnly(world: World): void {
  sayTo(world, 'searched by words only: the model makes no usable vector of this query.');
}

/** Nothing holds what was quoted: the hits are those of its words. */
export function sayPhrasesRelaxed(world: World): void {
  sayTo(world, 'nothing holds the phrase in quotes; searched for its words instead.');
}
