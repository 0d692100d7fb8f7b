/** Corpora in memory with vectors of our choosing, for tests of storage. */
import type { Database } from 'better-sqlite3';
import type { VectorSpace } from '../../../../src/store/reading-types.ts';
import { maintainCodes } from '../../../../src/store/sqlite/codes/maintain.ts';
import { codesWriter } from '../../../../src/store/sqlite/codes/writer.ts';
import type { Connection } from '../../../../src/store/sqlite/connection.ts';
import { documentWriter } from '../../../../src/store/sqlite/document-writer.ts';
import { type EmbeddingWriter, embeddingWriter } from '../../../../src/store/sqlite/embeddings.ts';
import { sourceWriter } from '../../../../src/store/sqlite/sources.ts';
import { activeSpace, addSpace } from '../../../../src/store/sqlite/spaces.ts';
import type { InputVector } from '../../../../src/store/writing-types.ts';
import { openConnection } from '../../../helpers/connection.ts';
import { hashOf, newDocument } from '../../../helpers/stored-document.ts';

const NOW = 1_700_000_000_000;

export interface Filled {
  readonly db: Database;
  readonly space: VectorSpace;
  readonly sourceId: number;
  /** Opens the vectors as a run does: codes are kept in step. */
  embeddings(): EmbeddingWriter;
  /** Adds or replaces a document whose chunks have these embedding inputs. @returns its id */
  document(path: string, inputs: readonly string[]): number;
  /** Takes a document out; its vectors stay until they are pruned. */
  remove(documentId: number): void;
  /** What a run's end does for the codes. */
  maintain(): void;
  close(): void;
}

/** @param path a new file; left out, the corpus is in memory */
export function emptyCorpus(dimensions: number, path: string | null = null): Filled {
  const file = openConnection(path ?? ':memory:', path === null ? 'memory' : 'write', NOW);
  const { db } = file;
  const identity = {
    ...{ kind: 'test', model: 'm', digest: null, dimensions },
    ...{ documentPrompt: '', queryPrompt: '', contextTokens: null },
  };
  const space = addSpace(db, identity, 'fingerprint', NOW);
  const rules = { include: [], exclude: [], ignoreFiles: true, encoding: null };
  const sourceId = sourceWriter(db, '/').save({ path: '/docs', kind: 'folder', ...rules }).id;
  return filled(file, space, sourceId);
}

/** A corpus in a file that {@link emptyCorpus} made. */
export function reopened(path: string): Filled {
  const file = openConnection(path, 'write', NOW);
  const space = activeSpace(file.db);
  if (space === null) throw new Error('no space');
  return filled(file, space, 1);
}

function filled(file: Connection, space: VectorSpace, sourceId: number): Filled {
  const { db } = file;
  const documents = documentWriter(db);
  return {
    db,
    space,
    sourceId,
    embeddings: () => embeddingWriter(db, space, codesWriter(db, space)),
    document: (path, inputs) => {
      const chunks = inputs.map((text) => ({ text }));
      documents.replace(newDocument(path, chunks, { sourceId }));
      const id = db.prepare<[string], number>('SELECT id FROM document WHERE path = ?').pluck();
      return id.get(path) ?? -1;
    },
    remove: (documentId) => documents.remove(documentId),
    maintain: () => maintainCodes(db, space),
    close: () => file.close(),
  };
}

/** An input with its vector, as the store takes them. */
export function embedded(input: string, vector: Float32Array): Omit<InputVector, 'text'> {
  return { inputHash: hashOf(input), vector };
}

/** Numbers in [0, 1) that are the same in every run (mulberry32, public domain, Tommy Ettinger). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Vectors of a space where texts of one topic, and of one document, lie near each other. */
export interface Topics {
  /** A place of its own in the space. */
  place(): Float32Array;
  /** A place near another one. */
  near(place: Float32Array, spread: number): Float32Array;
  /** The unit vector of a place. */
  vector(place: Float32Array): Float32Array;
}

/**
 * The vectors of a model have few strong directions and many weak ones, and share a part: latent
 * coordinates with a power-law spectrum, turned at random into more dimensions, plus a shared vector.
 */
export function topicSpace(dimensions: number, random: () => number): Topics {
  const latent = 64;
  const sample = (length: number, scale: (i: number) => number): Float32Array =>
    Float32Array.from({ length }, (_, i) => scale(i) * gaussian(random));
  const spectrum = (i: number): number => (i + 1) ** -0.5;
  const axes = Array.from({ length: latent }, () => sample(dimensions, () => 1));
  const shared = sample(dimensions, () => 1.5);
  return {
    place: () => sample(latent, spectrum),
    near: (place, spread) => {
      const step = sample(latent, (i) => spread * spectrum(i));
      return place.map((value, i) => value + (step[i] ?? 0));
    },
    vector: (place) => {
      const sum = shared.slice();
      axes.forEach((axis, j) => {
        const weight = place[j] ?? 0;
        for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] ?? 0) + weight * (axis[i] ?? 0);
      });
      const norm = Math.hypot(...sum);
      return sum.map((value) => value / norm);
    },
  };
}

/** Box–Muller. */
function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
