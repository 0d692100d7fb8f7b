/** One pass over the sources: reads what has changed and embeds it, and what else has no vector. */
import { type Run, report } from './context.ts';
import { DocumentWriter } from './document-writer.ts';
import { readFiles } from './reader.ts';
import { send, spotCheck } from './send.ts';
import type { SurveyedPart } from './survey.ts';

/** How a pass goes. */
export interface PassOptions {
  /** Stored documents stay as they are: new ones wait for their space. A rebuild's first pass. */
  readonly vectorsOnly: boolean;
}

/**
 * Stores every document that has changed, with its vectors. Deletes nothing.
 *
 * @returns documents whose files are gone, by id
 */
export async function pass(
  run: Run,
  surveyed: readonly SurveyedPart[],
  { vectorsOnly }: PassOptions,
): Promise<readonly number[]> {
  const { request, space, vectors, tally, outcomes, isComplete } = run;
  const { store, dryRun } = request;
  for (const { plan } of surveyed) {
    tally.toRead += plan.read.length;
    tally.unchanged += plan.keep;
  }
  const gone = new Set(surveyed.flatMap(({ plan }) => plan.remove.map(({ id }) => id)));
  const changed = new Set<number>();
  const writer = new DocumentWriter({
    ...{ store, spaceId: space.id, vectors, tally, outcomes, dryRun, vectorsOnly },
  });
  try {
    tally.phase = 'embed';
    await send(run, readFiles(surveyed, { run, writer, gone, changed }), writer);
    tally.phase = 'retry';
    // What is about to go is not worth a vector; where documents stay as they are, nor what will change.
    const except = dryRun || vectorsOnly ? [...gone, ...changed] : [...gone];
    const among = isComplete ? 'failed' : 'all';
    await send(run, writer.missing({ except, among }), writer);
    if (!dryRun) await spotCheck(run);
  } finally {
    await writer.close();
  }
  tally.phase = 'finish';
  report(run);
  tally.removed += gone.size;
  return [...gone];
}
