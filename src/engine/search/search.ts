/** Query → ranked passages inside the filter → hits. */
import { sep } from 'node:path';
import type { Database } from 'better-sqlite3';
import { findVectorFault, toUnitVector } from '../../embedding/vectors.ts';
import { DEFAULT_K } from '../../model/defaults.ts';
import { CorpusError, EmbeddingError, UsageError } from '../../model/errors.ts';
import { filterDocuments } from '../../store/filters.ts';
import { filterRows } from '../../store/sqlite/filter-rows.ts';
import { type Passage, readPassages } from '../../store/sqlite/passages.ts';
import type { Space } from '../../store/sqlite/spaces.ts';
import { wordsUsable } from '../../store/sqlite/words/state.ts';
import { holdsPhrase, type LexicalQuery, parseQuery } from '../../text/query.ts';
import { type FoundPassage, toHits } from './hits.ts';
import { type RankedPassageId, rankPassages } from './rank.ts';
import { assembleResults } from './results.ts';
import { requireSpace, type Searched } from './searched.ts';
import type { Hit, HitOptions, SearchMode } from '../../model/search.ts';

/** Passages looked at for each hit wanted, since neighbours and equal ones become one. */
const PASSAGES_PER_HIT = 4;

const NO_WORDS: LexicalQuery = parseQuery('');

/** Hybrid, or semantic where the index of words is still to be built. */
export function defaultMode(db: Database): SearchMode {
  return wordsUsable(db) ? 'hybrid' : 'semantic';
}

/**
 * Checks a mode before an embedder is asked.
 *
 * @throws CorpusError `CORPUS_OUTDATED`; UsageError `USAGE`
 */
export function requireMode(db: Database, mode: SearchMode, options: HitOptions): void {
  if (mode === 'lexical' && options.minSimilarity !== undefined) {
    const message = 'A least similarity has no meaning in lexical mode: words have none.';
    throw new UsageError('USAGE', message);
  }
  if (mode === 'semantic' || wordsUsable(db)) return;
  const message = 'The words of this corpus are not indexed yet; build that with: umekomi index';
  throw new CorpusError('CORPUS_OUTDATED', message);
}

/**
 * The passages nearest to a vector, one by one. The vector need not be normalised.
 *
 * @param without ids of chunks that are no hits
 */
export function searchVector(
  corpus: Searched,
  vector: Float32Array,
  options: HitOptions,
  without: ReadonlySet<number> = new Set(),
): readonly Hit[] {
  const { k, perDocument } = settle(options);
  const wanted = { mode: 'semantic' as const, vector, query: NO_WORDS, k: k + without.size };
  const counts = new Map<number, number>();
  const kept = find(corpus, wanted, options).filter(({ chunkId, documentId }) => {
    if (without.has(chunkId)) return false;
    const before = counts.get(documentId) ?? 0;
    counts.set(documentId, before + 1);
    return perDocument === null || before < perDocument;
  });
  const groups = kept.slice(0, k).map((best) => ({ best, passages: [best], elsewhere: [] }));
  return toHits(corpus, groups, options);
}

/** The passages that answer a query. In semantic mode they come one by one, as KNN gives them. */
export function searchQuery(
  corpus: Searched,
  asked: { mode: SearchMode; text: string; vector: Float32Array | null },
  options: HitOptions,
): readonly Hit[] {
  const { mode, vector } = asked;
  if (mode === 'semantic' && vector !== null) return searchVector(corpus, vector, options);
  const { k, perDocument } = settle(options);
  const query = parseQuery(asked.text);
  const found = find(corpus, { mode, vector, query, k: k * PASSAGES_PER_HIT }, options);
  const ranked = found.filter((passage) => holdsPhrases(passage, query));
  return toHits(corpus, assembleResults(ranked, { k, perDocument }), options);
}

/** Phrases in quotes must stand there, whichever list found the passage. */
function holdsPhrases(passage: Passage, { phrases }: LexicalQuery): boolean {
  const fields = [passage.text, passage.title ?? '', passage.headings.join('\n'), passage.path];
  return phrases.every((phrase) => fields.some((field) => holdsPhrase(field, phrase)));
}

interface Wanted {
  readonly mode: SearchMode;
  readonly vector: Float32Array | null;
  readonly query: LexicalQuery;
  /** Passages. */
  readonly k: number;
}

/** Ranked passages with their texts. */
function find(
  corpus: Searched,
  { mode, vector, query, k }: Wanted,
  options: HitOptions,
): readonly FoundPassage[] {
  const { db } = corpus;
  const space = mode === 'lexical' ? null : requireSpace(db);
  if (space !== null && vector !== null) checkVector(vector, space);
  const { keep, perDocument } = settle(options);
  const ranked = rankPassages(corpus, {
    ...{ mode, space, query, exact: options.exact === true },
    vector: vector === null ? null : toUnitVector(vector),
    // Some of what is found goes again if a document may only have a few hits.
    k: perDocument === null ? k : k * PASSAGES_PER_HIT,
    documentIds: keptDocuments(corpus, options),
  }).filter(keep);
  const passages = readPassages(
    db,
    ranked.map(({ chunkId }) => chunkId),
  );
  return ranked.flatMap((place) => {
    const passage = passages.get(place.chunkId);
    return passage === undefined ? [] : { ...passage, place };
  });
}

function checkVector(vector: Float32Array, space: Space): void {
  const fault = findVectorFault(vector, space.dimensions);
  if (fault === null) return;
  const message = `The embedder answered with an unusable vector for the query (${fault}); try other words, or check the model.`;
  throw new EmbeddingError('VECTORS_INVALID', message);
}

interface Settled {
  readonly k: number;
  readonly perDocument: number | null;
  readonly keep: (place: RankedPassageId) => boolean;
}

function settle(options: HitOptions): Settled {
  const { k = DEFAULT_K, perDocument, minSimilarity, contextLines } = options;
  if (!Number.isInteger(k) || k < 1) {
    throw new UsageError('USAGE', 'The number of hits (k) is a whole number from 1.');
  }
  if (perDocument !== undefined && (!Number.isInteger(perDocument) || perDocument < 1)) {
    throw new UsageError('USAGE', 'The most hits of a document is a whole number from 1.');
  }
  if (contextLines !== undefined && (!Number.isInteger(contextLines) || contextLines < 0)) {
    throw new UsageError('USAGE', 'The number of context lines is a whole number from 0.');
  }
  if (minSimilarity !== undefined && !(minSimilarity >= -1 && minSimilarity <= 1)) {
    throw new UsageError('USAGE', 'A least similarity is a number from -1 to 1.');
  }
  const farthest = minSimilarity === undefined ? null : 1 - minSimilarity;
  const keep = ({ distance }: RankedPassageId): boolean =>
    farthest === null || (distance !== null && distance <= farthest);
  return { k, perDocument: perDocument ?? null, keep };
}

/** Ids of the documents that the filters keep; null where there are none. */
function keptDocuments({ db, sources }: Searched, filters: HitOptions): readonly number[] | null {
  return filterDocuments(function* (needs) {
    for (const { id, path } of sources) {
      yield* filterRows(db, { id, name: path.split(sep).join('/') }, needs);
    }
  }, filters);
}
