/** What is there: every source of the run crawled and compared with what is stored. */
import { type CrawlResult, crawl } from '../../files/crawl.ts';
import { isInside } from '../../files/paths.ts';
import type { DocumentStore } from '../../store/sqlite/documents.ts';
import type { SourceStore } from '../../store/sqlite/sources.ts';
import { planSource, type SourcePlan } from './plan.ts';
import type { ScopedSource } from './scope.ts';

/** The id of a source that is not stored yet: no document has it. */
const UNSTORED = -1;

/** A source with what has to be done for it. */
export interface SurveyedSource {
  readonly id: number;
  readonly scope: ScopedSource;
  readonly plan: SourcePlan;
  readonly crawled: CrawlResult;
}

/** What a survey needs. */
export interface SurveyOptions {
  readonly sources: SourceStore;
  readonly documents: DocumentStore;
  readonly chunker: string;
  readonly signal: AbortSignal | undefined;
  readonly onSource: (files: number) => void;
}

/** Crawls and plans every source, one after the other. Stores nothing. */
export async function survey(
  scope: readonly ScopedSource[],
  options: SurveyOptions,
): Promise<readonly SurveyedSource[]> {
  const known = new Map(options.sources.list().map((source) => [source.path, source.id]));
  const surveyed: SurveyedSource[] = [];
  for (const entry of scope) {
    const crawled = await crawl(
      { path: entry.path, kind: entry.kind, include: [], exclude: [] },
      {
        include: entry.rules.include,
        exclude: entry.rules.exclude,
        ignoreFiles: entry.rules.ignoreFiles,
        subtree: entry.subtree,
        signal: options.signal,
      },
    );
    const id = known.get(entry.path) ?? UNSTORED;
    const isOurs = ({ path }: { path: string }): boolean =>
      !entry.nested.some((folder) => isInside(folder, path));
    const files = crawled.files.filter(isOurs);
    const plan = planSource({
      stored: options.documents.manifest(id),
      seen: files,
      unobserved: crawled.unobserved,
      subtree: entry.subtree,
      chunker: options.chunker,
    });
    const skips = crawled.skips.filter(isOurs);
    surveyed.push({ id, scope: entry, plan, crawled: { ...crawled, files, skips } });
    options.onSource(files.length);
  }
  return surveyed;
}

/** Stores the sources of a survey with their rules. @returns the survey with their ids */
export function storeSources(
  surveyed: readonly SurveyedSource[],
  sources: SourceStore,
): readonly SurveyedSource[] {
  return surveyed.map((source) => {
    const { path, kind, rules } = source.scope;
    return { ...source, id: sources.save(path, kind, rules).id };
  });
}
