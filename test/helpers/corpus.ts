/** What tests look at in a corpus file, past umekomi's own reading, and embedders that count. */
import Database from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import type { IndexSummary } from '../../src/model/indexing.ts';
import type { Embedder, EmbedderIdentity } from '../../src/model/types.ts';
import type { IndexOptions } from '../../src/service/corpus.ts';
import { openCorpus } from '../../src/service/open-corpus.ts';
import { codesDerivedState } from '../../src/store/sqlite/codes/examine.ts';
import { activeSpace } from '../../src/store/sqlite/spaces.ts';
import { wordsState } from '../../src/store/sqlite/words/examine.ts';
import { hashingVector } from './stand-in/hashing-vector.ts';

/** An embedder of deterministic vectors that remembers what it was asked. */
export interface CountingEmbedder extends Embedder {
  /** Every text that was to be embedded, in order. */
  readonly inputs: string[];
  /** Questions for the identity. */
  asked: number;
}

export function countingEmbedder(
  changes: Partial<EmbedderIdentity> = {},
  vector: (text: string, dimensions: number) => Float32Array = hashingVector,
): CountingEmbedder {
  const identity: EmbedderIdentity = {
    kind: 'test',
    model: 'hashing',
    digest: null,
    dimensions: 32,
    documentPrompt: '',
    queryPrompt: '',
    contextTokens: null,
    ...changes,
  };
  const embedder: CountingEmbedder = {
    inputs: [],
    asked: 0,
    identity: async () => {
      embedder.asked += 1;
      return identity;
    },
    embedDocuments: async (texts) => {
      embedder.inputs.push(...texts);
      return texts.map((text) => vector(text, identity.dimensions));
    },
    embedQuery: async (text) => vector(text, identity.dimensions),
  };
  return embedder;
}

/** Runs `work` on a read-only connection with sqlite-vec, as another program would open the file. */
function inspect<T>(path: string, work: (db: Database.Database) => T): T {
  const db = new Database(path, { readonly: true });
  try {
    sqliteVec.load(db);
    return work(db);
  } finally {
    db.close();
  }
}

/** Rows as an array of objects. */
export function rows(path: string, sql: string, ...bound: unknown[]): Record<string, unknown>[] {
  return inspect(path, (db) => db.prepare<unknown[], Record<string, unknown>>(sql).all(...bound));
}

/** The first value of the first row. */
export function value(path: string, sql: string, ...bound: unknown[]): unknown {
  return inspect(path, (db) =>
    db
      .prepare(sql)
      .pluck()
      .get(...bound),
  );
}

/** Everything that a corpus says about its documents, without ids and times: two builds compare. */
export function logicalDump(path: string): Record<string, readonly object[]> {
  const read = (sql: string): readonly object[] => rows(path, sql);
  return {
    sources: read(
      'SELECT path, relative, kind, include, exclude, encoding FROM source ORDER BY path',
    ),
    documents: read(
      `SELECT source.path AS source, document.path, title, front_matter, format,
         document.encoding, size,
         hex(content_hash) AS hash, chunker
       FROM document JOIN source ON source.id = source_id ORDER BY 1, 2`,
    ),
    chunks: read(
      `SELECT source, path, ordinal, passage.headings, passage.start_line, passage.end_line,
         passage.start_offset, passage.end_offset, passage.text, context,
         hex(passage.input_hash) AS input
       FROM passage JOIN chunk USING (id) ORDER BY source, path, ordinal`,
    ),
    spaces: read('SELECT fingerprint, kind, model, dimensions, active FROM space ORDER BY 1'),
    vectors: read(
      'SELECT hex(input_hash) AS input, hex(vector) AS vector FROM embedding ORDER BY 1',
    ),
    failures: read('SELECT hex(input_hash) AS input, code FROM failure ORDER BY 1'),
  };
}

/**
 * What must hold of every corpus file at every moment, whatever happened to its writers.
 *
 * @returns what does not hold; empty if all is well
 */
