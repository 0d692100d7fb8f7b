/**
 * Every vector compared, in memory: as bytes, of which it is known how wrong they are, so that only the
 * few that may be among the nearest are compared as they are stored. The result is that of an exact
 * scan; it reads a quarter of the bytes.
 */
import type { Database } from 'better-sqlite3';
import { createKernel } from '../kernel.ts';
import { createEncoder, type Encoder } from '../lists/encoder.ts';
import type { Space } from '../spaces.ts';
import { toBytes } from '../vectors.ts';

/** With more, they are compared on disk. Bytes. */
const MAX_MEMORY = 1_500_000_000;

/** The most vectors that are asked for. */
const MAX_WANTED = 4096;

/** Rounding of sums of float32, generously. */
const ROUNDING = 1e-4;

/** The vectors of a space in memory, as they were when they were read. */
export interface VectorsInMemory {
  /**
   * Ids of all vectors that may be among the k nearest, ties included; the exact distance decides.
   * null if k is too large.
   */
  nearest(vector: Float32Array, k: number): readonly number[] | null;
}

/** Reads all vectors of a space; null if they are too many, or not what they should be. */
export function readVectors(db: Database, space: Space): VectorsInMemory | null {
  const count = db.prepare<[number], number>('SELECT count(*) FROM embedding WHERE space_id = ?');
  const size = count.pluck().get(space.id) ?? 0;
  const kernel = createKernel();
  const encoder = createEncoder(kernel, space.dimensions);
  const { width } = encoder;
  const padded = Math.ceil(size / 4) * 4;
  if (padded * width > MAX_MEMORY) return null;
  const bytes = kernel.allocate(padded * width);
  const scales = kernel.allocate(4 * padded);
  const estimates = kernel.allocate(4 * padded);
  const encoded = encodeAll(db, space, encoder, { bytes, scales, size });
  if (encoded === null) return null;
  const { ids, lost } = encoded;
  const query = kernel.allocate(4 * width);
  const whole = kernel.allocate(2 * width);
  const heap = kernel.allocate(8 + 12 * MAX_WANTED);
  return {
    nearest: (vector, k) => {
      if (k > MAX_WANTED || k > size) return null;
      encoder.putRotated(toBytes(vector), query);
      const unit = kernel.makeWhole(query, width, whole);
      kernel.words(heap, 2).set([0, k]);
      kernel.scanBytes(bytes, size, width, scales, whole, unit, estimates, heap);
      // |⟨q, x⟩ − estimate| ≤ |q| · |what x lost| + |what q lost| · |x as bytes|
      const wrong = lost + (unit / 2) * Math.sqrt(width) * (1 + lost) + ROUNDING;
      // The k-th best estimate is that much above its vector's product, and others as much below theirs.
      const limit = (kernel.floats(heap + 8, 1)[0] ?? 0) - 2 * wrong;
      return above(kernel.floats(estimates, size), limit, ids);
    },
  };
}

function encodeAll(
  db: Database,
  space: Space,
  { kernel, width, putRotated }: Encoder,
  { bytes, scales, size }: { bytes: number; scales: number; size: number },
): { ids: Float64Array; lost: number } | null {
  const rows = db
    .prepare<[number], [number, Buffer]>(
      'SELECT id, vector FROM embedding NOT INDEXED WHERE space_id = ?',
    )
    .raw();
  const ids = new Float64Array(size);
  const vector = kernel.allocate(4 * width);
  let at = 0;
  let lost = 0;
  for (const [id, stored] of rows.iterate(space.id)) {
    // A damaged corpus: SQL says what is wrong.
    if (at >= size || stored.length !== 4 * space.dimensions) return null;
    putRotated(stored, vector);
    ids[at] = id;
    lost = Math.max(lost, kernel.encodeBytes(vector, width, bytes + width * at, scales + 4 * at));
    at += 1;
  }
  return { ids, lost };
}

function above(estimates: Float32Array, limit: number, ids: Float64Array): readonly number[] {
  const found: number[] = [];
  for (let i = 0; i < estimates.length; i++) {
    if ((estimates[i] ?? 0) >= limit) found.push(ids[i] ?? 0);
  }
  return found;
}

/** Tells whether a connection's view of the file has changed, by anyone. */
export function changeCounter(db: Database): () => string {
  const others = db.prepare<[], number>('PRAGMA data_version').pluck();
  const own = db.prepare<[], number>('SELECT total_changes()').pluck();
  return () => `${others.get()} ${own.get()}`;
}
