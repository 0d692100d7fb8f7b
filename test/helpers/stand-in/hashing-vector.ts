/** Deterministic vectors that share a direction where texts share trigrams. For tests only. */

/** A unit vector: FNV-1a of every trigram picks a component and a sign. Never zero. */
export function hashingVector(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  const padded = `\u0002${text}\u0003`;
  for (let i = 0; i + 1 < padded.length; i++) {
    const hash = fnv1a(padded.slice(i, i + 3));
    const at = hash % dimensions;
    vector[at] = (vector[at] ?? 0) + ((hash >>> 16) & 1 ? 1 : -1);
  }
  const first = fnv1a(padded) % dimensions;
  if (vector.every((value) => value === 0)) vector[first] = 1;
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
