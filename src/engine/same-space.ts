/** Which vector space a run writes to. Vectors of two models never meet. */
import { embedAll } from '../embedding/embed-all.ts';
import type { Embedded } from '../embedding/embed-batch.ts';
import { CorpusError, EmbeddingError } from '../model/errors.ts';
import { haveSameFingerprint } from '../model/fingerprint.ts';
import type { Embedder, EmbedderIdentity } from '../model/types.ts';
import type { VectorSpace } from '../store/reading-types.ts';
import type { StoreReader } from '../store/store.ts';
import type { InputVector } from '../store/writing-types.ts';

/** How many stored inputs are embedded again when a model's digest has changed. */
const SAMPLE_SIZE = 16;

/** A re-pulled template or another file of the same weights stays above it; another model does not. */
export const SAME_MODEL_COSINE = 0.999;

/** As much of a store as is needed here. */
type Sampled = Pick<StoreReader, 'sample'>;

/** How an embedder's vectors relate to a stored space. */
type SpaceMatch =
  /** They are of the space. */
  | 'same'
  /** The model's digest is another one, and its vectors are the same: the digest can be adopted. */
  | 'same-vectors'
  /** The digest is another one, and no passage has a vector to compare with. */
  | 'nothing-to-compare'
  /** They must not be compared. */
  | 'other';

/** Finds out whether an embedder makes vectors of a stored space; asks it only if it must. */
async function matchSpace(
  store: Sampled,
  space: VectorSpace,
  embedder: Embedder,
  signal: AbortSignal | undefined,
): Promise<SpaceMatch> {
  const identity = await embedder.identity({ signal });
  if (haveSameFingerprint(space, identity)) return 'same';
  const onlyDigest = haveSameFingerprint({ ...space, digest: null }, { ...identity, digest: null });
  if (!onlyDigest) return 'other';
  const { sampled, cosines } = await sampleCosines(store, space, embedder, signal);
  if (sampled === 0) return 'nothing-to-compare';
  const isSame = cosines.length > 0 && cosines.every((cosine) => cosine >= SAME_MODEL_COSINE);
  return isSame ? 'same-vectors' : 'other';
}

/** Stored texts that were embedded again. */
export interface SampledCosines {
  /** How many were taken. */
  readonly sampled: number;
  /** The cosine of each that was not refused with its stored vector. */
  readonly cosines: readonly number[];
}

/** Embeds some stored texts again, as a run does: one that is refused says nothing about the others. */
export async function sampleCosines(
  store: Sampled,
  space: VectorSpace,
  embedder: Embedder,
  signal: AbortSignal | undefined,
): Promise<SampledCosines> {
  const sample = await store.sample(space.id, SAMPLE_SIZE);
  const cosines: number[] = [];
  for await (const { embedded } of embedAll(embedder, sample, { signal })) {
    cosines.push(...embedded.map(cosineOf));
  }
  return { sampled: sample.length, cosines };
}

function cosineOf({ input, vector: now }: Embedded<InputVector>): number {
  let cosine = 0;
  for (let i = 0; i < now.length; i++) cosine += (now[i] ?? 0) * (input.vector[i] ?? 0);
  return cosine;
}

/**
 * Checks that an embedder makes vectors of a corpus's space.
 *
 * @throws CorpusError `SPACE_MISMATCH`, naming what differs
 */
export async function requireSameSpace(
  store: Sampled,
  space: VectorSpace,
  embedder: Embedder,
  signal: AbortSignal | undefined,
): Promise<Exclude<SpaceMatch, 'other'>> {
  const match = await matchSpace(store, space, embedder, signal);
  if (match !== 'other') return match;
  throw mismatch(space, await embedder.identity({ signal }));
}

/**
 * Checks that an embedder is still the one that a run began with: its vectors are about to be stored.
 *
 * @throws EmbeddingError `VECTORS_INVALID`
 */
export async function requireUnchanged(
  space: VectorSpace,
  embedder: Embedder,
  signal: AbortSignal | undefined,
): Promise<void> {
  // What was embedded before an abort is kept, and an answer that is remembered needs no signal.
  const identity = await embedder.identity(signal?.aborted ? {} : { signal });
  if (haveSameFingerprint(space, identity)) return;
  const message = `The embedder became another one while the run went on: ${describe(identity)} instead of ${describe(space)}. Vectors from before are kept; the next run compares the two.`;
  throw new EmbeddingError('VECTORS_INVALID', message, { remedy: { code: 'index' } });
}

function mismatch(space: VectorSpace, identity: EmbedderIdentity): CorpusError {
  const message = `The corpus was built with ${describe(space)}, not with ${describe(identity)}${differences(space, identity)}. Vectors of the two cannot be compared.`;
  const model = space.model === identity.model ? undefined : identity.model;
  return new CorpusError('SPACE_MISMATCH', message, { remedy: { code: 'rebuild', model } });
}

function describe({ kind, model, dimensions }: EmbedderIdentity): string {
  return `${kind} ${model} (${dimensions} dimensions)`;
}

function differences(space: VectorSpace, identity: EmbedderIdentity): string {
  const found: string[] = [];
  if (space.model === identity.model && space.digest !== identity.digest) {
    found.push('the model behind this name has changed and answers with other vectors');
  }
  if (space.documentPrompt !== identity.documentPrompt) found.push('the document prefix');
  if (space.queryPrompt !== identity.queryPrompt) found.push('the query prefix');
  return found.length === 0 ? '' : `; what differs: ${found.join(', ')}`;
}
