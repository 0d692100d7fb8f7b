/** Which space a run writes to: found, adopted or begun. */
import { fingerprint } from '../../embedding/fingerprint.ts';
import type { EmbedderIdentity } from '../../model/types.ts';
import { codesWriter } from '../../store/sqlite/codes/writer.ts';
import { embeddingStore } from '../../store/sqlite/embeddings.ts';
import { addSpace, adoptIdentity, findSpace, type Space } from '../../store/sqlite/spaces.ts';
import type { IndexRequest } from './context.ts';
import { requireSameSpace } from './space.ts';

/** The space to write to: the active one, or with `rebuild` another one beside it. */
export async function settleSpace(
  request: IndexRequest,
  identity: EmbedderIdentity,
  active: Space | null,
): Promise<Space> {
  const { db } = request.file;
  const print = fingerprint(identity);
  const known = findSpace(db, print);
  if (known !== null && (known.id === active?.id || request.rebuild)) return known;
  if (active !== null && !request.rebuild) {
    const match = await requireSameSpace(db, active, request.embedder, request.signal);
    if (match === 'same' || request.dryRun) return active;
    // Vectors without a passage, which a run left that ended early: nobody knows whose they are.
    if (match === 'nothing-to-compare') {
      embeddingStore(db, active, codesWriter(db, active)).prune();
    }
    return adoptIdentity(db, active, identity, print);
  }
  // A dry run stores no space; no row has this id, so every input counts as new.
  if (request.dryRun) return { ...identity, id: -1, fingerprint: print };
  return addSpace(db, identity, print, request.now());
}
