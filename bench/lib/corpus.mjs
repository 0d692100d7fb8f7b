/**
 * Corpora at scale in umekomi's own format, written through its own storage code with vectors that are
 * given. `endRun` is the one place that knows what a run does at its end.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { maintainCodes } from '../../dist/store/sqlite/codes/maintain.js';
import { codesWriter } from '../../dist/store/sqlite/codes/writer.js';
import { reclaim } from '../../dist/store/sqlite/compact.js';
import { documentStore } from '../../dist/store/sqlite/documents.js';
import { embeddingStore } from '../../dist/store/sqlite/embeddings.js';
import { openCorpusFile } from '../../dist/store/sqlite/open.js';
import { anchorFolder, sourceStore } from '../../dist/store/sqlite/sources.js';
import { activeSpace, addSpace } from '../../dist/store/sqlite/spaces.js';
import { maintainWords } from '../../dist/store/sqlite/words/maintain.js';
import { prepareWords } from '../../dist/store/sqlite/words/state.js';
import { buildOnce, bytesOf } from './built.mjs';
import { mix, random } from './random.mjs';
import { vectorSet } from './vectors.mjs';

/** Another recipe is another file. */
const CORPUS_RECIPE = 1;

/** Documents to a transaction. */
const BATCH = 1000;

/** 2026-01-01, for every time that is stored: the same data is the same file. */
const NOW = Date.UTC(2026, 0, 1);

const WORDS =
  'index vector search page record query store table graph cache model token batch file folder note paper river bridge garden winter school travel music market health energy 索引 検索 文書 記録 研究 学校 季節 旅行 音楽 市場 健康 技術'.split(
    ' ',
  );

/**
 * The corpus of a synthetic data set, made once: a row is a chunk, in the same order. Paths are
 * `topic-007/folder-00012/000345-p42.md`; the last number is drawn from 00 to 99 and knows nothing of
 * the topic, so that globs can keep any share of the documents, by topic or across all.
 *
 * @param words index words as well (default true); what only searches vectors can do without
 * @returns `{ path, ms, bytes }`: the corpus, how long it took, and its size
 */
export async function syntheticCorpus(data, { words = true } = {}) {
  const name = `corpus-${words ? 'words' : 'vectors'}-v${CORPUS_RECIPE}`;
  const built = await buildOnce(data, name, (folder) => {
    const corpus = createCorpus(join(folder, 'corpus.db'), data.dims, { words });
    corpus.addAll(syntheticDocuments(vectorSet(data)));
    corpus.endRun();
    corpus.close();
  });
  const path = join(built.folder, 'corpus.db');
  refreshDerived(path, { words });
  return { path, ms: built.ms, bytes: bytesOf(path) };
}

/**
 * Ends a run over a corpus that is kept if umekomi's storage code is another one than the last time:
 * derived tables that are new or of another recipe are built, as they are for anybody who updates.
 * Delete the folder to measure a build.
 */
export function refreshDerived(path, { words = true } = {}) {
  const record = `${path}.code`;
  const code = storageCode();
  if (existsSync(record) && readFileSync(record, 'utf8') === code) return;
  const file = openCorpusFile(path, 'write', NOW);
  try {
    const space = activeSpace(file.db);
    const store = embeddingStore(file.db, space, codesWriter(file.db, space));
    endRun(file.db, { space, store, words, documents: documentStore(file.db) });
  } finally {
    file.close();
  }
  writeFileSync(record, code);
}

/** A hash of the built storage code. */
function storageCode() {
  const folder = new URL('../../dist/store/', import.meta.url);
  const files = readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.js'))
    .sort();
  return sha256(files.map((name) => readFileSync(new URL(name, folder), 'utf8')).join()).toString(
    'hex',
  );
}

/** Documents of a vector set with their texts: `{ path, chunks: [{ text, vector }] }`. */
export function* syntheticDocuments(set) {
  const vectors = new Float32Array(32 * set.dims);
  for (const document of set.documents()) yield syntheticDocument(set, document, vectors);
}

/** One of them; `vectors` is memory that the next one may use again. */
export function syntheticDocument(set, document, vectors = new Float32Array(32 * set.dims)) {
  set.fill(document, vectors);
  const { index, topic, folder, count } = document;
  const chunks = Array.from({ length: count }, (_, chunk) => ({
    text: sentence(index, topic, chunk),
    vector: vectors.subarray(chunk * set.dims, (chunk + 1) * set.dims),
  }));
  return { path: pathOf({ index, topic, folder }), chunks };
}

