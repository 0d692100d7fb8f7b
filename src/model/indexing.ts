/** What runs of `index` and `remove` tell: progress, and what they came to. */
import type { SourceRules } from './source.ts';
import type { Skip, SkipReason } from './types.ts';

/** How far a run is; every event holds all counters. */
export interface IndexProgress {
  readonly phase: 'crawl' | 'embed' | 'retry' | 'finish' | 'words';
  /** Files seen so far, and afterwards all of them. */
  readonly files: number;
  /** Files that have to be read. */
  readonly toRead: number;
  readonly read: number;
  /** Chunks of the files read so far. */
  readonly chunks: number;
  /** Inputs sent and answered. */
  readonly embedded: number;
  /** Inputs that had a vector already. */
  readonly reused: number;
  readonly failed: number;
  /** Passages whose words were indexed, in phase `words`: a corpus that had no such index gets it. */
  readonly words: { readonly done: number; readonly total: number } | null;
  /** The file being read, relative to its source; null between files. */
  readonly path: string | null;
}

/** A remembered failure and the first place where its text stands. */
export interface StoredFailure {
  /** Absolute path of the source. */
  readonly source: string;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly code: string;
  readonly message: string;
  /** Runs that tried it. */
  readonly attempts: number;
}

/** Where a file stands. */
export interface FileInSource {
  /** Absolute path of the source. */
  readonly source: string;
  /** Relative to the source, with `/`; the file's name where the source is a file. */
  readonly path: string;
}

/** Documents whose front matter is not valid YAML or TOML. What could be read of it is kept. */
export interface MalformedFrontMatter {
  /** All of them. */
  readonly count: number;
  /** The first ones. */
  readonly places: readonly FrontMatterPlace[];
}

/** Where front matter stops being valid. */
export interface FrontMatterPlace extends FileInSource {
  /** 1-based. */
  readonly line: number;
}

/** A file or folder that was left out. */
export interface IndexSkip extends Skip {
  /** Absolute path of the source. */
  readonly source: string;
  /** The run was asked for exactly this file or folder, or for one in it. */
  readonly isNamed?: true;
}

/** A source that covers less than before. */
export interface Narrowing {
  /** Absolute path of the source, or of the part of one that is a source of its own now. */
  readonly source: string;
  /** Its documents that go though their files are there: nothing takes them any more. */
  readonly documents: number;
  /**
   * The rules that took them; given again they do. null where the rules are as they were: files that ignore
   * have changed, or the files themselves.
   */
  readonly before: SourceRules | null;
}

/** What a run did; with `dryRun` what it would do. */
export interface IndexSummary {
  readonly dryRun: boolean;
  /**
   * What became of `rebuild`: `not-needed` where model, dimensions and prefixes are those that the corpus has
   * already, so that nothing was embedded anew. null if it was not asked for, or the corpus was new.
   */
  readonly rebuild: 'done' | 'not-needed' | null;
  /** Absolute paths of the sources of this run. */
  readonly sources: readonly string[];
  readonly documents: {
    readonly added: number;
    readonly updated: number;
    readonly moved: number;
    readonly removed: number;
    /** Not read, or read and the same. */
    readonly unchanged: number;
    /** Files that were opened. */
    readonly read: number;
  };
  /** Sources that cover less than before. */
  readonly narrowed: readonly Narrowing[];
  /** Chunks of the documents that were added or updated. */
  readonly chunks: number;
  readonly inputs: {
    /** With `dryRun`: inputs that would be embedded. */
    readonly embedded: number;
    readonly reused: number;
    readonly failed: number;
    /** Vectors deleted because no passage uses them any more. */
    readonly pruned: number;
  };
  /** What was left out; of very many for one reason only the first ones. */
  readonly skipped: readonly IndexSkip[];
  /** How much was left out for each reason, exactly. */
  readonly skipCounts: Readonly<Partial<Record<SkipReason, number>>>;
  /** Folders and files that could not be looked at; what is stored of them is kept. Absolute. */
  readonly unobserved: readonly string[];
  /**
   * Those of them that were not looked at because they lie outside the folder of the corpus and were never
   * named here: the file may be someone else's. Name each once.
   */
  readonly unconfirmed: readonly string[];
  /** Among the documents that this run has read, the first 1,000 listed; `status` tells of all. */
  readonly malformedFrontMatter: MalformedFrontMatter;
  /** All remembered failures, at most 1,000; also those of earlier runs. */
  readonly failures: readonly StoredFailure[];
}

/** What was taken out of a corpus. */
export interface RemoveSummary {
  /** Absolute paths of the sources that are gone. */
  readonly sources: readonly string[];
  readonly documents: number;
  /** Vectors that no passage uses any more. */
  readonly vectors: number;
  /** Places inside sources that are left out from now on, until they are named for `index`; absolute paths. */
  readonly excluded: readonly string[];
}
