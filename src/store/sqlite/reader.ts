/** What is read from a corpus in SQLite: all that a search needs, and nothing that only writers do. */
import type { DocumentFilters } from '../../model/search.ts';
import { compileFilters } from '../filters.ts';
import type { StoredDocument, StoreInfo } from '../reading-types.ts';
import type { StoreReader } from '../store.ts';
import { readChunking } from './chunking.ts';
import type { Connection } from './connection.ts';
import { countOf, readCounts } from './counts.ts';
import { documentsNamed, readDocuments } from './document-list.ts';
import { readFailures, readNotCut } from './failures.ts';
import { find } from './find.ts';
import { readLastRun } from './last-run.ts';
import { readMalformed } from './malformed-front-matter.ts';
import { vectorIndex } from './nearest/nearest.ts';
import { documentPassages } from './passages.ts';
import { readSources } from './sources.ts';
import { activeSpace, inactiveSpaces } from './spaces.ts';
import { statement } from './statements.ts';
import { passageVectors, sampleInputs } from './stored-vectors.ts';
import { wordsUsable } from './words/state.ts';

/** Reads a corpus; what one search has read is there for the next. */
export function storeReader(connection: Connection): StoreReader {
  const { db, anchor } = connection;
  const vectors = vectorIndex(db);
  const info = infoReader(connection);
  /** SQLite's driver is synchronous: what is read here is one moment of the process as well. */
  const read = async <T>(work: () => T): Promise<T> => connection.snapshot(work);
  return {
    info: () => read(info),
    counts: () => read(() => readCounts(db, activeSpace(db)?.id ?? null)),
    vectorCount: (spaceId) => read(() => countOf(db, 'embedding WHERE space_id = ?', spaceId)),
    failures: (spaceId, limit) => read(() => readFailures(db, anchor, { spaceId, limit })),
    malformedFrontMatter: (limit) => read(() => readMalformed(db, anchor, limit)),
    notCut: (limit) => read(() => readNotCut(db, anchor, limit)),
    documents: (filters = {}) => listDocuments(connection, filters),
    documentsNamed: (sourceId, paths) =>
      read(() => {
        const source = readSources(db, anchor).find(({ id }) => id === sourceId);
        return source === undefined ? [] : documentsNamed(db, source, paths);
      }),
    passages: (documentId) => read(() => documentPassages(db, anchor, documentId)),
    vectors: (passageIds) =>
      read(() => {
        const space = activeSpace(db);
        return space === null ? new Map() : passageVectors(db, space, passageIds);
      }),
    find: (query) => read(() => find(connection, vectors, query)),
    sample: (spaceId, count) => read(() => sampleInputs(db, spaceId, count)),
  };
}

/** Reads it again only when something was changed since: that takes .28 ms, to see whether it was .01. */
function infoReader(connection: Connection): () => StoreInfo {
  let last: { readonly state: string; readonly info: StoreInfo } | null = null;
  return () => {
    const state = stateOf(connection.db);
    if (last?.state !== state) last = { state, info: readInfo(connection) };
    return last.info;
  };
}

/** Another one after every change: by other connections (`data_version`), or by this one. */
function stateOf(db: Connection['db']): string {
  const state = statement<[], string>(
    db,
    "SELECT data_version || ' ' || total_changes() FROM pragma_data_version",
  );
  return state.pluck().get() ?? '';
}

function readInfo({ db, anchor }: Connection): StoreInfo {
  return {
    space: activeSpace(db),
    otherSpaces: inactiveSpaces(db),
    sources: readSources(db, anchor),
    chunking: readChunking(db),
    lastRun: readLastRun(db),
    hasWords: wordsUsable(db),
  };
}

async function* listDocuments(
  connection: Connection,
  filters: DocumentFilters,
): AsyncGenerator<StoredDocument> {
  const { db, anchor } = connection;
  const filter = compileFilters(filters);
  const sources = connection.snapshot(() => readSources(db, anchor));
  const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);
  for (const source of sources.toSorted(byPath)) {
    for (let from: string | null = ''; from !== null; ) {
      const start: string = from;
      const page = connection.snapshot(() => readDocuments(db, source, { filter, from: start }));
      yield* page.documents;
      from = page.next;
    }
  }
}
