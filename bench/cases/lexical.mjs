/**
 * Search by words: `--sizes 10000,100000`, `--db <file>` for a corpus made before, `--queries <n>` of
 * each kind, `--keep <folder>` to keep the corpora. Sentences of the judged sets are used if
 * UMEKOMI_JUDGED_SETS is set.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lexicalMatches } from '../../dist/storage/lexical-search.js';
import { openCorpusFile } from '../../dist/storage/open.js';
import { anyOf, COLUMN_WEIGHTS } from '../../dist/storage/table-ranking.js';
import { parseQuery } from '../../dist/text/query.js';
import { writeTextCorpus } from '../lib/text-corpus.mjs';
import { makeQueries } from '../lib/text-queries.mjs';
import { makeDocuments, readSources } from '../lib/texts.mjs';

export const explains = `Search by words in corpora of Japanese and English text, against FTS5's own
ranking of every row that has a word of the query (OR, ordered by bm25) in the same run. Milliseconds
are p50 / p95, in a connection that has searched before; "first" is the first query of a connection with
an empty cache of SQLite, with the file in the cache of the system. Recall: the share of FTS5's first k
whose scores are reached; rows that score the same are as good.`;

export const accepts = {
  db: 'a corpus that is there',
  keep: 'a folder for the corpora, which are kept',
};

/** Passages wanted: a page of hits, and what a fusion takes of a list. */
const WANTED = [10, 200];

/** Differences of scores that come from the order of additions. */
const SAME = 1e-9;

/** Runs the case. */
export async function run({ flags = {} } = {}) {
  const sources = readSources();
  const count = Number(flags.queries ?? 30);
  if (flags.db !== undefined) {
    return report([measureFile(flags.db, { sources, count })]);
  }
  const { sizes = [10_000, 100_000] } = flags;
  const folder = flags.keep ?? mkdtempSync(join(tmpdir(), 'umekomi-bench-lexical-'));
  mkdirSync(folder, { recursive: true });
  try {
    return report(
      sizes.map((chunks) => {
        const path = join(folder, `${chunks}.db`);
        writeTextCorpus(path, makeDocuments({ chunks, sources }));
        return measureFile(path, { sources, count });
      }),
    );
  } finally {
    if (flags.keep === undefined) rmSync(folder, { recursive: true });
  }
}

function measureFile(path, { sources, count }) {
  const file = openCorpusFile(path, 'read', Date.now());
  try {
    const { db } = file;
    const chunks = db.prepare('SELECT count(*) FROM chunk').pluck().get();
    const classes = makeQueries({ db, sources, count });
    const rows = classes.map(({ name, queries }) => [name, ...measureClass(db, path, queries)]);
    return { chunks, rows };
  } finally {
    file.close();
  }
}

function measureClass(db, path, texts) {
  const queries = texts.map(parseQuery).filter(({ terms }) => terms.length > 0);
  const times = { first: [], table: [], own: WANTED.map(() => []) };
  const recalls = WANTED.map(() => []);
  const byTable = db.prepare(
    `SELECT rowid, bm25(chunk_terms, ${COLUMN_WEIGHTS.join(', ')}) AS rank FROM chunk_terms
     WHERE chunk_terms MATCH ? ORDER BY rank LIMIT ${Math.max(...WANTED)}`,
  );
  for (const query of queries) {
    const [ranked, tableTime] = timed(() => byTable.all(anyOf(query.terms)));
    times.table.push(tableTime);
    for (const [i, k] of WANTED.entries()) {
      const [{ matches }, time] = timed(() => lexicalMatches(db, { query, k, documentIds: null }));
      times.own[i].push(time);
      recalls[i].push(recall(matches, ranked.slice(0, k)));
    }
  }
  for (const query of queries.slice(0, 10)) times.first.push(firstTime(path, query));
  const shown = [...times.own, times.first, times.table].map(
    (list) => `${quantile(list, 0.5)} / ${quantile(list, 0.95)}`,
  );
  return [...shown, ...recalls.map((list) => mean(list).toFixed(3))];
}

function firstTime(path, query) {
  const file = openCorpusFile(path, 'read', Date.now());
  try {
    return timed(() => lexicalMatches(file.db, { query, k: 10, documentIds: null }))[1];
  } finally {
    file.close();
  }
}

function timed(work) {
  const start = performance.now();
  const result = work();
  return [result, performance.now() - start];
}

function recall(matches, expected) {
  if (expected.length === 0) return 1;
  const least = -expected.at(-1).rank - SAME;
  return Math.min(1, matches.filter(({ score }) => score >= least).length / expected.length);
}

const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;

function quantile(list, share) {
  const sorted = list.toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
}

function report(measured) {
  const columns = [
    ...['queries', 'k = 10, ms', 'k = 200, ms', 'first, ms', 'FTS5, ms'],
    ...WANTED.map((k) => `recall@${k}`),
  ];
  return {
    tables: measured.map(({ chunks, rows }) => ({ title: `${chunks} chunks`, columns, rows })),
    notes: [],
  };
}
