/**
 * Answers of the embedder gathered into groups, each of which is one commit. A store writes whole pages, and
 * the hashes of a batch are at random places of their indexes: 32 vectors of 4 KB touch up to 64 pages of
 * 32 KB there. A larger group finds several of its hashes in one page.
 */
import type { EmbeddedBatch } from '../../embedding/embed-all.ts';
import type { Embedded, Failed } from '../../embedding/embed-batch.ts';

/** When a group is handed over. */
export interface GatherOptions {
  /** A group of so many inputs is handed over; asked anew for each. */
  readonly minSize: () => number;
  /** Milliseconds after which a group is handed over as it is, counted from its first answer. */
  readonly waitMs: number;
  /** Called at the end, however it comes: makes `batches` end if it is still at work. */
  readonly abandon: () => void;
}

/**
 * How long an answer waits to be stored, in milliseconds. It is what a killed run can lose; with a slow
 * server it ends every group.
 */
export const MAX_WAIT_MS = 2_000;

/**
 * The most inputs of a group: 16 MB of vectors of 1024 dimensions, in memory until they are stored. Of
 * 243,000 passages a run wrote 4.0 times the file with it, 4.5 times with half as many, which took 12 MB
 * less at its peak.
 */
const MAX_GROUP_SIZE = 4096;

/** The share of a group in the vectors that are stored: the more there are, the more pages their indexes have. */
const SHARE_OF_STORED = 1 / 32;

/**
 * How many inputs are worth a commit in a corpus of so many vectors. A small one has few pages to touch:
 * there every batch is stored at once.
 */
export function groupSize(stored: number): number {
  return Math.min(MAX_GROUP_SIZE, Math.ceil(stored * SHARE_OF_STORED));
}

/**
 * Joins batches into groups, in their order. A group is empty again when the next one is asked for.
 *
 * @throws what `batches` throws, once everything before it was handed over
 */
export async function* gather<T>(
  batches: AsyncIterable<EmbeddedBatch<T>>,
  { minSize, waitMs, abandon }: GatherOptions,
): AsyncGenerator<EmbeddedBatch<T>, undefined> {
  const source = batches[Symbol.asyncIterator]();
  /** Asked for, and not yet part of a group. */
  let next: Promise<Outcome<T>> | null = null;
  const group = new Group<T>();
  try {
    for (;;) {
      const first: Outcome<T> = await (next ?? outcomeOf(source));
      next = null;
      if (first === 'end') return;
      if ('error' in first) throw first.error;
      group.add(first);
      const enough = minSize();
      const end = performance.now() + waitMs;
      while (group.size < enough) {
        next = outcomeOf(source);
        const came = await within(next, end - performance.now());
        if (came === 'late' || came === 'end' || 'error' in came) break;
        next = null;
        group.add(came);
      }
      yield group;
      // Here and not with the next group: two of them would be in memory.
      group.clear();
    }
  } finally {
    abandon();
    await source.return?.();
  }
}

/** A batch, or how the source ended. */
type Outcome<T> = EmbeddedBatch<T> | 'end' | { readonly error: unknown };

/** Never rejects: it may be looked at long after. */
function outcomeOf<T>(source: AsyncIterator<EmbeddedBatch<T>>): Promise<Outcome<T>> {
  return source.next().then(
    ({ done, value }): Outcome<T> => (done === true ? 'end' : value),
    (error: unknown) => ({ error }),
  );
}

/** What the promise comes to, or `late` after some milliseconds. */
async function within<T>(work: Promise<T>, ms: number): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Batches joined. */
class Group<T> implements EmbeddedBatch<T> {
  readonly embedded: Embedded<T>[] = [];
  readonly failed: Failed<T>[] = [];

  get size(): number {
    return this.embedded.length + this.failed.length;
  }

  add({ embedded, failed }: EmbeddedBatch<T>): void {
    this.embedded.push(...embedded);
    this.failed.push(...failed);
  }

  clear(): void {
    this.embedded.length = 0;
    this.failed.length = 0;
  }
}
