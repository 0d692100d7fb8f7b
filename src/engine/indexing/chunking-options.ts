/** The size of chunks: asked for, remembered in the corpus, clamped to what the model reads. */
import { CHUNKER_VERSION, MAX_CONTEXT_TOKENS } from '../../chunking/chunk-document.ts';
import { UsageError } from '../../model/errors.ts';
import { CHUNK_OPTIONS } from '../../model/options.ts';
import type { Source } from '../../model/source.ts';
import type { ChunkOptions, EmbedderIdentity } from '../../model/types.ts';
import { estimateTokens } from '../../text/tokens.ts';

/** Sizes as a run is given them; undefined keeps what the corpus remembers. */
export interface GivenChunking {
  readonly chunkSize: number | undefined;
  readonly chunkOverlap: number | undefined;
}

/** How documents are cut in this run. */
export interface Chunking extends ChunkOptions {
  /** Identifies chunker and parameters: documents with another one are cut again. */
  readonly chunker: string;
  /** What was asked for, before it was clamped. */
  readonly asked: ChunkOptions;
}

/**
 * Decides how documents are cut: given options win over remembered ones, those over the defaults.
 * A chunk with its context and the model's prompt must fit into what the model reads.
 *
 * @param given checked against `CHUNK_OPTIONS`
 * @throws UsageError `USAGE` if the overlap does not fit the size
 */
export function resolveChunking(
  given: GivenChunking,
  remembered: ChunkOptions | null,
  identity: EmbedderIdentity,
): Chunking {
  const { chunkSize: sizes, chunkOverlap: overlaps } = CHUNK_OPTIONS;
  const asked: ChunkOptions = {
    chunkSize: given.chunkSize ?? remembered?.chunkSize ?? sizes.default,
    chunkOverlap: given.chunkOverlap ?? remembered?.chunkOverlap ?? overlaps.default,
  };
  if (asked.chunkOverlap * 2 >= asked.chunkSize) {
    throw new UsageError('USAGE', 'A chunk overlap is a whole number below half the chunk size.', {
      remedy: { code: 'options', options: ['chunkSize', 'chunkOverlap'] },
    });
  }
  const size = Math.max(sizes.min, Math.min(asked.chunkSize, roomFor(identity)));
  const overlap = Math.min(asked.chunkOverlap, Math.ceil(size / 2) - 1);
  const chunker = `${CHUNKER_VERSION}/${size}/${overlap}`;
  return { chunkSize: size, chunkOverlap: overlap, chunker, asked };
}

/**
 * What documents of a source are known by instead of {@link Chunking.chunker}: in another encoding the same
 * bytes are another text, so they are read and cut again.
 */
export function chunkerFor(chunker: string, { encoding }: Pick<Source, 'encoding'>): string {
  return encoding === null ? chunker : `${chunker}/${encoding}`;
}

/** Estimated tokens that the model has left for the text of a chunk. */
function roomFor(identity: EmbedderIdentity): number {
  if (identity.contextTokens === null) return Number.POSITIVE_INFINITY;
  const prompt = estimateTokens(identity.documentPrompt);
  return identity.contextTokens - MAX_CONTEXT_TOKENS - prompt;
}
