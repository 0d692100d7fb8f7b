/** From a path that a person typed to a document of the corpus. */
import { basename, resolve } from 'node:path';
import { canonicalPath, pathBelow } from '../../files/paths.ts';
import { UsageError } from '../../model/errors.ts';
import { documentNames, documentsNamed } from '../../store/sqlite/passages.ts';
import type { Source } from '../../store/sqlite/sources.ts';
import type { Searched } from './searched.ts';

/** A document that a path may mean. */
interface Found {
  readonly id: number;
  readonly onDisk: string;
}

/** Spells a name in the ways that are looked up. */
type Spell = (name: string) => readonly string[];

/**
 * The id of the document at a path on disk, or else at one inside a source.
 *
 * @param cwd where a relative path on disk starts; absolute
 * @throws UsageError `DOCUMENT_NOT_FOUND`; `USAGE` if several documents have that path
 */
export function findDocument(searched: Searched, place: string, cwd: string): number {
  const absolute = canonicalPath(place, cwd);
  const [first, ...others] = lookUp(searched, place, absolute) ?? scan(searched, place, absolute);
  if (first === undefined) {
    const message = 'The corpus has no document of that path; see: umekomi status';
    throw new UsageError('DOCUMENT_NOT_FOUND', message);
  }
  if (others.length === 0) return first.id;
  const names = [first, ...others].map(({ onDisk }) => onDisk).sort();
  throw new UsageError('USAGE', `Several documents have that path: ${names.join(', ')}.`);
}

const asGiven: Spell = (name) => [name];
const composed = (name: string): string => name.normalize('NFC');
const inEveryForm: Spell = (name) => [name, composed(name), name.normalize('NFD')];

/** Asks the index of names; a disk may hold a name in NFC and in NFD: the name as given wins. */
function lookUp(searched: Searched, place: string, absolute: string): readonly Found[] | null {
  const tries = [
    () => onDisk(searched, absolute, asGiven),
    () => onDisk(searched, absolute, inEveryForm),
    () => named(searched, () => asGiven(place)),
    () => named(searched, () => inEveryForm(place)),
  ];
  for (const attempt of tries) {
    const found = attempt();
    if (found.length > 0) return found;
  }
  return null;
}

/** Documents at a path on disk. */
function onDisk(searched: Searched, absolute: string, spell: Spell): readonly Found[] {
  const paths = spell(absolute);
  return named(searched, (source) => {
    const isSame = (path: string): boolean => spell(source.path).includes(path);
    if (source.kind === 'file') return paths.some(isSame) ? spell(basename(source.path)) : [];
    // Both in one form, or a folder in NFC would not hold a path in NFD.
    const below = spell(source.path).map((folder, at) => pathBelow(folder, paths[at] ?? absolute));
    return [...new Set(below)].filter((path) => path !== null && path !== '') as string[];
  });
}

/** Documents that have one of the names of their source. */
function named(
  { db, sources }: Searched,
  namesIn: (source: Source) => readonly string[],
): readonly Found[] {
  return sources.flatMap((source) => {
    const names = namesIn(source);
    if (names.length === 0) return [];
    return documentsNamed(db, source.id, names).map((row) => toFound(source, row));
  });
}

function toFound(source: Source, { id, path }: { id: number; path: string }): Found {
  return { id, onDisk: source.kind === 'file' ? source.path : resolve(source.path, path) };
}

/** Compares all names in NFC: finds one that is stored neither in NFC nor in NFD. */
function scan({ db, sources }: Searched, place: string, absolute: string): readonly Found[] {
  const roots = new Map(sources.map((source) => [source.id, source]));
  const documents = documentNames(db).flatMap((row) => {
    const source = roots.get(row.sourceId);
    return source === undefined ? [] : { path: row.path, ...toFound(source, row) };
  });
  const there = documents.filter((one) => composed(one.onDisk) === composed(absolute));
  if (there.length > 0) return there;
  return documents.filter(({ path }) => composed(path) === composed(place));
}
