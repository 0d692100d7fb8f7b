/**
 * Which vectors may be compared: those of one fingerprint. It is made of what changes a vector
 * and of nothing else, so that `bge-m3`, `bge-m3:latest` and an Open WebUI id of the same model
 * are one space.
 */
import { createHash } from 'node:crypto';
import { normalModelName } from './model-name.ts';
import type { EmbedderIdentity } from './types.ts';

/**
 * sha256 (64 hex digits) of the canonical JSON (sorted keys, no spaces) of
 * `{kind, model, dimensions, documentPrompt, queryPrompt}`; `model` is the digest if there is
 * one, else the name in its normal form. `contextTokens` is not part of it.
 */
export function fingerprint(identity: EmbedderIdentity): string {
  return createHash('sha256').update(canonicalParts(identity), 'utf8').digest('hex');
}

/** Whether two identities have one fingerprint; a search asks this, and needs no hash for it. */
export function haveSameFingerprint(a: EmbedderIdentity, b: EmbedderIdentity): boolean {
  return canonicalParts(a) === canonicalParts(b);
}

function canonicalParts(identity: EmbedderIdentity): string {
  const parts = {
    dimensions: identity.dimensions,
    documentPrompt: identity.documentPrompt,
    kind: identity.kind,
    model: normalDigest(identity.digest) ?? normalModelName(identity.model),
    queryPrompt: identity.queryPrompt,
  };
  return JSON.stringify(parts);
}

/** Ollama lists bare hex, other tools write `sha256:` before it. */
function normalDigest(digest: string | null): string | null {
  if (digest === null || digest === '') return null;
  return `sha256:${digest.toLowerCase().replace(/^sha256:/, '')}`;
}
