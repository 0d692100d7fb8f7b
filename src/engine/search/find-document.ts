/** From a path that a person typed to a document of the corpus. */
import { basename } from 'node:path';
import { canonicalPath, kindAt, pathBelow } from '../../files/paths.ts';
import { UsageError } from '../../model/errors.ts';
import type { StoredDocument, StoredSource } from '../../store/reading-types.ts';
import type { StoreReader } from '../../store/store.ts';
import { fileOf } from './documents.ts';

/** Spells a name in the ways that are looked up. */
type Spell = (name: string) => readonly string[];

/**
 * The document at a path on disk, or else at one inside a source.
 *
 * @param cwd where a relative path on disk starts; absolute
 * @throws UsageError `DOCUMENT_NOT_FOUND`; `USAGE` if several documents have that path
 */
export async function findDocument(
  store: StoreReader,
  place: string,
  cwd: string,
): Promise<StoredDocument> {
  const absolute = canonicalPath(place, cwd);
  const { sources } = await store.info();
  // The index of names is asked first; a disk may hold a name in NFC and in NFD: as given it wins.
  const attempts = [
    () => onDisk(store, sources, absolute, asGiven),
    () => onDisk(store, sources, absolute, inEveryForm),
    () => named(store, sources, () => asGiven(place)),
    () => named(store, sources, () => inEveryForm(place)),
    () => scan(store, place, absolute),
  ];
  for (const attempt of attempts) {
    const found = await attempt();
    if (found.length > 0) return requireOne(found, place);
  }
  throw notFound(sources, place, absolute);
}

/** What stands there instead, if anything does. */
function notFound(sources: readonly StoredSource[], place: string, absolute: string): UsageError {
  const there = kindAt(absolute);
  if (there === 'folder') return missing(`${place} is a folder, and no document.`);
  if (there !== 'file') return missing(`The corpus has no document ${place}.`);
  const isCovered = sources.some(({ path }) => pathBelow(path, absolute) !== null);
  const message = `${place} is on disk, and not in the corpus.`;
  const remedy = { code: isCovered ? 'index' : 'index-source' } as const;
  return new UsageError('DOCUMENT_NOT_FOUND', message, { remedy });
}

function missing(message: string): UsageError {
  return new UsageError('DOCUMENT_NOT_FOUND', message, { remedy: { code: 'documents' } });
}

/**
 * The only one of some documents.
 *
 * @param place what was asked for, for the message
 * @throws UsageError `DOCUMENT_NOT_FOUND` if there is none; `USAGE` if there are several
 */
export function requireOne(found: readonly StoredDocument[], place: string): StoredDocument {
  const [first, ...others] = found;
  if (first === undefined) throw missing(`The corpus has no document ${place}.`);
  if (others.length === 0) return first;
  const names = found.map(fileOf).sort();
  throw new UsageError('USAGE', `Several documents have that path: ${names.join(', ')}.`);
}

const asGiven: Spell = (name) => [name];
const composed = (name: string): string => name.normalize('NFC');
const inEveryForm: Spell = (name) => [name, composed(name), name.normalize('NFD')];

/** Documents at a path on disk. */
function onDisk(
  store: StoreReader,
  sources: readonly StoredSource[],
  absolute: string,
  spell: Spell,
): Promise<readonly StoredDocument[]> {
  const paths = spell(absolute);
  return named(store, sources, (source) => {
    const isSame = (path: string): boolean => spell(source.path).includes(path);
    if (source.kind === 'file') return paths.some(isSame) ? spell(basename(source.path)) : [];
    // Both in one form, or a folder in NFC would not hold a path in NFD.
    const below = spell(source.path).map((folder, at) => pathBelow(folder, paths[at] ?? absolute));
    return [...new Set(below)].filter((path) => path !== null && path !== '') as string[];
  });
}

/** Documents that have one of the names of their source. */
async function named(
  store: StoreReader,
  sources: readonly StoredSource[],
  namesIn: (source: StoredSource) => readonly string[],
): Promise<readonly StoredDocument[]> {
  const found: StoredDocument[] = [];
  for (const source of sources) {
    const names = namesIn(source);
    if (names.length > 0) found.push(...(await store.documentsNamed(source.id, names)));
  }
  return found;
}

/** Compares all names in NFC: finds one that is stored neither in NFC nor in NFD. */
async function scan(
  store: StoreReader,
  place: string,
  absolute: string,
): Promise<readonly StoredDocument[]> {
  const there: StoredDocument[] = [];
  const inSource: StoredDocument[] = [];
  for await (const document of store.documents()) {
    if (composed(fileOf(document)) === composed(absolute)) there.push(document);
    else if (composed(document.path) === composed(place)) inSource.push(document);
  }
  return there.length > 0 ? there : inSource;
}
