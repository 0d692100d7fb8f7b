/** The same passages in umekomi's index of words and in an FTS5 table, each in a file of its own. */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { openCorpusFile } from '../../dist/store/sqlite/open.js';
import { foldFresh } from '../../dist/store/sqlite/words/fold.js';
import { settleWords } from '../../dist/store/sqlite/words/maintain.js';
import { prepareWords } from '../../dist/store/sqlite/words/state.js';
import { passageTerms } from '../../dist/store/words/passage-terms.js';
import { documentTerms } from '../../dist/text/terms.js';
import { makeDocuments } from './texts.mjs';

/** As FTS5 splits at spaces alone, it sees the terms that umekomi cuts. */
const MAKE_FTS5 = `CREATE VIRTUAL TABLE words USING fts5 (text, headings, path, whole,
  content = '', contentless_delete = 1, tokenize = "ascii tokenchars '.+#'")`;

/** Passages to a transaction. */
const BATCH = 1000;

/** Makes both files, unless they are there. @returns their size in bytes and build time in ms */
export function makeWordCorpora({ own, fts5 }, { chunks, sources }) {
  return {
    own: makeOnce(own, (path) => writeOwn(path, makePassages(chunks, sources))),
    fts5: makeOnce(fts5, (path) => writeFts5(path, makePassages(chunks, sources))),
  };
}

function makeOnce(path, write) {
  if (existsSync(path)) return { bytes: statSync(path).size, ms: null };
  rmSync(`${path}.part`, { force: true });
  const ms = write(`${path}.part`);
  renameSync(`${path}.part`, path);
  return { bytes: statSync(path).size, ms };
}

/** Passages as the index takes them, a batch at a time; ids from 1. */
function* makePassages(chunks, sources) {
  let batch = [];
  let id = 0;
  for (const { path, title, headings, texts } of makeDocuments({ chunks, sources })) {
    for (const text of texts) batch.push({ id: ++id, path, title, headings, text });
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

function writeOwn(path, batches) {
  const file = openCorpusFile(path, 'write', Date.now());
  prepareWords(file.db);
  const insert = file.db.prepare(
    'INSERT INTO words_fresh (chunk_id, length, terms, frequencies) VALUES (?, ?, ?, ?)',
  );
  const write = file.db.transaction((rows) => {
    for (const { id, length, terms, frequencies } of rows) {
      insert.run(id, length, terms.join(' '), frequencies);
    }
  });
  let ms = 0;
  for (const batch of batches) {
    const rows = batch.map((fields) => ({ id: fields.id, ...passageTerms(fields) }));
    ms += timed(() => {
      write(rows);
      foldFresh(file.db);
    });
  }
  ms += timed(() => settleWords(file.db));
  file.db.exec('VACUUM');
  file.close();
  return ms;
}

function writeFts5(path, batches) {
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
  for (const batch of batches) {
    const rows = batch.map(fieldsForFts5);
    ms += timed(() => write(rows));
  }
  ms += timed(() => db.exec("INSERT INTO words (words) VALUES ('optimize')"));
  db.exec('VACUUM');
  db.pragma('journal_mode = DELETE');
  db.close();
  return ms;
}

function fieldsForFts5({ id, text, title, headings, path }) {
  const titled = title === headings[0] ? headings : [title, ...headings];
  const parts = [text, titled.join('\n'), path.replace(/\.[^./]+$/, ' $&')].map(documentTerms);
  const whole = parts.flatMap((part) => part.whole);
  return [id, ...[...parts.map(({ stream }) => stream), whole].map((terms) => terms.join(' '))];
}

function timed(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}
