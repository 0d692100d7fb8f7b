/** Documents, vectors and runs for tests of stores. */
import { createHash } from 'node:crypto';
import { fingerprint } from '../../../src/model/fingerprint.ts';
import type { Source } from '../../../src/model/source.ts';
import type { EmbedderIdentity } from '../../../src/model/types.ts';
import type {
  FindQuery,
  Found,
  RankedPassage,
  StoredDocument,
} from '../../../src/store/reading-types.ts';
import type { Store } from '../../../src/store/store.ts';
import type {
  Changes,
  HashedChunk,
  InputVector,
  NewDocument,
  RunStart,
  RunState,
} from '../../../src/store/writing-types.ts';

/** Of the vectors in these tests. */
const DIMENSIONS = 8;

export const IDENTITY: EmbedderIdentity = {
  ...{ kind: 'test', model: 'm', digest: null, dimensions: DIMENSIONS },
  ...{ documentPrompt: '', queryPrompt: '', contextTokens: null },
};

export const FOLDER: Source = {
  ...{ path: '/elsewhere/docs', kind: 'folder' },
  ...{ include: [], exclude: [], ignoreFiles: true, encoding: null },
};

/** 2024-01-01T00:00:00Z in milliseconds. */
export const NEW_YEAR: number = Date.UTC(2024, 0, 1);

/** How a run over the folder begins. */
function runStart(changes: Partial<RunStart> = {}): RunStart {
  const identity = changes.identity ?? IDENTITY;
  return {
    ...{ identity, fingerprint: fingerprint(identity), adopt: null },
    ...{ chunking: { chunkSize: 256, chunkOverlap: 0 }, sources: [FOLDER], named: [] },
    ...changes,
  };
}

/** What identifies an input: the hash of its text. */
export function hashOf(input: string): Uint8Array {
  return createHash('sha256').update(input).digest();
}

/** The unit vector at an angle from the first axis, in degrees. */
export function vectorAt(degrees: number): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  vector[0] = Math.cos((degrees * Math.PI) / 180);
  vector[1] = Math.sin((degrees * Math.PI) / 180);
  return vector;
}

/** An input and its vector, as `commit` takes them. */
export function embedded(input: string, degrees: number): Omit<InputVector, 'text'> {
  return { inputHash: hashOf(input), vector: vectorAt(degrees) };
}

/** A document with one chunk for each text, each on a line of its own. */
export function documentOf(
  sourceId: number,
  path: string,
  texts: readonly string[],
  changes: Partial<NewDocument> = {},
): NewDocument {
  return {
    ...{ sourceId, path, title: null, frontMatter: null, format: 'markdown' },
    frontMatterErrorLine: null,
    ...{ encoding: 'utf-8', size: 100, chunker: '1', chunks: texts.map(chunkOf) },
    ...{ mtimeNs: BigInt(NEW_YEAR) * 1_000_000n, observedAtNs: BigInt(NEW_YEAR) * 1_000_000n + 7n },
    contentHash: hashOf(`${texts.join('\n')} `),
    ...changes,
  };
}

function chunkOf(text: string, ordinal: number): HashedChunk {
  return {
    ...{ ordinal, text, headings: [], context: '', inputHash: hashOf(text) },
    ...{ startLine: ordinal + 1, endLine: ordinal + 1 },
    ...{ startOffset: ordinal, endOffset: ordinal + text.length },
  };
}

/** A store in which a run has begun. */
export interface Begun extends RunState {
  readonly spaceId: number;
  readonly sourceId: number;
  /** Commits to the run's space. */
  commit(changes: Omit<Changes, 'spaceId'>): Promise<void>;
  /** Stores a document whose chunks have these texts, with a vector at an angle for each. */
  add(
    path: string,
    chunks: Readonly<Record<string, number>>,
    changes?: Partial<NewDocument>,
  ): Promise<void>;
  /** Ends the run as one that has seen all of its sources. */
  finish(remove?: readonly number[], prune?: 'dropped' | 'all'): Promise<number>;
}

/** Begins a run over the folder. */
export async function beginRun(store: Store, changes: Partial<RunStart> = {}): Promise<Begun> {
  const state = await store.begin(runStart(changes));
  const spaceId = state.space.id;
  const sourceId = state.sources[0]?.id ?? -1;
  const commit = async (more: Omit<Changes, 'spaceId'>): Promise<void> => {
    await store.commit({ spaceId, ...more });
  };
  return {
    ...{ ...state, spaceId, sourceId, commit },
    add: (path, chunks, more) => {
      const vectors = Object.entries(chunks).map(([text, degrees]) => embedded(text, degrees));
      return commit({
        vectors,
        documents: [documentOf(sourceId, path, Object.keys(chunks), more)],
      });
    },
    finish: async (remove = [], prune = 'dropped') => {
      const sources = state.sources.map(({ id }) => ({ id, unfinished: false }));
      const { pruned } = await store.finish({ spaceId, remove, sources, prune });
      await store.maintain();
      return pruned;
    },
  };
}

/** All documents inside a filter. */
export async function documentsOf(
  store: Store,
  filter: FindQuery['filter'] = {},
): Promise<readonly StoredDocument[]> {
  return collect(store.documents(filter));
}

/** What an iterable gives. */
export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Asks for what is given; a query without anything finds nothing. */
export async function found(store: Store, query: Partial<FindQuery>): Promise<Found> {
  const result = await store.find({
    ...{ vector: null, words: null, filter: {}, limit: 10, exact: false },
    ...query,
  });
  if (result === null) throw new Error('the space is not active');
  return result;
}

/** Texts of what was found nearest, nearest first. */
export function nearestTexts(result: Found): readonly string[] {
  return placed(result, 'semantic').map(({ text }) => text);
}

/** Texts of what was found by its words, best first. */
export function matchedTexts(result: Found): readonly string[] {
  return placed(result, 'lexical').map(({ text }) => text);
}

/** Passages that have a place in a list, in its order. */
function placed({ ranked }: Found, list: 'semantic' | 'lexical'): readonly RankedPassage[] {
  const rankOf = (passage: RankedPassage): number => passage[list]?.rank ?? 0;
  return ranked.filter((one) => one[list] !== null).sort((a, b) => rankOf(a) - rankOf(b));
}
