/** Documents as people are told of them. */
import { absolutePath } from '../../files/paths.ts';
import type { DocumentInfo } from '../../model/search.ts';
import type { StoredDocument } from '../../store/reading-types.ts';

/** What is told of a stored document. */
export function toDocumentInfo({
  source,
  sourceKind,
  path,
  title,
  passages,
  size,
  mtimeNs,
}: StoredDocument): DocumentInfo {
  const file = absolutePath({ path: source, kind: sourceKind }, path);
  const mtime = Number(mtimeNs / 1_000_000n);
  return { source, path, file, title, passages, size, mtime };
}
