/**
 * Preloaded into the built program (`node --require`): tells in which phase the process is, and kills it
 * with SIGKILL at the moment that `UMEKOMI_KILL` names. The program itself is as it ships; what is
 * wrapped are the calls that it makes to SQLite, to the disk and to the server, and each does what it did.
 */
'use strict';
const { isMainThread, Worker, workerData } = require('node:worker_threads');

if (isMainThread) watch();
else if (workerData?.cell !== undefined) strike(workerData);

/** SQL → phase. These count wherever they stand. */
const MAIN = [
  ['create', /^PRAGMA (page_size =|auto_vacuum =|application_id =)|^CREATE TABLE migration/],
  ['migrate', /CREATE TABLE source|INSERT INTO migration/],
  ['open', /^PRAGMA (trusted_schema|journal_mode = WAL)/],
  ['crawl', /^SELECT id, path, size, mtime_ns/],
  ['commit', /^\s*INSERT INTO (embedding|document|chunk) |^UPDATE document SET/],
  ['delete', /^DELETE FROM (document|source) WHERE id|^UPDATE source SET synced_at/],
  ['prune', /^DELETE FROM embedding WHERE|^DELETE FROM failure WHERE space_id = \? AND NOT/],
  ['swap', /^DELETE FROM space WHERE id <>/],
  ['reclaim', /^PRAGMA incremental_vacuum/],
  ['vacuum', /^VACUUM/],
  ['close', /^PRAGMA journal_mode = DELETE/],
];

/** Only where the transaction is of none of the above: all of them keep the derived tables in step. */
const DERIVED = [
  ['words', /words_(fresh|segment|length|block)/],
  [
    'codes',
    /vector_(codes|gone)|^UPDATE space SET mean|^SELECT (id, )?vector FROM embedding (NOT|WHERE \+)/,
  ],
];

function watch() {
  const fs = require('node:fs');
  const { writeSync, openSync } = fs;
  const plan = JSON.parse(process.env.UMEKOMI_KILL ?? 'null');
  const report = openSync(process.env.UMEKOMI_KILL_REPORT, 'a');
  const counts = {};
  const state = { phase: 'start', isBound: false };
  const cell = plan?.how === 'inside' ? prepareStrike(plan.delayUs) : null;
  const say = (line) => writeSync(report, `${line}\n`);
  const die = () => process.kill(process.pid, 'SIGKILL');
  const enter = (phase) => {
    if (phase !== state.phase) say(phase);
    state.phase = phase;
  };
  /** One moment at which the process may die: before the work, inside of it, or after. */
  const moment = (phase, work) => {
    enter(phase);
    counts[phase] = (counts[phase] ?? 0) + 1;
    const isIt = plan?.phase === phase && counts[phase] === plan.nth;
    if (!isIt) return work();
    if (plan.how === 'before') die();
    if (cell !== null) {
      Atomics.store(cell, 0, 1);
      Atomics.notify(cell, 0);
    }
    const result = work();
    if (cell !== null) say('!late');
    die();
    return result;
  };
  process.on('exit', () => say(`!ended ${JSON.stringify(counts)}`));
  wrapSqlite(moment, state);
  wrapDisk(fs, moment);
  wrapServer(moment);
  require('node:module').syncBuiltinESMExports();
}

function wrapSqlite(moment, state) {
  const Database = require('better-sqlite3');
  const phaseOf = (sql) => {
    const text = sql.trimStart();
    if (/^(BEGIN|COMMIT|ROLLBACK)/.test(text)) {
      if (!text.startsWith('COMMIT')) state.isBound = false;
      return state.phase;
    }
    // All of the swap is one transaction, whatever it does.
    if (state.isBound && state.phase === 'swap') return 'swap';
    const main = MAIN.find(([, pattern]) => pattern.test(text));
    if (main !== undefined) state.isBound = true;
    if (main !== undefined) return main[0];
    const derived = state.isBound ? undefined : DERIVED.find(([, pattern]) => pattern.test(text));
    return derived?.[0] ?? state.phase;
  };
  const probe = new Database(':memory:');
  const statements = Object.getPrototypeOf(probe.prepare('SELECT 1'));
  probe.close();
  const afterwards = (sql) => {
    if (sql === 'COMMIT') state.isBound = false;
  };
  for (const method of ['run', 'get', 'all', 'iterate']) {
    const original = statements[method];
    statements[method] = function (...given) {
      const result = moment(phaseOf(this.source), () => original.apply(this, given));
      afterwards(this.source);
      return result;
    };
  }
  const { exec } = Database.prototype;
  Database.prototype.exec = function (sql) {
    return moment(phaseOf(sql), () => exec.call(this, sql));
  };
}

/** Looking into folders is the crawl, opening a text is reading it. */
function wrapDisk(fs, moment) {
  const isText = (path) => /\.(md|txt)$/.test(String(path));
  const { readdir, open } = fs.promises;
  const { openSync } = fs;
  fs.promises.readdir = (...given) => moment('crawl', () => readdir(...given));
  fs.promises.open = (...given) =>
    isText(given[0]) ? moment('read', () => open(...given)) : open(...given);
  fs.openSync = (...given) =>
    isText(given[0]) ? moment('read', () => openSync(...given)) : openSync(...given);
}

function wrapServer(moment) {
  const http = require('node:http');
  const { request } = http;
  http.request = (...given) => {
    const isEmbed = /\/api\/embed$/.test(String(given[0]));
    return moment(isEmbed ? 'embed' : 'ask', () => request(...given));
  };
}

/** A thread that waits to kill the process while its main thread is inside SQLite. */
function prepareStrike(delayUs) {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(__filename, { workerData: { cell, delayUs, pid: process.pid } });
  worker.unref();
  return cell;
}

function strike({ cell, delayUs, pid }) {
  Atomics.wait(cell, 0, 0);
  const until = process.hrtime.bigint() + BigInt(delayUs) * 1000n;
  while (process.hrtime.bigint() < until);
  process.kill(pid, 'SIGKILL');
}
