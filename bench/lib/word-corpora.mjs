/** The same passages in a corpus of umekomi, and in an FTS5 table in a file of its own. */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { openForWriting } from '../../dist/store/sqlite/open-writer.js';
import { dropWords } from '../../dist/store/sqlite/words/state.js';
import { documentTerms } from '../../dist/text/terms.js';
import { maintainCorpus, writeCorpus } from './corpus.mjs';
import { wordsBytes } from './corpus-rows.mjs';
import { makeDocuments } from './texts.mjs';
import { timed } from './timing.mjs';

/** As FTS5 splits at spaces alone, it sees the terms that umekomi cuts. */
const MAKE_FTS5 = `CREATE VIRTUAL TABLE words USING fts5 (text, headings, path, whole,
  content = '', contentless_delete = 1, tokenize = "ascii tokenchars '.+#'")`;

/** Passages to a transaction. */
const BATCH = 1000;

/** A corpus has a space, and here no vector in it. */
const DIMS = 8;

/**
 * Makes both files, unless they are there.
 *
 * @returns of each index its bytes, and the milliseconds that it took to cut terms and build it; null if
 *   it was there
 */
export async function makeWordCorpora({ own, fts5 }, { chunks, sources }) {
  const documents = () => makeDocuments({ chunks, sources });
  const ownMs = await makeOnce(own, (path) => writeOwn(path, documents()));
  const fts5Ms = await makeOnce(fts5, (path) => writeFts5(path, documents()));
  return {
    own: { bytes: ownBytes(own), ms: ownMs },
    fts5: { bytes: statSync(fts5).size, ms: fts5Ms },
  };
}

async function makeOnce(path, write) {
  if (existsSync(path)) return null;
  rmSync(`${path}.part`, { force: true });
  const ms = await write(`${path}.part`);
  renameSync(`${path}.part`, path);
  return ms;
}

/** The index is built once more, alone, as in a corpus that has none: a run builds it while it writes texts. */
async function writeOwn(path, documents) {
  await writeCorpus(path, DIMS, withChunks(documents));
  const connection = openForWriting(path, Date.now());
  connection.transaction(() => dropWords(connection.db));
  connection.close();
  const { ms } = await timed(() => maintainCorpus(path));
  return ms;
}

function* withChunks(documents) {
  for (const { texts, ...document } of documents) {
    yield { ...document, chunks: texts.map((text) => ({ text })) };
  }
}

function ownBytes(path) {
  const db = new Database(path, { readonly: true });
  try {
    return wordsBytes(db);
  } finally {
    db.close();
  }
}

async function writeFts5(path, documents) {
  const db = new Database(path);
  db.pragma('page_size = 32768');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('cache_size = -16384');
  db.exec(MAKE_FTS5);
  const insert = db.prepare(
    'INSERT INTO words (rowid, text, headings, path, whole) VALUES (?, ?, ?, ?, ?)',
  );
  const write = db.transaction((rows) => {
    for (const row of rows) insert.run(...row);
  });
  let ms = 0;
  for (const batch of batchesOfPassages(documents)) {
    ms += (await timed(() => write(batch.map(fieldsForFts5)))).ms;
  }
  ms += (await timed(() => db.exec("INSERT INTO words (words) VALUES ('optimize')"))).ms;
  db.exec('VACUUM');
  db.pragma('journal_mode = DELETE');
  db.close();
  return ms;
}

/** Ids from 1, as the corpus has them. */
function* batchesOfPassages(documents) {
  let batch = [];
  let id = 0;
  for (const { texts, ...document } of documents) {
    for (const text of texts) batch.push({ id: ++id, ...document, text });
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

function fieldsForFts5({ id, text, title, headings, path }) {
  const titled = title === headings[0] ? headings : [title, ...headings];
  const parts = [text, titled.join('\n'), path.replace(/\.[^./]+$/, ' $&')].map(documentTerms);
  const whole = parts.flatMap((part) => part.whole);
  return [id, ...[...parts.map(({ stream }) => stream), whole].map((terms) => terms.join(' '))];
}
