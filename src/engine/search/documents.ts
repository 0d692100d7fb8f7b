/** Which documents a corpus holds, by name. */
import { resolve, sep } from 'node:path';
import { documentNames } from '../../store/sqlite/passages.ts';
import type { Searched } from './searched.ts';

/** A document of a corpus. */
export interface DocumentInfo {
  /** Absolute path of the source. */
  readonly source: string;
  /** Path inside the source, with '/'; the file's name where the source is a file. */
  readonly path: string;
  /** Absolute path of the file, with the separators of the system. */
  readonly file: string;
}

/** Every document, ordered by source and path. */
export function listDocuments({ db, sources }: Searched): readonly DocumentInfo[] {
  const roots = new Map(sources.map((source) => [source.id, source]));
  const found = documentNames(db).flatMap(({ sourceId, path }) => {
    const root = roots.get(sourceId);
    if (root === undefined) return [];
    const file = root.kind === 'file' ? root.path : resolve(root.path, path.split('/').join(sep));
    return { source: root.path, path, file };
  });
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return found.sort((a, b) => order(a.source, b.source) || order(a.path, b.path));
}
