/**
 * Answers as a real model did, without the model: a stand-in server over vectors that were kept by the
 * SHA-256 of the texts that they are of. A folder has `keys.txt` (a hash in hex a line) and `vectors.f16`
 * (little-endian float16, a row for each line).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROBE_TEXT } from '../../../src/embedding/embed-request.ts';
import { normalised } from './hashing-vector.ts';
import { type StandIn, startStandIn } from './server.ts';

/** What is asked only to see that the model embeds, with or without a prompt. */
const IS_PROBE = new RegExp(`^(?:[a-z]+: )?${PROBE_TEXT}$`);

/** A server that knows some texts. */
export interface Replay extends StandIn {
  /** Texts that it was asked for and does not know: it has answered 400, and remembers them. */
  readonly unknown: readonly string[];
}

/**
 * Starts one.
 *
 * @param model name under which the server offers it; prompts follow from it as for a real server
 */
export async function startReplay(folder: string, model: string): Promise<Replay> {
  const vectors = readVectors(folder);
  const unknown: string[] = [];
  const dimensions = vectors.values().next().value?.length ?? 0;
  const probe = normalised(new Float32Array(dimensions).fill(1));
  const vectorOf = (text: string): Float32Array | undefined =>
    vectors.get(keyOf(text)) ?? (IS_PROBE.test(text) ? probe : undefined);
  const server = await startStandIn({
    models: [{ name: `${model}:latest`, dimensions, contextTokens: 512 }],
    vector: (text) => vectorOf(text) ?? new Float32Array(dimensions),
    chance: ({ inputs }) => {
      const missed = inputs.filter((text) => vectorOf(text) === undefined);
      if (missed.length === 0) return null;
      unknown.push(...missed);
      const error = `no vector was kept for ${missed.length} of these texts, such as ${JSON.stringify(missed[0]?.slice(0, 80))}`;
      return { kind: 'answer', status: 400, body: { error } };
    },
  });
  return { ...server, unknown };
}

function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The vectors of a folder by key, of unit length. */
export function readVectors(folder: string): ReadonlyMap<string, Float32Array> {
  const keys = readFileSync(join(folder, 'keys.txt'), 'utf8').trim().split('\n');
  const bytes = readFileSync(join(folder, 'vectors.f16'));
  const dimensions = bytes.length / 2 / keys.length;
  if (!Number.isInteger(dimensions)) throw new Error(`${folder}: not a row for each key`);
  return new Map(
    keys.map((key, row) => {
      const at = (i: number): number => bytes.readUInt16LE(2 * (row * dimensions + i));
      const vector = Float32Array.from({ length: dimensions }, (_, i) => fromHalf(at(i)));
      return [key, normalised(vector)];
    }),
  );
}

/** IEEE 754 binary16, which no typed array of Node 20 reads. */
function fromHalf(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
