/**
 * Candidates from the lists, then exact cosine. A filter by documents is applied to the candidates, best
 * first, until enough of them are kept: so it restricts before ranking, at the price of more candidates.
 */
import type { Database, Statement } from 'better-sqlite3';
import { type Candidate, type ListReader, MAX_CANDIDATES } from '../lists/candidates.ts';
import { toBytes } from '../vectors.ts';
import { type NearestQuery, type Neighbour, PLACE } from './query.ts';

/** Candidates by signs for each vector wanted: those of the finer code find what is nearest among them. */
const CANDIDATES_PER_HIT = 12;

/** And at least so many. */
const LEAST_CANDIDATES = 150;

/** Vectors compared exactly for each wanted one, and beyond: the finer code is right about most. */
const EXACT_PER_HIT = 1.2;
const EXACT_BEYOND = 6;

/** Recall@10 ≥ .99 on the benches' corpora (docs/performance.md has the curve). */
const REACH = 0.1;

/** A filter may make a search look at this share of what it keeps; with more, that is compared exactly. */
const MAX_LOOKED_AT = 0.2;

/** A finished search by lists, with its statements. */
export interface ListSearch {
  /** The nearest passages; null if an exact scan is the better way. */
  nearest(reader: ListReader, query: NearestQuery, kept: Kept | null): readonly Neighbour[] | null;
}

/** What a filter keeps. */
export interface Kept {
  readonly documentIds: ReadonlySet<number>;
  /** The share of all documents. */
  readonly share: number;
  /** About how many passages. */
  readonly passages: number;
}

interface Place {
  /** The row in `embedding`. */
  readonly id: number;
  readonly documentId: number;
  readonly chunkId: number;
}

/** Prepares the statements. */
export function listSearch(db: Database): ListSearch {
  const statements = {
    // `+`: by id, not by an index over everything of the space.
    distances: db.prepare<[Buffer, number, string], Near>(
      `SELECT id, vec_distance_cosine(vector, ?) AS distance FROM embedding
       WHERE +space_id = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY distance`,
    ),
    places: db.prepare<[string], Place>(
      `SELECT embedding.id AS id, chunk.document_id AS documentId, chunk.id AS chunkId
       FROM embedding
       JOIN chunk ON chunk.input_hash = embedding.input_hash
       JOIN document ON document.id = chunk.document_id
       WHERE embedding.id IN (SELECT value FROM json_each(?)) ${PLACE}`,
    ),
  };
  return {
    nearest: (reader, query, kept) =>
      kept === null
        ? unfiltered(reader, query, statements)
        : filtered(reader, query, kept, statements),
  };
}

interface Near {
  readonly id: number;
  readonly distance: number;
}

interface Statements {
  readonly distances: Statement<[Buffer, number, string], Near>;
  readonly places: Statement<[string], Place>;
}

function unfiltered(
  reader: ListReader,
  query: NearestQuery,
  statements: Statements,
): readonly Neighbour[] | null {
  const { k, vector } = query;
  const candidates = Math.max(LEAST_CANDIDATES, k * CANDIDATES_PER_HIT);
  if (candidates > MAX_CANDIDATES) return null;
  const found = reader.candidates(vector, { k, candidates, reach: REACH });
  // Some are gone since, or have no passage yet: then more of them are looked at.
  for (let taken = exactCount(k); ; taken *= 2) {
    // Equal vectors have equal codes: their passages are told by place, so none is left behind.
    while (found[taken]?.estimate === found[taken - 1]?.estimate && taken < found.length)
      taken += 1;
    const neighbours = ranked(query, found.slice(0, taken), statements, null);
    if (neighbours.length >= k) return neighbours;
    if (taken >= found.length) return null;
  }
}

function exactCount(k: number): number {
  return Math.ceil(k * EXACT_PER_HIT) + EXACT_BEYOND;
}

/** Passages of the candidates by exact distance, equal ones by place. */
function ranked(
  { vector, k, space }: NearestQuery,
  candidates: readonly Candidate[],
  { distances, places }: Statements,
  documentIds: ReadonlySet<number> | null,
): readonly Neighbour[] {
  const near = distances.all(toBytes(vector), space.id, idsOf(candidates));
  const order = new Map(near.map(({ id, distance }) => [id, distance]));
  // In this order k vectors give k passages, unless some have none: those at the k-th one's distance too.
  const last = near[k - 1]?.distance ?? Infinity;
  const neighboursOf = (wanted: readonly Near[]): readonly Neighbour[] =>
    places
      .all(idsOf(wanted))
      .filter(({ documentId }) => documentIds?.has(documentId) !== false)
      .map(({ id, chunkId }) => ({ chunkId, distance: order.get(id) ?? 0 }))
      // Stable: equal ones stay in the order of places.
      .sort((a, b) => a.distance - b.distance)
      .slice(0, k);
  const first = neighboursOf(near.filter(({ distance }) => distance <= last));
  return first.length >= k || last === Infinity ? first : neighboursOf(near);
}

function idsOf(rows: readonly { readonly id: number }[]): string {
  return JSON.stringify(rows.map(({ id }) => id));
}

function filtered(
  reader: ListReader,
  query: NearestQuery,
  kept: Kept,
  statements: Statements,
): readonly Neighbour[] | null {
  const { k, vector } = query;
  const wanted = exactCount(k);
  const most = Math.min(MAX_CANDIDATES, kept.passages * MAX_LOOKED_AT);
  let asked = Math.ceil((LEAST_CANDIDATES + k) / kept.share);
  let depth = Math.ceil(k / kept.share);
  for (; asked <= most; asked *= 2) {
    const found = reader.candidates(vector, { k: depth, candidates: asked, reach: REACH });
    const { inside, kth } = keptOnes(found, { k, wanted, kept, places: statements.places });
    if (kth !== null && kth <= depth && inside.length >= wanted) {
      const neighbours = ranked(query, inside, statements, kept.documentIds);
      if (neighbours.length >= k) return neighbours;
    }
    // The k-th kept one is farther than was thought: so must the lists be that are looked into.
    depth = Math.max(kth ?? 0, depth * 2);
  }
  return null;
}

/** The first candidates that have a passage inside the filter, and how many there are up to the k-th. */
function keptOnes(
  found: readonly Candidate[],
  {
    k,
    wanted,
    kept,
    places,
  }: { k: number; wanted: number; kept: Kept; places: Statement<[string], Place> },
): { inside: readonly Candidate[]; kth: number | null } {
  const inside: Candidate[] = [];
  let kth: number | null = null;
  const step = Math.max(64, Math.ceil(wanted / kept.share));
  for (let from = 0; from < found.length && inside.length < wanted; from += step) {
    const page = found.slice(from, from + step);
    const rows = places.all(idsOf(page));
    const ids = new Set(
      rows.filter(({ documentId }) => kept.documentIds.has(documentId)).map(({ id }) => id),
    );
    page.forEach((candidate, index) => {
      if (!ids.has(candidate.id) || inside.length >= wanted) return;
      inside.push(candidate);
      if (inside.length === k) kth = from + index + 1;
    });
  }
  return { inside, kth };
}
