/** The size of chunks: asked for, remembered in the corpus, clamped to what the model reads. */
import { CHUNKER_VERSION, MAX_CONTEXT_TOKENS } from '../../chunking/chunk-document.ts';
import { DEFAULT_CHUNK_OVERLAP, DEFAULT_CHUNK_SIZE } from '../../model/defaults.ts';
import { UsageError } from '../../model/errors.ts';
import type { ChunkOptions, EmbedderIdentity } from '../../model/types.ts';
import { estimateTokens } from '../../text/tokens.ts';

/** What was asked for; kept in `meta` under this key. */
export const CHUNKING_KEY = 'chunking';

/** Smaller chunks are no passages any more. Estimated tokens. */
const MIN_CHUNK_SIZE = 32;

/** How documents are cut in this run. */
export interface Chunking extends ChunkOptions {
  /** Identifies chunker and parameters: documents with another one are cut again. */
  readonly chunker: string;
  /** What was asked for, before it was clamped. */
  readonly asked: ChunkOptions;
}

/**
 * Settles how documents are cut: given options win over remembered ones, those over the defaults.
 * A chunk with its context and the model's prompt must fit into what the model reads.
 *
 * @throws UsageError `USAGE` for sizes that cannot be used
 */
export function settleChunking(
  given: { chunkSize?: number | undefined; chunkOverlap?: number | undefined },
  remembered: ChunkOptions | undefined,
  identity: EmbedderIdentity,
): Chunking {
  const asked: ChunkOptions = {
    chunkSize: given.chunkSize ?? remembered?.chunkSize ?? DEFAULT_CHUNK_SIZE,
    chunkOverlap: given.chunkOverlap ?? remembered?.chunkOverlap ?? DEFAULT_CHUNK_OVERLAP,
  };
  const { chunkSize, chunkOverlap } = asked;
  if (!Number.isInteger(chunkSize) || chunkSize < MIN_CHUNK_SIZE) {
    const message = `A chunk size is a whole number of tokens, at least ${MIN_CHUNK_SIZE}.`;
    throw new UsageError('USAGE', message);
  }
  if (!Number.isInteger(chunkOverlap) || chunkOverlap < 0 || chunkOverlap * 2 >= chunkSize) {
    throw new UsageError('USAGE', 'A chunk overlap is a whole number below half the chunk size.');
  }
  const size = Math.max(MIN_CHUNK_SIZE, Math.min(chunkSize, roomFor(identity)));
  const overlap = Math.min(chunkOverlap, Math.ceil(size / 2) - 1);
  const chunker = `${CHUNKER_VERSION}/${size}/${overlap}`;
  return { chunkSize: size, chunkOverlap: overlap, chunker, asked };
}

/** Estimated tokens that the model has left for the text of a chunk. */
function roomFor(identity: EmbedderIdentity): number {
  if (identity.contextTokens === null) return Number.POSITIVE_INFINITY;
  const prompt = estimateTokens(identity.documentPrompt);
  return identity.contextTokens - MAX_CONTEXT_TOKENS - prompt;
}