/** Where a synthetic document stands in its source. */
export function pathOf({ index, topic, folder }) {
  const part = String(mix(index, 99) % 100).padStart(2, '0');
  const number = (value, width) => String(value).padStart(width, '0');
  return `topic-${number(topic, 3)}/folder-${number(folder, 5)}/${number(index, 6)}-p${part}.md`;
}

/** Its own words first, so that no two chunks are equal. */
function sentence(index, topic, chunk) {
  const next = random(mix(index, chunk));
  const words = Array.from({ length: 16 }, () => WORDS[next() % WORDS.length]);
  return `Passage ${chunk} of ${index} in topic ${topic}: ${words.join(' ')}.`;
}

/** Makes a corpus file for vectors that come from nowhere. */
export function createCorpus(path, dims, options = {}) {
  const file = openCorpusFile(path, 'write', NOW);
  const identity = {
    ...{ kind: 'ollama', model: `bench-${dims}`, digest: null, dimensions: dims },
    ...{ documentPrompt: '', queryPrompt: '', contextTokens: null },
  };
  addSpace(file.db, identity, sha256(`bench-${dims}`).toString('hex'), NOW);
  return writerOf(file, options);
}

/** Opens one that is there, to change it. */
export function openForChanges(path, options = {}) {
  return writerOf(openCorpusFile(path, 'write', NOW), options);
}

/**
 * What a run does to a corpus. `addAll` adds documents in large transactions, `change` runs one
 * transaction of `add` and `remove`, `endRun` is what every run ends with.
 */
function writerOf(file, { words = true } = {}) {
  const { db } = file;
  if (words) prepareWords(db);
  const space = activeSpace(db);
  const rules = { include: [], exclude: [], ignoreFiles: true };
  const sources = sourceStore(db, anchorFolder(file.path));
  const source = sources.save(join(dirname(file.path), 'documents'), 'folder', rules);
  const documents = documentStore(db);
  const add = (store, document) => {
    const { chunks, ...stored } = toDocument(document, source.id);
    store.put(document.chunks.map(({ vector }, i) => ({ inputHash: chunks[i].inputHash, vector })));
    documents.replace({ ...stored, chunks });
  };
  const openStore = () => embeddingStore(db, space, codesWriter(db, space));
  return {
    ...{ db, space },
    addAll: (all) => {
      const store = openStore();
      const write = db.transaction((batch) => {
        for (const document of batch) add(store, document);
      });
      // A batch is one pass of the iterator: its vectors are written before the next one's are made.
      const batch = takeBatch(all, BATCH);
      while (!batch.isLast()) write.immediate(batch);
    },
    change: ({ added = [], removed = [] }) => {
      const store = openStore();
      const ids = new Map(documents.manifest(source.id).map(({ path, id }) => [path, id]));
      db.transaction(() => {
        for (const path of removed) documents.remove(ids.get(path));
        for (const document of added) add(store, document);
      }).immediate();
    },
    endRun: () => endRun(db, { space, store: openStore(), words, documents }),
    close: () => file.close(),
  };
}

/** What a run does at its end (src/engine/indexing/run.ts, `finish`): keep this in step with it. */
function endRun(db, { space, store, words, documents }) {
  const pruned = store.prune();
  maintainCodes(db, space);
  if (words) maintainWords(db);
  reclaim(db, pruned + documents.droppedCount());
}

/** An iterable that stops after so many, and can be iterated again from there. */
function takeBatch(all, size) {
  const iterator = all[Symbol.iterator]();
  let last = false;
  return {
    isLast: () => last,
    *[Symbol.iterator]() {
      for (let i = 0; i < size; i++) {
        const { value, done } = iterator.next();
        last = done === true;
        if (last) return;
        yield value;
      }
    },
  };
}

function toDocument({ path, chunks }, sourceId) {
  let offset = 0;
  return {
    ...{ sourceId, path, title: null, frontMatter: null, format: 'markdown', encoding: 'utf-8' },
    size: chunks.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, 0),
    ...{ mtimeNs: BigInt(NOW) * 1_000_000n, observedAtNs: BigInt(NOW) * 1_000_000n },
    contentHash: sha256(chunks.map(({ text }) => text).join('\n')),
    chunker: 'bench/1',
    chunks: chunks.map(({ text }, ordinal) => {
      const startOffset = offset;
      offset += text.length + 1;
      const lines = { startLine: ordinal + 1, endLine: ordinal + 1 };
      const place = { startOffset, endOffset: startOffset + text.length };
      return {
        ordinal,
        headings: [],
        ...lines,
        ...place,
        text,
        context: '',
        inputHash: sha256(text),
      };
    }),
  };
}

function sha256(text) {
  return createHash('sha256').update(text).digest();
}
