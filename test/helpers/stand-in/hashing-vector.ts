/** Deterministic vectors that share a direction where texts share trigrams. For tests only. */

/**
 * A unit vector: FNV-1a of every trigram picks a sign and two components, one of them in the
 * first quarter, so that a vector that is cut still means something. Never zero.
 */
export function hashingVector(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  const quarter = Math.ceil(dimensions / 4);
  const add = (at: number, value: number): void => {
    vector[at] = (vector[at] ?? 0) + value;
  };
  const padded = `\u0002${text}\u0003`;
  for (let i = 0; i + 1 < padded.length; i++) {
    const hash = fnv1a(padded.slice(i, i + 3));
    const sign = (hash >>> 16) & 1 ? 1 : -1;
    add(hash % dimensions, sign);
    add((hash >>> 8) % quarter, sign);
  }
  if (vector.every((value) => value === 0)) add(fnv1a(padded) % quarter, 1);
  return normalised(vector);
}

export function normalised(vector: Float32Array): Float32Array {
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash;
}
