/** Documents as people are told of them. */
import { absolutePath } from '../../files/paths.ts';
import type { DocumentInfo } from '../../model/search.ts';
import type { StoredDocument } from '../../store/reading-types.ts';
import { shownTitle } from '../../text/title.ts';

/** Where the file of a document is: absolute, with the separators of the system. */
export function fileOf({ source, sourceKind, path }: StoredDocument): string {
  return absolutePath({ path: source, kind: sourceKind }, path);
}

/** What is told of a stored document. */
export function toDocumentInfo(document: StoredDocument): DocumentInfo {
  const { source, path, passages, size, mtimeNs } = document;
  const title = shownTitle(document.title, path);
  const mtime = Number(mtimeNs / 1_000_000n);
  return { source, path, file: fileOf(document), title, passages, size, mtime };
}
