/** From a path that a person typed to a document of the corpus. */
import { resolve } from 'node:path';
import { canonicalPath } from '../corpus/paths.ts';
import { UsageError } from '../errors.ts';
import { documentNames } from '../storage/passages.ts';
import type { Searched } from './searched.ts';

/**
 * The id of the document at a path on disk, or else at one inside a source.
 *
 * @param cwd where a relative path on disk starts; absolute
 * @throws UsageError `DOCUMENT_NOT_FOUND`; `USAGE` if several documents have that path
 */
export function findDocument({ db, sources }: Searched, place: string, cwd: string): number {
  const roots = new Map(sources.map((source) => [source.id, source]));
  const documents = documentNames(db).flatMap(({ id, sourceId, path }) => {
    const source = roots.get(sourceId);
    if (source === undefined) return [];
    return { id, path, onDisk: source.kind === 'file' ? source.path : resolve(source.path, path) };
  });
  const absolute = canonicalPath(place, cwd);
  const plain = (name: string): string => name.normalize('NFC');
  // A disk may hold a name in NFC and in NFD: the name as given wins.
  const found = [
    documents.filter(({ onDisk }) => onDisk === absolute),
    documents.filter(({ onDisk }) => plain(onDisk) === plain(absolute)),
    documents.filter(({ path }) => path === place),
    documents.filter(({ path }) => plain(path) === plain(place)),
  ].find((matching) => matching.length > 0);
  const [first, ...others] = found ?? [];
  if (first === undefined) {
    const message = 'The corpus has no document of that path; see: umekomi status';
    throw new UsageError('DOCUMENT_NOT_FOUND', message);
  }
  if (others.length === 0) return first.id;
  const names = [first, ...others].map(({ onDisk }) => onDisk).sort();
  throw new UsageError('USAGE', `Several documents have that path: ${names.join(', ')}.`);
}
