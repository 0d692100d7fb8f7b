/** Documents as the store takes them, for tests that need rows but no files. */
import { createHash } from 'node:crypto';
import type { HashedChunk, NewDocument } from '../../src/store/writing-types.ts';

/** SHA-256, as inputs and contents are named by. */
export function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** What a test says of a chunk; each stands on a line of its own where it says nothing else. */
export type TestChunk = Partial<HashedChunk> & Pick<HashedChunk, 'text'>;

/** A document of the first source. @param changes what is not as in every test */
export function newDocument(
  path: string,
  chunks: readonly TestChunk[],
  changes: Partial<NewDocument> = {},
): NewDocument {
  return {
    ...{ sourceId: 1, path, title: null, frontMatter: null, format: 'markdown' },
    frontMatterErrorLine: null,
    ...{ encoding: 'utf-8', size: 1, mtimeNs: 1n, observedAtNs: 2n, chunker: 'test' },
    contentHash: hashOf(path),
    ...changes,
    chunks: chunks.map((chunk, ordinal) => ({
      ...{ ordinal, headings: [], context: '', startLine: ordinal + 1, endLine: ordinal + 1 },
      ...{ startOffset: 0, endOffset: chunk.text.length },
      inputHash: hashOf((chunk.context ?? '') + chunk.text),
      ...chunk,
    })),
  };
}
