/**
 * What happens to a text that the model finds too long although the estimate said that it fits:
 * its chunk becomes several smaller ones, so that nothing of it is lost.
 */
import { chunkDocument } from '../../chunking/chunk-document.ts';
import type { Chunk } from '../../model/types.ts';
import type { HashedChunk, NewDocument } from '../../store/writing-types.ts';
import { inputHashOf } from '../../text/input-hash.ts';
import { estimateTokens } from '../../text/tokens.ts';
import { keyOf } from './pending-documents.ts';

/** A chunk with the SHA-256 of its embedding input in UTF-8, which identifies its vector. */
export function withInputHash(chunk: Chunk): HashedChunk {
  return { ...chunk, inputHash: inputHashOf(chunk) };
}

/**
 * Cuts every chunk with this input into chunks of at most half its size.
 *
 * @returns the document with those chunks, or null if there is nothing to cut any more
 */
export function cutFurther(document: NewDocument, inputHash: Uint8Array): NewDocument | null {
  const key = keyOf(inputHash);
  let isCut = false;
  const chunks = document.chunks.flatMap((chunk) => {
    if (keyOf(chunk.inputHash) !== key) return chunk;
    const parts = halve(chunk);
    isCut ||= parts.length > 1;
    return parts.length > 1 ? parts.map(withInputHash) : chunk;
  });
  if (!isCut) return null;
  return { ...document, chunks: chunks.map((chunk, ordinal) => ({ ...chunk, ordinal })) };
}

/**
 * Cuts what is known to be too long, and what that leaves if it is known to be too long as well.
 *
 * @param tooLong hashes of inputs by their keys
 */
export function cutAll(
  document: NewDocument,
  tooLong: ReadonlyMap<string, Uint8Array>,
): NewDocument {
  if (tooLong.size === 0) return document;
  const seen = new Set<string>();
  let cut = document;
  const next = (): string | undefined =>
    cut.chunks
      .map(({ inputHash }) => keyOf(inputHash))
      .find((key) => tooLong.has(key) && !seen.has(key));
  for (let key = next(); key !== undefined; key = next()) {
    seen.add(key);
    const inputHash = tooLong.get(key);
    if (inputHash !== undefined) cut = cutFurther(cut, inputHash) ?? cut;
  }
  return cut;
}

function halve(chunk: Chunk): readonly Chunk[] {
  const chunkSize = Math.max(1, Math.floor(estimateTokens(chunk.text) / 2));
  const { chunks } = chunkDocument(chunk.text, 'text', {
    ...{ chunkSize, chunkOverlap: 0, isPassage: true },
  });
  return chunks.map((part) => ({
    ...part,
    headings: chunk.headings,
    context: chunk.context,
    startLine: chunk.startLine + part.startLine - 1,
    endLine: chunk.startLine + part.endLine - 1,
    startOffset: chunk.startOffset + part.startOffset,
    endOffset: chunk.startOffset + part.endOffset,
  }));
}
