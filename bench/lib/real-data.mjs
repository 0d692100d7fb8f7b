/** Real texts as a data set: every document of the judged sets in one corpus, by the built-in embedder. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { readJudgedSet, writeJudgedDocuments } from '../../dist/evaluation.js';
import { builtin, openCorpus } from '../../dist/index.js';
import { fromBytes } from '../../dist/store/sqlite/vectors.js';
import { buildOnce } from './built.mjs';
import { refreshDerived } from './corpus.mjs';
import { dataFolder, makeOnce, writeFloats } from './dataset.mjs';

/**
 * The data set of `UMEKOMI_JUDGED_SETS`, made once: rows are chunks in the order of their ids, queries
 * those of the sets.
 *
 * @param queries how many, spread over the sets (default 400)
 * @throws Error if the variable is not set
 */
export async function realData({ queries: count = 400 } = {}) {
  const root = process.env.UMEKOMI_JUDGED_SETS;
  if (root === undefined) {
    throw new Error(
      'Set UMEKOMI_JUDGED_SETS to a folder of judged sets; docs/evaluation.md shows one.',
    );
  }
  const folder = dataFolder('real');
  const embedder = builtin();
  const sets = await findSets(root);
  const built = await buildOnce({ folder, name: 'the judged sets' }, 'corpus', async (part) => {
    const corpus = await openCorpus(join(part, 'corpus.db'), { embedder });
    for (const { name, documents } of sets) {
      const files = join(folder, 'documents', name);
      await writeJudgedDocuments(documents, files);
      await corpus.index([files], { ignoreFiles: false });
    }
    await corpus.close();
  });
  const corpus = join(built.folder, 'corpus.db');
  await refreshDerived(corpus);
  const vectors = makeOnce(join(folder, 'vectors.f32'), (path) =>
    writeFloats(path, chunkVectors(corpus)),
  );
  const texts = spreadOver(sets, count);
  const queries = join(folder, `queries-${count}.f32`);
  if (!existsSync(queries)) {
    const embedded = [];
    for (const text of texts) embedded.push(await embedder.embedQuery(text));
    writeFloats(queries, embedded);
  }
  const { dimensions: dims } = await embedder.identity();
  const rows = readFileSync(vectors).length / dims / 4;
  const names = sets.map(({ name }) => name).join(', ');
  return { name: 'real texts', names, folder, rows, dims, vectors, queries, corpus };
}

async function findSets(root) {
  const sets = [];
  for (const name of readdirSync(root).sort()) {
    if (!existsSync(join(root, name, 'documents.jsonl'))) continue;
    for (const split of ['dev', 'ja2en/dev', 'en2ja/dev']) {
      const set = await readJudgedSet(join(root, name), { split }).catch(() => null);
      if (set === null) continue;
      const before = sets.find((one) => one.name === name);
      if (before === undefined) sets.push({ name, ...set });
      else before.queries = [...before.queries, ...set.queries];
    }
  }
  return sets;
}

function spreadOver(sets, count) {
  const each = Math.ceil(count / sets.length);
  return sets
    .flatMap(({ queries }) => {
      const step = Math.max(1, Math.floor(queries.length / each));
      return queries.filter((_, i) => i % step === 0).slice(0, each);
    })
    .slice(0, count)
    .map(({ text }) => text);
}

function* chunkVectors(corpus) {
  const db = new Database(corpus, { readonly: true });
  try {
    const rows = db.prepare(
      `SELECT embedding.vector FROM chunk JOIN embedding ON embedding.input_hash = chunk.input_hash
       ORDER BY chunk.id`,
    );
    for (const { vector } of rows.iterate()) yield fromBytes(vector);
  } finally {
    db.close();
  }
}

/** Rows that belong to one document, as `{ first, count }`. */
export function documentsOf(corpus) {
  const db = new Database(corpus, { readonly: true });
  try {
    let first = 0;
    return db
      .prepare(
        'SELECT document_id, count(*) AS count FROM chunk GROUP BY document_id ORDER BY min(id)',
      )
      .all()
      .map(({ count }) => {
        first += count;
        return { first: first - count, count };
      });
  } finally {
    db.close();
  }
}
