/** What is there: every source of the run crawled and compared with what is stored. */
import { type CrawlResult, crawl } from '../../files/crawl.ts';
import { isInside } from '../../files/paths.ts';
import { chunkerFor } from './chunking-options.ts';
import { type Run, report, sourceIdOf } from './context.ts';
import { planSource, type SourcePlan } from './plan.ts';
import type { SourcePart } from './scope.ts';

/** A part of a source with what has to be done for it. */
export interface SurveyedPart {
  readonly part: SourcePart;
  readonly plan: SourcePlan;
  readonly crawled: CrawlResult;
}

/**
 * Crawls and plans every source, one after the other. Changes nothing.
 *
 * @param chunker null where nothing is stored yet
 */
export async function survey(
  run: Pick<Run, 'request' | 'parts' | 'sourceIds' | 'tally'>,
  chunker: string | null,
): Promise<readonly SurveyedPart[]> {
  const { parts, tally } = run;
  tally.files = 0;
  const surveyed: SurveyedPart[] = [];
  for (const part of parts) {
    const one = await surveyPart(run, part, chunker ?? '');
    surveyed.push(one);
    tally.files += one.crawled.files.length;
    report(run);
  }
  return surveyed;
}

async function surveyPart(
  { request: { store, signal, listedSkips }, sourceIds }: Pick<Run, 'request' | 'sourceIds'>,
  part: SourcePart,
  chunker: string,
): Promise<SurveyedPart> {
  const { source, subtree, nested } = part;
  const crawled = await crawl(source, { subtree, signal, listedSkips });
  const isOurs = ({ path }: { readonly path: string }): boolean =>
    !nested.some((folder) => isInside(folder, path));
  const files = crawled.files.filter(isOurs);
  const plan = planSource({
    stored: await store.manifest(sourceIdOf(sourceIds, part)),
    seen: files,
    unobserved: crawled.unobserved,
    subtree,
    chunker: chunkerFor(chunker, source),
  });
  return { part, plan, crawled: { ...crawled, files, skips: crawled.skips.filter(isOurs) } };
}
