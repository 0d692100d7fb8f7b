/** Takes a source, a folder or a file out of a corpus, for good. */
import { sep } from 'node:path';
import { canonicalPath, isInside, pathBelow } from '../../files/paths.ts';
import { UsageError } from '../../model/errors.ts';
import { maintainCodes } from '../../store/sqlite/codes/maintain.ts';
import { codesWriter } from '../../store/sqlite/codes/writer.ts';
import { reclaim } from '../../store/sqlite/compact.ts';
import { type DocumentStore, documentStore } from '../../store/sqlite/documents.ts';
import { embeddingStore } from '../../store/sqlite/embeddings.ts';
import type { CorpusFile } from '../../store/sqlite/open.ts';
import {
  anchorFolder,
  type Source,
  type SourceStore,
  sourceStore,
} from '../../store/sqlite/sources.ts';
import { activeSpace } from '../../store/sqlite/spaces.ts';
import { settleWords } from '../../store/sqlite/words/maintain.ts';

/** What was taken out. */
export interface RemoveSummary {
  /** Absolute paths of the sources that are gone. */
  readonly sources: readonly string[];
  readonly documents: number;
  /** Vectors that no passage uses any more. */
  readonly vectors: number;
}

/**
 * Removes what a path names: a source, or what is at or below it in a source; the latter is
 * excluded from then on, so that the next run does not bring it back. Nothing on disk is touched.
 *
 * @param place on disk, relative to `cwd` or absolute; or inside a source
 * @throws UsageError `DOCUMENT_NOT_FOUND` if the corpus has nothing there
 */
export function removePath(file: CorpusFile, place: string, cwd: string): RemoveSummary {
  const { db } = file;
  const store = sourceStore(db, anchorFolder(file.path));
  const sources = store.list();
  const absolute = canonicalPath(place, cwd);
  const whole = sources.filter((source) => isSamePath(source.path, absolute));
  const gone = whole.map(({ path }) => path);
  const documents = documentStore(db);
  let removed = 0;
  let vectors = 0;
  const remove = (): void => {
    for (const { id } of whole) {
      const held = documents.manifest(id);
      // One by one: what is derived from them goes with them.
      for (const document of held) documents.remove(document.id);
      removed += held.length;
      store.remove(id);
    }
    if (whole.length > 0) return;
    for (const { source, inside, ids } of findParts(documents, sources, { place, absolute })) {
      for (const id of ids) documents.remove(id);
      removed += ids.length;
      if (source.kind === 'folder') {
        store.save(source.path, source.kind, withExclude(source, inside));
      } else {
        // No rule can take a file out of itself.
        store.remove(source.id);
        gone.push(source.path);
      }
    }
  };
  // With the passages: runs look only for vectors that they have left without one themselves.
  db.transaction(() => {
    remove();
    if (whole.length === 0 && removed === 0) throw nothingAt(absolute);
    vectors = pruneVectors(file, store);
  }).immediate();
  const space = activeSpace(db);
  if (space !== null) maintainCodes(db, space);
  settleWords(db);
  reclaim(db, documents.droppedCount() + vectors);
  return { sources: gone, documents: removed, vectors };
}

function nothingAt(place: string): UsageError {
  const message = `The corpus has nothing at ${place}; umekomi status lists its sources.`;
  return new UsageError('DOCUMENT_NOT_FOUND', message);
}

/** Documents of one source that are to go. */
interface Part {
  readonly source: Source;
  /** The path that holds them, inside the source. */
  readonly inside: string;
  readonly ids: readonly number[];
}

/** What stands at a path on disk; only if nothing does, what a single source has under that name. */
function findParts(
  documents: DocumentStore,
  sources: readonly Source[],
  { place, absolute }: { place: string; absolute: string },
): readonly Part[] {
  const partsAt = (insideOne: (source: Source) => string | null): readonly Part[] =>
    sources.flatMap((source) => {
      const inside = insideOne(source);
      if (inside === null || inside === '') return [];
      const held = documents.manifest(source.id);
      const ids = held.filter(({ path }) => isInside(nfc(inside), nfc(path))).map(({ id }) => id);
      return ids.length === 0 ? [] : { source, inside, ids };
    });
  const onDisk = partsAt((source) => pathBelow(nfc(source.path), nfc(absolute)));
  if (onDisk.length > 0) return onDisk;
  const named = partsAt(() => place.split(sep).join('/').replace(/\/+$/, ''));
  if (named.length <= 1) return named;
  const where = named.map(({ source }) => source.path).sort();
  throw new UsageError(
    'USAGE',
    `Several sources have ${place}: ${where.join(', ')}; name it in full.`,
  );
}

function withExclude({ rules }: Source, inside: string): Source['rules'] {
  const literal = inside.replace(/[*?[\]{}()!+@|\\]/g, '\\$&');
  const globs = literal === inside ? [inside] : [literal, `${literal}/**`];
  return { ...rules, exclude: [...new Set([...rules.exclude, ...globs])] };
}

function pruneVectors({ db }: CorpusFile, sources: SourceStore): number {
  const space = activeSpace(db);
  // Vectors that an unfinished run left are wanted when it goes on; that run prunes the others.
  if (space === null || sources.anyUnfinished()) return 0;
  return embeddingStore(db, space, codesWriter(db, space)).prune();
}

function isSamePath(a: string, b: string): boolean {
  return nfc(a) === nfc(b);
}

function nfc(text: string): string {
  return text.normalize('NFC');
}
