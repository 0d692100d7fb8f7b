/**
 * Search by words: `--sizes 100000,1M`, `--queries <n>` of each language, `--keep <folder>` to keep the
 * files. Sentences and questions of the judged sets are used if UMEKOMI_JUDGED_SETS is set.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openForReading } from '../../dist/store/sqlite/open-reader.js';
import { openWords } from '../../dist/store/sqlite/words/index-of-words.js';
import { lexicalMatches } from '../../dist/store/sqlite/words/search.js';
import { parseQuery } from '../../dist/text/query.js';
import { seeded } from '../lib/random.mjs';
import { judgedQueries, readSources } from '../lib/texts.mjs';
import { makeWordCorpora } from '../lib/word-corpora.mjs';

export const explains = `Search by words in passages of Japanese and English text, beside FTS5's bm25()
over the same terms in the same run. Milliseconds are p50 / p95. "resident": a process that has asked the
same questions before; "again": one that has asked others; "first": a connection of its own for each
question, with the file in the cache of the system. "exact": the share of questions whose hits are those
of a scorer that adds up every list, and whose scores are FTS5's. Build: umekomi's reads the texts from the
corpus.`;

export const accepts = {
  queries: 'questions of each language (100)',
  keep: 'a folder for the files, which are kept',
};

/** Passages wanted: a page of hits, and what a fusion takes of a list. */
const WANTED = [10, 200];

/** FTS5 is asked fewer questions: at a million passages each takes up to seconds. */
const ASKED_OF_FTS5 = 20;

/** Scores have 24 significant bits. */
const SAME = 1e-5;

/** Runs the case. */
export async function run({ flags = {} } = {}) {
  const sources = readSources();
  const { sizes = [100_000], queries: count = 100 } = flags;
  const folder = flags.keep ?? mkdtempSync(join(tmpdir(), 'umekomi-bench-words-'));
  mkdirSync(folder, { recursive: true });
  try {
    const tables = [];
    for (const chunks of sizes) {
      const paths = { own: join(folder, `${chunks}.db`), fts5: join(folder, `${chunks}-fts5.db`) };
      const built = await makeWordCorpora(paths, { chunks, sources });
      const classes = questions(sources, Number(count));
      tables.push(sizeTable(chunks, built), timeTable(chunks, paths, classes));
    }
    return { tables, notes: [] };
  } finally {
    if (flags.keep === undefined) rmSync(folder, { recursive: true });
  }
}

/** Of the judged sets; without them, parts of sentences of the texts. */
function questions(sources, count) {
  const random = seeded(7);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const judged = { English: ['scifact/dev'], Japanese: ['jsquad/dev', 'jaquad/dev'] };
  const code = { English: 'en', Japanese: 'ja' };
  return Object.entries(judged).map(([language, sets]) => {
    const all = sets.flatMap((set) => judgedQueries(set));
    const texts = sources.filter((source) => source.language === code[language]);
    const make = () => (all.length > 0 ? pick(all) : pick(pick(texts).sentences).slice(0, 60));
    return { language, queries: Array.from({ length: count }, () => parseQuery(make())) };
  });
}

function sizeTable(chunks, built) {
  const rows = Object.entries({ umekomi: built.own, FTS5: built.fts5 }).map(([name, one]) => [
    name,
    (one.bytes / chunks).toFixed(0),
    one.ms === null ? '–' : ((1000 * one.ms) / chunks).toFixed(0),
  ]);
  const columns = ['index', 'bytes a passage', 'µs a passage to cut terms and build it'];
  return { title: `${chunks} passages: size and build`, columns, rows };
}

function timeTable(chunks, paths, classes) {
  const file = openForReading(paths.own);
  const fts5 = new Database(paths.fts5, { readonly: true });
  const rows = [];
  for (const { language, queries } of classes) {
    for (const k of WANTED) {
      const search = (db, query) => lexicalMatches(db, { query, k, documentIds: null });
      for (const query of queries) search(file.db, query);
      const again = queries.map((query) => timed(() => search(file.db, query)));
      const resident = queries.map((query) => {
        search(file.db, query);
        return timed(() => search(file.db, query));
      });
      const first = queries.slice(0, 20).map((query) => firstTime(paths.own, query, search));
      const asked = queries
        .slice(0, ASKED_OF_FTS5)
        .map((query) => compare({ file, fts5, query, k }));
      const theirs = asked.map(({ ms }) => ms);
      const ratio = quantile(theirs, 0.5) / quantile(resident, 0.5);
      const exact = asked.filter(({ isExact }) => isExact).length / asked.length;
      rows.push([
        ...[language, k, ...[resident, again, first, theirs].map(shown)],
        ...[`${ratio.toFixed(0)} ×`, exact.toFixed(2)],
      ]);
    }
  }
  file.close();
  fts5.close();
  const columns = [
    'questions',
    'best',
    'resident',
    'again',
    'first',
    "FTS5's bm25()",
    'FTS5 / resident',
    'exact',
  ];
  return { title: `${chunks} passages: ms`, columns, rows };
}

function firstTime(path, query, search) {
  const file = openForReading(path);
  try {
    return timed(() => search(file.db, query));
  } finally {
    file.close();
  }
}

/** FTS5's time, and whether the hits are what they should be. */
function compare({ file, fts5, query, k }) {
  const statement = fts5.prepare(
    `SELECT rowid, -bm25(words, 1, 3, 3, 1) AS score FROM words
     WHERE words MATCH ? ORDER BY score DESC LIMIT ${k}`,
  );
  const expression = query.terms
    .flatMap(({ term, prefix, weight }) =>
      Array.from({ length: weight }, () => `"${term}"${prefix ? '*' : ''}`),
    )
    .join(' OR ');
  let ranked = [];
  const ms = timed(() => {
    ranked = statement.all(expression);
  });
  const { matches } = lexicalMatches(file.db, { query, k, documentIds: null });
  const added = addAll(openWords(file.db), query.terms, k);
  const isExact =
    matches.length === ranked.length &&
    matches.every(
      ({ id, score }, i) =>
        score === added.scores[i] &&
        added.byRow.get(id) === score &&
        Math.abs(score - ranked[i].score) <= SAME * score,
    );
  return { ms, isExact };
}

/** Every list added up. */
function addAll(index, terms, k) {
  const byRow = new Map();
  for (const { term, prefix, weight } of terms) {
    const { rows, impacts } = index.listOf({ term, prefix });
    for (const [i, row] of rows.entries()) {
      byRow.set(row, (byRow.get(row) ?? 0) + weight * impacts[i]);
    }
  }
  const scores = Float64Array.from(byRow.values()).sort().reverse().subarray(0, k);
  return { byRow, scores };
}

function timed(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function quantile(list, share) {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const shown = (list) => `${quantile(list, 0.5).toFixed(2)} / ${quantile(list, 0.95).toFixed(2)}`;
