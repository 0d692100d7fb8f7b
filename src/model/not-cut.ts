/**
 * How a document is marked whose file made the chunker fail: by the name of the chunker that did. The document
 * keeps what it holds, and is cut again when its file or the chunker changes.
 */

const MARK = '/failed';

/** What `document.chunker` says of such a document. */
export function notCutBy(chunker: string): string {
  return chunker + MARK;
}

/** Finds them among all documents; a pattern for SQL's LIKE. */
export const NOT_CUT_PATTERN: string = `%${MARK}`;
