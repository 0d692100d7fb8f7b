/** The counters of a run, and what is told of them while it runs and at its end. */
import type { FrontMatterPlace, IndexProgress, IndexSkip } from '../../model/indexing.ts';

/** Counters of one run; only the run itself changes them. */
export interface Tally {
  phase: IndexProgress['phase'];
  files: number;
  toRead: number;
  read: number;
  chunks: number;
  added: number;
  updated: number;
  moved: number;
  removed: number;
  unchanged: number;
  embedded: number;
  reused: number;
  failed: number;
  /** Inputs that had a vector when a rebuild began; its second half finds all of them. */
  reusedBefore: number | null;
  pruned: number;
  words: IndexProgress['words'];
  path: string | null;
  readonly skipped: IndexSkip[];
  /** Documents whose front matter is not valid. */
  malformed: number;
  /** The first of them. */
  readonly malformedPlaces: FrontMatterPlace[];
}

/** Documents with malformed front matter that a summary lists; their number is always complete. */
const LISTED_MALFORMED = 1000;

/** Counts a document whose front matter is not valid. */
export function addMalformed(tally: Tally, place: FrontMatterPlace): void {
  tally.malformed += 1;
  if (tally.malformedPlaces.length < LISTED_MALFORMED) tally.malformedPlaces.push(place);
}

/** All counters at zero. */
export function createTally(): Tally {
  return {
    phase: 'crawl',
    ...{ files: 0, toRead: 0, read: 0, chunks: 0 },
    ...{ added: 0, updated: 0, moved: 0, removed: 0, unchanged: 0 },
    ...{ embedded: 0, reused: 0, failed: 0, pruned: 0 },
    reusedBefore: null,
    words: null,
    path: null,
    skipped: [],
    ...{ malformed: 0, malformedPlaces: [] },
  };
}

/** What is told of a run while it goes on. */
export function toProgress(tally: Tally): IndexProgress {
  const { phase, files, toRead, read, chunks, embedded, reused, failed, words, path } = tally;
  return { phase, files, toRead, read, chunks, embedded, reused, failed, words, path };
}
