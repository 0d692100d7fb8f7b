/** Which space a run writes to: a stored one, one that goes by a new name, or a new one. */
import { fingerprint } from '../../model/fingerprint.ts';
import type { EmbedderIdentity } from '../../model/types.ts';
import type { StoreInfo, VectorSpace } from '../../store/reading-types.ts';
import type { RunStart } from '../../store/writing-types.ts';
import { requireSameSpace } from '../same-space.ts';
import { type IndexRequest, UNSTORED } from './context.ts';

/** The space of a run before the run has begun. */
export interface ResolvedSpace {
  /** Its id is {@link UNSTORED} if it is a new one. */
  readonly space: VectorSpace;
  readonly adopt: RunStart['adopt'];
}

/**
 * The space to write to: the active one, or with `rebuild` another one beside it.
 *
 * @throws CorpusError `SPACE_MISMATCH`
 */
export async function resolveSpace(
  { store, embedder, rebuild, signal }: IndexRequest,
  identity: EmbedderIdentity,
  { space: active, otherSpaces }: StoreInfo,
): Promise<ResolvedSpace> {
  const print = fingerprint(identity);
  if (active?.fingerprint === print) return { space: active, adopt: null };
  if (active !== null && !rebuild) {
    const match = await requireSameSpace(store, active, embedder, signal);
    if (match === 'same') return { space: active, adopt: null };
    // Vectors without a passage were left by a run that ended early.
    const adopt = { spaceId: active.id, prune: match === 'nothing-to-compare' };
    return { space: { ...active, ...identity, fingerprint: print }, adopt };
  }
  const other = otherSpaces.find((space) => space.fingerprint === print);
  return { space: other ?? { ...identity, id: UNSTORED, fingerprint: print }, adopt: null };
}
