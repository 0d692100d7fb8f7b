/**
 * Finds the centres of the lists: k-means (Lloyd) over a sample, read from the corpus again in each
 * round, so that memory holds the centres only.
 */
import { createDirectory, type Directory, encodeCentres } from './directory.ts';
import type { Encoder } from './encoder.ts';
import { seededRandom } from './random.ts';

/** Vectors of the sample for each list. */
const SAMPLE_PER_LIST = 32;

/** After so many rounds hardly a vector changes its list. */
const ROUNDS = 6;

const SEED = 1;

/** What training reads. */
export interface TrainingSet {
  /** Ids of all vectors, ascending. */
  readonly ids: readonly number[];
  /** A vector by its id, little-endian float32. */
  readonly read: (id: number) => Uint8Array;
}

/** As many lists as make a search cheapest: its work is theirs and that of the vectors in the nearest. */
function listCount(vectors: number): number {
  return Math.max(16, Math.round(3 * Math.sqrt(vectors)));
}

/** Trains centres for a set of vectors; the directory stays in the kernel's memory. */
export function trainDirectory(encoder: Encoder, set: TrainingSet): Directory {
  const { kernel, width } = encoder;
  const size = listCount(set.ids.length);
  const random = seededRandom(SEED);
  const sample = drawSample(set.ids, size * SAMPLE_PER_LIST, random);
  const directory = createDirectory(encoder, size);
  const mark = kernel.mark();
  const sums = kernel.allocate(4 * width * (size + 1));
  const vector = kernel.allocate(4 * width);
  const load = (id: number): void => encoder.putRotated(set.read(id), vector);
  const starts = drawSample(sample, size, random);
  const start = (list: number, id: number): void => {
    load(id);
    copy(encoder, vector, directory.centreOf(list));
  };
  for (const [list, id] of starts.entries()) start(list, id);
  takeMean(encoder, directory, sample, load, vector);
  encodeCentres(encoder, directory);
  for (let round = 0; round < ROUNDS; round++) {
    const counts = new Uint32Array(size);
    kernel.floats(sums, width * size).fill(0);
    for (const id of sample) {
      load(id);
      const list = directory.nearest(vector);
      counts[list] = (counts[list] ?? 0) + 1;
      kernel.addTo(sums + 4 * width * list, vector, 1, width);
    }
    counts.forEach((count, list) => {
      // A list that no one wants begins anew somewhere else.
      if (count === 0) start(list, sample[Math.floor(random() * sample.length)] ?? 0);
      else scaled(encoder, sums + 4 * width * list, 1 / count, directory.centreOf(list));
    });
    encodeCentres(encoder, directory);
  }
  kernel.release(mark);
  return directory;
}

/** The mean of the sample becomes the last centre. */
function takeMean(
  encoder: Encoder,
  directory: Directory,
  sample: readonly number[],
  load: (id: number) => void,
  vector: number,
): void {
  const { kernel, width } = encoder;
  const mean = directory.centreOf(directory.size);
  kernel.floats(mean, width).fill(0);
  for (const id of sample) {
    load(id);
    kernel.addTo(mean, vector, 1 / sample.length, width);
  }
}

function copy({ kernel, width }: Encoder, from: number, to: number): void {
  kernel.floats(to, width).set(kernel.floats(from, width));
}

function scaled({ kernel, width }: Encoder, from: number, weight: number, to: number): void {
  kernel.floats(to, width).fill(0);
  kernel.addTo(to, from, weight, width);
}

/** So many of the items, in their order; all if there are no more. */
function drawSample<T>(items: readonly T[], wanted: number, random: () => number): readonly T[] {
  if (items.length <= wanted) return items;
  let left = wanted;
  // Each item with the chance that just fills what is left (Knuth, algorithm S).
  return items.filter((_, index) => {
    const taken = random() * (items.length - index) < left;
    if (taken) left -= 1;
    return taken;
  });
}
