/** From what was read to a document that can be stored: cut, and its inputs hashed. */
import { chunkDocument } from '../../chunking/chunk-document.ts';
import type { DocumentFormat } from '../../model/types.ts';
import type { NewDocument, Observation } from '../../store/writing-types.ts';
import type { Chunking } from './chunking-options.ts';
import { withInputHash } from './cut-further.ts';

/** A file that was read whole. */
export interface FileContent extends Observation {
  /** SHA-256 of the bytes. */
  readonly hash: Uint8Array;
  /** Decoded, without BOM. */
  readonly text: string;
  readonly encoding: string;
}

/** Where a file stands, and how it is parsed. */
export interface FilePlace {
  readonly sourceId: number;
  readonly path: string;
  readonly format: DocumentFormat;
}

/** How a file was found and read. */
export function toObservation({ size, mtimeNs, observedAtNs }: FileContent): Observation {
  return { size, mtimeNs, observedAtNs };
}

/** Makes a document of a file's text. */
export type MakeDocument = (
  content: FileContent,
  place: FilePlace,
  chunking: Chunking,
) => NewDocument;

/** Cuts a file's text into a document. */
export const toDocument: MakeDocument = (content, place, chunking) => {
  const { chunks, ...cut } = chunkDocument(content.text, place.format, chunking);
  const { encoding, hash: contentHash } = content;
  return {
    ...place,
    ...toObservation(content),
    ...cut,
    ...{ encoding, contentHash },
    chunker: chunking.chunker,
    chunks: chunks.map(withInputHash),
  };
};

/** A document without passages, for a new file that could not be cut: remembered, and not tried again in vain. */
export function withoutChunks(
  content: FileContent,
  place: FilePlace,
  chunker: string,
): NewDocument {
  const { encoding, hash: contentHash } = content;
  const document = { ...place, ...toObservation(content), encoding, contentHash };
  const nothing = { title: null, frontMatter: null, frontMatterErrorLine: null, chunks: [] };
  return { ...document, ...nothing, chunker };
}
