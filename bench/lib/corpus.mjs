/**
 * Corpora at scale in umekomi's own format: vectors and texts that are given are written through the port
 * that the engine writes through, so that a corpus of the bench is one that runs of `index` leave behind.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openSqliteStore } from '../../dist/store/sqlite/open-store.js';
import { buildOnce, bytesOf } from './built.mjs';
import { mix, random } from './random.mjs';
import { vectorSet } from './vectors.mjs';

/** Another recipe is another file. */
const CORPUS_RECIPE = 2;

/** Documents to a transaction: some thousand passages, and their vectors in memory. */
const BATCH = 200;

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
 * @returns `{ path, ms, bytes }`: the corpus, how long it took, and its size
 */
export async function syntheticCorpus(data) {
  const set = vectorSet(data);
  const built = await buildOnce(data, `corpus-v${CORPUS_RECIPE}`, (folder) =>
    writeCorpus(join(folder, 'corpus.db'), data.dims, syntheticDocuments(set, set.documents())),
  );
  const path = join(built.folder, 'corpus.db');
  await refreshDerived(path);
  return { path, ms: built.ms, bytes: bytesOf(path) };
}

/** Writes a corpus in a single run, and closes it. */
export async function writeCorpus(path, dims, documents) {
  const corpus = await openForRuns(path, dims);
  const run = await corpus.begin();
  await run.commitAll(documents);
  await run.end();
  await corpus.close();
}

/**
 * Maintains a corpus that is kept if umekomi's storage code is another one than the last time: derived
 * tables that are new or of another recipe are built, as they are for anybody who updates. Delete the
 * folder to measure a build.
 */
export async function refreshDerived(path) {
  const record = `${path}.code`;
  const code = storageCode();
  if (existsSync(record) && readFileSync(record, 'utf8') === code) return;
  await maintainCorpus(path);
  writeFileSync(record, code);
}

/** Makes what is derived and missing, and gives room back. */
export async function maintainCorpus(path) {
  const { store, close } = await openAlone(path);
  await store.maintain();
  await close();
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

/** Documents of a vector set with texts and vectors, one by one as they are taken. */
export function* syntheticDocuments(set, documents) {
  for (const document of documents) {
    const { index, topic, count } = document;
    const vectors = new Float32Array(count * set.dims);
    set.fill(document, vectors);
    const chunks = Array.from({ length: count }, (_, chunk) => ({
      text: sentence(index, topic, chunk),
      vector: vectors.subarray(chunk * set.dims, (chunk + 1) * set.dims),
    }));
    yield { path: pathOf(document), chunks };
  }
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

/**
 * Opens a corpus to run over it, for vectors that come from nowhere; the file is made if it is not there.
 *
 * @returns `begin()` begins a run. Its `commit` adds documents in one transaction, `commitAll` many in
 *   several; `end` removes those with the given paths and does what every run ends with. A document is
 *   `{ path, title, headings, chunks: [{ text, vector }] }`, of which path and texts must be there
 */
export async function openForRuns(path, dims) {
  const { store, close } = await openAlone(path);
  const source = { path: join(dirname(path), 'documents'), kind: 'folder', ...RULES };
  const start = {
    identity: identityOf(dims),
    fingerprint: sha256(`bench-${dims}`).toString('hex'),
    adopt: null,
    chunking: { chunkSize: 256, chunkOverlap: 0 },
    sources: [source],
    named: [source.path],
  };
  const begin = async () => runOver(store, await store.begin(start));
  return { begin, close };
}

const RULES = { include: [], exclude: [], ignoreFiles: true, encoding: null };

function identityOf(dims) {
  return {
    ...{ kind: 'ollama', model: `bench-${dims}`, digest: null, dimensions: dims },
    ...{ documentPrompt: '', queryPrompt: '', contextTokens: null },
  };
}

/** As the one writer of a corpus. */
async function openAlone(path) {
  const store = await openSqliteStore(path, { mode: 'write', now: () => NOW, owner: 'bench' });
  const lease = await store.lock();
  const close = async () => {
    await lease.release();
    await store.close();
  };
  return { store, close };
}

function runOver(store, { space, sources: [source] }) {
  const commit = (documents) => {
    const stored = documents.map((document) => toStored(document, source.id));
    const vectors = documents.flatMap(({ chunks }, i) => vectorsOf(chunks, stored[i].chunks));
    return store.commit({ spaceId: space.id, vectors, documents: stored });
  };
  return {
    commit,
    commitAll: async (documents) => {
      for (const batch of batchesOf(documents)) await commit(batch);
    },
    end: async ({ removed = [] } = {}) => {
      const manifest = removed.length === 0 ? [] : await store.manifest(source.id);
      const ids = new Map(manifest.map(({ path, id }) => [path, id]));
      await store.finish({
        spaceId: space.id,
        remove: removed.map((path) => ids.get(path)),
        sources: [{ id: source.id, unfinished: false }],
        prune: 'dropped',
      });
      await store.maintain();
    },
  };
}

function* batchesOf(documents) {
  let batch = [];
  for (const document of documents) {
    batch.push(document);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function vectorsOf(chunks, stored) {
  return chunks.flatMap(({ vector }, i) =>
    vector === undefined ? [] : [{ inputHash: stored[i].inputHash, vector }],
  );
}

function toStored({ path, title = null, headings = [], chunks }, sourceId) {
  let offset = 0;
  return {
    ...{ sourceId, path, title, frontMatter: null, format: 'markdown', encoding: 'utf-8' },
    size: chunks.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, 0),
    ...{ mtimeNs: BigInt(NOW) * 1_000_000n, observedAtNs: BigInt(NOW) * 1_000_000n },
    contentHash: sha256(chunks.map(({ text }) => text).join('\n')),
    chunker: 'bench/1',
    chunks: chunks.map(({ text }, ordinal) => {
      const startOffset = offset;
      offset += text.length + 1;
      return {
        ...{ ordinal, headings, text, context: '', inputHash: sha256(text) },
        ...{ startLine: ordinal + 1, endLine: ordinal + 1 },
        ...{ startOffset, endOffset: startOffset + text.length },
      };
    }),
  };
}

function sha256(text) {
  return createHash('sha256').update(text).digest();
}
