/** From what was read to a document that can be stored: cut, and its inputs hashed. */
import { chunkDocument } from '../../chunking/chunk-document.ts';
import type { DocumentFormat } from '../../model/types.ts';
import type { NewDocument, Observation } from '../../store/sqlite/documents.ts';
import type { Chunking } from './chunking-options.ts';
import { withInputHash } from './cut-further.ts';

/** A file that was read whole. */
export interface FileContent extends Observation {
  /** SHA-256 of the bytes. */
  readonly hash: Buffer;
  /** Decoded, without BOM. */
  readonly text: string;
  readonly encoding: string;
}

/** Cuts a file's text into a document. */
export function toDocument(
  content: FileContent,
  place: { sourceId: number; path: string; format: DocumentFormat },
  chunking: Chunking,
): NewDocument {
  const { title, frontMatter, chunks } = chunkDocument(content.text, place.format, chunking);
  const { encoding, size, mtimeNs, observedAtNs, hash: contentHash } = content;
  return {
    ...place,
    ...{ title, frontMatter, encoding, size, mtimeNs, observedAtNs, contentHash },
    chunker: chunking.chunker,
    chunks: chunks.map(withInputHash),
  };
}
