/** Which vector space a run writes to. Vectors of two models never meet. */

import { fingerprint } from '../embedding/fingerprint.ts';
import { CorpusError } from '../errors.ts';
import type { Space } from '../storage/spaces.ts';
import type { EmbedderIdentity } from '../types.ts';

/**
 * Checks that an embedder makes vectors of a corpus's space.
 *
 * @throws CorpusError `SPACE_MISMATCH`, naming what differs and what to do
 */
export function requireSameSpace(space: Space, identity: EmbedderIdentity): void {
  if (space.fingerprint === fingerprint(identity)) return;
  const message =
    `The corpus was built with ${describe(space)}, not with ${describe(identity)}` +
    `${differences(space, identity)}. Use that one, or embed everything anew with: ` +
    'umekomi index --rebuild';
  throw new CorpusError('SPACE_MISMATCH', message);
}

function describe(identity: EmbedderIdentity): string {
  return `${identity.kind} ${identity.model} (${identity.dimensions} dimensions)`;
}

function differences(space: Space, identity: EmbedderIdentity): string {
  const found: string[] = [];
  if (space.digest !== identity.digest) found.push('the model file');
  if (space.documentPrompt !== identity.documentPrompt) found.push('the document prefix');
  if (space.queryPrompt !== identity.queryPrompt) found.push('the query prefix');
  return found.length === 0 ? '' : `; what differs: ${found.join(', ')}`;
}
