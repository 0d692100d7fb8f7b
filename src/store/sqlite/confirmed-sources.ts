/**
 * Sources outside the folder of the corpus that were named on this machine. A corpus file may come with a
 * checkout and name any folder: its text would be read, sent to the server and stored in the file, which
 * someone may then hand on. So a run that names no sources reads outside only what was named before, for
 * just this file: a copy of it has another number on its disk, which whoever made it could not know.
 */
import { statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { isAtOrBelow } from './anchor.ts';
import type { Connection } from './connection.ts';
import { readMeta, writeMeta } from './meta.ts';
import { outsideSources, requireInside } from './sources.ts';

const KEY = 'confirmed_sources';

/** What is kept in `meta`. */
interface Confirmed {
  /** The number of the file on its disk (inode), in decimal digits. */
  readonly file: string;
  /** Absolute, as `source` has them. */
  readonly paths: readonly string[];
}

/** Which sources were named here. */
export interface ConfirmedSources {
  /** Absolute paths. */
  all(): readonly string[];
  /** Remembers that these were named. */
  add(paths: readonly string[]): void;
}

/** Opens what is remembered of a corpus at a path. */
export function confirmedSources(db: Database, path: string): ConfirmedSources {
  const file = String(statSync(path, { bigint: true, throwIfNoEntry: false })?.ino);
  const all = (): readonly string[] => {
    const kept = readMeta<Partial<Confirmed> | null>(db, KEY);
    return kept?.file === file && Array.isArray(kept.paths) ? kept.paths : [];
  };
  return {
    all,
    add: (paths) => {
      const known = new Set(all());
      if (paths.every((each) => known.has(each))) return;
      const named = [...new Set([...known, ...paths])].sort();
      writeMeta(db, KEY, { file, paths: named } satisfies Confirmed);
    },
  };
}

/**
 * Which of some sources may not be read, since they are outside and neither an earlier run nor this one has
 * named them; the others are checked to be where they say.
 *
 * @param paths of sources; absolute
 * @param named what the user named for this run: sources, or what is in them
 * @throws CorpusError `CORPUS_DAMAGED` if a source that says it is inside leads out
 */
export function unconfirmedSources(
  { db, path, mode, anchor }: Connection,
  paths: readonly string[],
  named: readonly string[],
): readonly string[] {
  const outside = new Set(mode === 'memory' ? [] : outsideSources(db, anchor));
  const known = new Set(outside.size === 0 ? [] : confirmedSources(db, path).all());
  const isUnconfirmed = (source: string): boolean =>
    outside.has(source) && !known.has(source) && !named.some((each) => isAtOrBelow(each, source));
  requireInside(
    db,
    anchor,
    paths.filter((source) => !isUnconfirmed(source)),
  );
  return paths.filter(isUnconfirmed);
}

/** Remembers which sources the user has named, so that later runs need not. */
export function confirmNamed(
  { db, path, mode, anchor }: Connection,
  named: readonly string[],
): void {
  if (mode === 'memory') return;
  const outside = outsideSources(db, anchor).filter((source) => named.includes(source));
  if (outside.length > 0) confirmedSources(db, path).add(outside);
}
