/** `status`: what a corpus holds. */
import type { FileInSource, MalformedFrontMatter, StoredFailure } from '../../model/indexing.ts';
import type { Source } from '../../model/source.ts';
import type { ChunkOptions, EmbedderIdentity } from '../../model/types.ts';
import type { LastRun, StoreCounts, StoredSource, VectorSpace } from '../../store/reading-types.ts';
import { checkParams } from '../check.ts';
import type { Operation } from '../operation.ts';

/** Failures and documents listed; their numbers are always complete. */
const LISTED = 100;

/** The vector space of a corpus. */
export interface SpaceInfo extends EmbedderIdentity {
  /** SHA-256 in hex over what makes vectors comparable; see docs/schema.md. */
  readonly fingerprint: string;
}

/** A vector space that is being filled beside the active one, or was when its run was interrupted. */
export interface RebuildInfo extends SpaceInfo {
  readonly vectors: number;
}

/** What a corpus holds. */
export interface CorpusStatus extends StoreCounts {
  /** Where the corpus is: its file. */
  readonly path: string;
  /** null before the first run. */
  readonly space: SpaceInfo | null;
  /** Rebuilds for another model that have not ended, with the vectors that they have so far. */
  readonly rebuilds: readonly RebuildInfo[];
  /** Sizes that were asked for last; null before the first run. */
  readonly chunking: ChunkOptions | null;
  /** null before the first run, and where an older umekomi made it. */
  readonly lastRun: LastRun | null;
  readonly sources: readonly Source[];
  /** Files that could not be cut into passages, the first 100: what is stored of them is older, or nothing. */
  readonly notCut: readonly FileInSource[];
  /** Remembered failures; all of them are counted, the first 100 listed. */
  readonly failures: readonly StoredFailure[];
  /** The first 100 are listed. */
  readonly malformedFrontMatter: MalformedFrontMatter;
}

/** The operation. */
export const status: Operation<object, CorpusStatus> = {
  name: 'status',
  help: 'show what a corpus holds: sources, documents, vectors, failures',
  options: {},
  run: async ({ store }, params) => {
    checkParams(params, {});
    const { space, otherSpaces, sources, chunking, lastRun } = await store.info();
    const failures = space === null ? [] : await store.failures(space.id, LISTED);
    const rebuilds: RebuildInfo[] = [];
    for (const other of otherSpaces) {
      rebuilds.push({ ...toSpaceInfo(other), vectors: await store.vectorCount(other.id) });
    }
    return {
      path: store.path,
      space: space === null ? null : toSpaceInfo(space),
      ...{ rebuilds, chunking, lastRun },
      sources: sources.map(toSource),
      ...(await store.counts()),
      notCut: await store.notCut(LISTED),
      failures,
      malformedFrontMatter: await store.malformedFrontMatter(LISTED),
    };
  },
};

function toSpaceInfo({ id: _, ...space }: VectorSpace): SpaceInfo {
  return space;
}

function toSource({ id: _, unfinished: __, ...source }: StoredSource): Source {
  return source;
}
