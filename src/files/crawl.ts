/** Which files a source holds now: names, sizes and times, without opening a document. */
import path from 'node:path';
import { MAX_FILE_BYTES } from '../model/defaults.ts';
import type { Source } from '../model/source.ts';
import type { Skip } from '../model/types.ts';
import { createAdaptiveDisk } from './adaptive-disk.ts';
import { type CrawlFileSystem, diskFileSystem } from './file-system.ts';
import { type FileEntry, type Findings, FolderReader } from './folder.ts';
import { formatOf } from './formats.ts';
import { readOuterIgnoreFiles } from './ignore-files.ts';
import { createIgnoreRules } from './ignore-rules.ts';
import { absolutePath, comparePaths, joinPath } from './paths.ts';
import { createSelection } from './patterns.ts';
import { createSkipList, type SkipCounts } from './skips.ts';
import { walkFolders } from './walk.ts';

/** Options of {@link crawl}. */
export interface CrawlOptions {
  /** Only this file or folder inside the source, as a path relative to it; default: everything. */
  readonly subtree?: string | undefined;
  /** Larger files are skipped; bytes, default MAX_FILE_BYTES. */
  readonly maxBytes?: number | undefined;
  /** Skips of each reason that are listed. Default 1,000. */
  readonly listedSkips?: number | undefined;
  /** Abandons the crawl. */
  readonly signal?: AbortSignal | undefined;
  /** The disk; default: the real one. */
  readonly fs?: CrawlFileSystem | undefined;
}

/** What a crawl saw. */
export interface CrawlResult {
  /** Sorted by path. */
  readonly files: readonly FileEntry[];
  /** What was left out, sorted by path; at most `listedSkips` of each reason. */
  readonly skips: readonly Skip[];
  /** How much was left out for each reason, exactly. */
  readonly skipCounts: SkipCounts;
  /**
   * Files and folders that could not be looked at, '' for the source itself: what the corpus holds
   * at or below them must not be taken for deleted. Sorted.
   */
  readonly unobserved: readonly string[];
}

/**
 * Looks at a source. A missing or unreadable part of it is no error: it is in `unobserved`.
 *
 * @throws UsageError USAGE for globs that cannot be used
 * @throws the signal's reason if it is aborted
 */
export async function crawl(source: Source, options: CrawlOptions = {}): Promise<CrawlResult> {
  options.signal?.throwIfAborted();
  const fs = options.fs ?? { ...diskFileSystem, lstat: createAdaptiveDisk().lstat };
  const found: Findings = {
    files: [],
    skips: createSkipList(options.listedSkips),
    unobserved: new Set(),
  };
  const maxBytes = options.maxBytes ?? MAX_FILE_BYTES;
  const selection = createSelection(source.include, source.exclude);
  const outer =
    source.ignoreFiles && source.kind === 'folder'
      ? await readOuterIgnoreFiles(source.path, fs)
      : { files: [], problem: null };
  const rules = source.ignoreFiles ? createIgnoreRules(outer.files) : null;
  const reader = new FolderReader(source, { fs, found, maxBytes, selection, rules });
  if (outer.problem !== null) {
    found.skips.add({ path: '', reason: 'unreadable', detail: outer.problem });
    found.unobserved.add('');
  } else if (source.kind === 'file')
    await reader.takeSource(formatOf(path.basename(source.path)) ?? 'text');
  else await walk(source, reader, options);
  options.signal?.throwIfAborted();
  return {
    files: found.files.sort(comparePaths),
    skips: found.skips.listed(),
    skipCounts: found.skips.counts(),
    unobserved: [...found.unobserved].sort(),
  };
}

/** Follows the rules down to the subtree, then walks from there. */
async function walk(source: Source, reader: FolderReader, options: CrawlOptions): Promise<void> {
  let start = '';
  for (const name of (options.subtree ?? '').split('/').filter((part) => part !== '')) {
    const entered = await reader.read(start, name);
    if (entered.length === 0) return;
    start = joinPath(start, name);
  }
  const read = (below: string): Promise<readonly string[]> =>
    reader.read(below === '' ? start : joinPath(start, below));
  await walkFolders(absolutePath(source, start), read, options.signal);
}
