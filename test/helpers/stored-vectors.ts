/** Whether the vectors in a corpus file are those of the model that it says they are. */
import { createHash } from 'node:crypto';
import { rows } from './corpus.ts';

/** What a model makes of a text. */
export type Model = (text: string, dimensions: number) => Float32Array;

/** Embedding inputs by their hash, as the corpus names them. */
export function byHash(inputs: Iterable<string>): ReadonlyMap<string, string> {
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  return new Map([...new Set(inputs)].map((text) => [hash(text), text]));
}

/**
 * Compares every stored vector with the one that the model gives for its input, also those that no
 * passage uses yet.
 *
 * @param inputs every text that may have been embedded, by its hash
 * @param modelOf the model of a space, by the digest that the space has
 * @returns how many there are, and how many of them the model would not have made
 */
export function judgeVectors(
  db: string,
  inputs: ReadonlyMap<string, string>,
  modelOf: (digest: string) => Model,
): { readonly stored: number; readonly wrong: number } {
  const found = rows(
    db,
    `SELECT lower(hex(input_hash)) AS input, vector, digest, dimensions
     FROM embedding JOIN space ON space.id = space_id`,
  );
  const wrong = found.filter(({ input, vector, digest, dimensions }) => {
    const text = inputs.get(String(input));
    if (text === undefined) return true;
    const right = modelOf(String(digest))(text, Number(dimensions));
    return !(cosine(fromBytes(vector as Buffer), right) >= 0.9999);
  });
  return { stored: found.length, wrong: wrong.length };
}

function fromBytes(bytes: Buffer): Float32Array {
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
}

/** NaN where one of them is not finite, or all zero: no model is right then. */
function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.NaN;
  const dot = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  return dot / (Math.hypot(...a) * Math.hypot(...b));
}