export function findBroken(path: string): readonly string[] {
  return inspect(path, (db) => {
    const broken: string[] = [];
    const expectNone = (what: string, sql: string): void => {
      const found = db.prepare(sql).all();
      if (found.length > 0) broken.push(`${what}: ${found.length}`);
    };
    const integrity = db.pragma('integrity_check', { simple: true });
    if (integrity !== 'ok') broken.push(`integrity_check: ${String(integrity)}`);
    if ((db.pragma('foreign_key_check') as unknown[]).length > 0) broken.push('foreign keys');
    expectNone(
      'chunks with neither vector nor failure',
      `SELECT 1 FROM chunk WHERE NOT EXISTS (SELECT 1 FROM embedding JOIN space ON space.id = space_id
         WHERE active = 1 AND embedding.input_hash = chunk.input_hash)
       AND NOT EXISTS (SELECT 1 FROM failure JOIN space ON space.id = space_id
         WHERE active = 1 AND failure.input_hash = chunk.input_hash)`,
    );
    expectNone(
      'documents whose chunks are not numbered 0, 1, 2 …',
      'SELECT 1 FROM chunk GROUP BY document_id HAVING max(ordinal) + 1 <> count(*)',
    );
    expectNone(
      'inputs with both a vector and a failure',
      `SELECT 1 FROM failure JOIN space ON space.id = space_id AND active = 1
       JOIN embedding USING (space_id, input_hash)`,
    );
    expectNone(
      'spaces but no active one',
      'SELECT 1 WHERE (SELECT total(active) <> 1 AND count(*) > 0 FROM space)',
    );
    expectWords(db, broken);
    expectCodes(db, broken);
    return broken;
  });
}

/** The index of words holds the terms of just the chunks, once it is said to be complete. */
function expectWords(db: Database.Database, broken: string[]): void {
  if (wordsState(db) === 'wrong') broken.push('words that are not those of the chunks');
}

/** Codes are those of every vector of the active space, or there are none. */
function expectCodes(db: Database.Database, broken: string[]): void {
  const space = activeSpace(db);
  if (space !== null && codesDerivedState(db, space) === 'wrong') broken.push('codes of vectors');
}

/** One run from open to close, as the command line does it: a dry run opens for reading. */
export async function runIndex(
  path: string,
  embedder: Embedder,
  sources: readonly string[] = [],
  options: IndexOptions & { readonly now?: () => number } = {},
): Promise<IndexSummary> {
  const { now, ...given } = options;
  const corpus = await openCorpus(path, { embedder, now, readOnly: given.dryRun });
  try {
    return await corpus.index(sources, given);
  } finally {
    await corpus.close();
  }
}

const WORDS = 'harbour lantern meadow granite copper willow thunder velvet orchard compass'.split(
  ' ',
);
const JAPANESE = [
  '灯台',
  '花崗岩',
  '果樹園',
  '羅針盤',
  '柳の木',
  '銅の鍋',
  '雷雨',
  '港町',
  '草原',
  '天鵞絨',
];

/**
 * A Markdown document of three sections, each about one chunk long; every number gives other texts.
 * Even ones are English, odd ones Japanese.
 */
export function sampleDocument(number: number): string {
  const section = (index: number): string => {
    const lines = Array.from({ length: 12 }, (_, line) => {
      const at = number * 7 + index * 3 + line;
      const words = number % 2 === 0 ? WORDS : JAPANESE;
      const [a, b] = [words[at % 10] ?? '', words[(at * 3 + index + number) % 10] ?? ''];
      return number % 2 === 0
        ? `Line ${line} of part ${index}: the ${a} of number ${number} stands beside the ${b}, ${at} steps away.`
        : `第${index}部${line}行目。${number}番の${a}は${b}から${at}歩のところにあり、誰もが知っている。`;
    });
    return `## Part ${index} of ${number}\n\n${lines.join('\n')}\n`;
  };
  return `# Document ${number}\n\n${[0, 1, 2].map(section).join('\n')}`;
}
