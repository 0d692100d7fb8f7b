/**
 * What a run has to do, from what the corpus knows and what was seen. Pure: nothing is read or
 * written here, so that every case can be tested as data.
 */
import { isInside } from '../../files/paths.ts';
import { isRacy, isTouchedSince } from '../../files/racy.ts';
import { notCutBy } from '../../model/not-cut.ts';
import type { DocumentFormat } from '../../model/types.ts';
import type { ManifestEntry } from '../../store/writing-types.ts';

/** A file that the crawl saw. */
export interface SeenFile {
  readonly path: string;
  readonly format: DocumentFormat;
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** What is compared. */
export interface PlanInput {
  /** What the corpus holds of this source. */
  readonly stored: readonly ManifestEntry[];
  /** What the crawl saw of it. */
  readonly seen: readonly SeenFile[];
  /** Prefixes that could not be looked at; '' is all of it. Not seen is not deleted. */
  readonly unobserved: readonly string[];
  /** The part that was crawled, relative to the source; '' for all of it. */
  readonly subtree: string;
  /** Version and parameters of the chunker. */
  readonly chunker: string;
}

/** A file to read, with what is stored under its name. */
export interface FileToRead {
  readonly file: SeenFile;
  /** null for a new file. */
  readonly stored: ManifestEntry | null;
}

/** What a run has to do for one source. */
export interface SourcePlan {
  /** New or changed files, and those that another chunker cut. */
  readonly read: readonly FileToRead[];
  /** Files that are as they were: not read. */
  readonly keep: number;
  /** Those of them that the chunker failed on before, by path; it would fail again. */
  readonly notCut: readonly string[];
  /** Documents whose file is gone. */
  readonly remove: readonly ManifestEntry[];
}

/** Compares one source's documents with its files. */
export function planSource(input: PlanInput): SourcePlan {
  const stored = new Map(input.stored.map((file) => [file.path, file]));
  const read: FileToRead[] = [];
  const notCut: string[] = [];
  let keep = 0;
  for (const file of input.seen) {
    const known = stored.get(file.path) ?? null;
    stored.delete(file.path);
    const chunker = known !== null && isUnchanged(file, known) ? known.chunker : null;
    const failed = chunker === notCutBy(input.chunker);
    if (failed) notCut.push(file.path);
    if (failed || chunker === input.chunker) keep += 1;
    else read.push({ file, stored: known });
  }
  const remove = [...stored.values()].filter(
    ({ path }) =>
      isInside(input.subtree, path) && !input.unobserved.some((prefix) => isInside(prefix, path)),
  );
  return { read, keep, notCut, remove };
}

function isUnchanged(seen: SeenFile, stored: ManifestEntry): boolean {
  return (
    seen.size === stored.size &&
    seen.mtimeNs === stored.mtimeNs &&
    !isRacy(stored.mtimeNs, stored.observedAtNs) &&
    !isTouchedSince(seen.ctimeNs, stored.observedAtNs)
  );
}
