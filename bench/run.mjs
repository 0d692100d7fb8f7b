/** `npm run bench`: runs a case, prints its tables and writes bench/results/<case>.md. */
import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { COMMON, parseFlags } from './lib/flags.mjs';

const HERE = new URL('.', import.meta.url);

/** Names of the cases: every file in cases/ is one. */
function caseNames() {
  return readdirSync(new URL('cases/', HERE))
    .filter((file) => file.endsWith('.mjs'))
    .map((file) => file.slice(0, -'.mjs'.length))
    .sort();
}

/** What is not there yet, as advice; empty if all is. */
function missing() {
  const advice = [];
  if (!existsSync(new URL('../node_modules/better-sqlite3', HERE))) {
    advice.push('The dependencies of umekomi are not installed. Run: npm ci');
  } else if (!existsSync(new URL('../dist/index.js', HERE))) {
    advice.push('umekomi is not built; the bench measures what is shipped. Run: npm run build');
  }
  if (!existsSync(new URL('node_modules', HERE))) {
    advice.push('What umekomi is compared with is not installed. Run: npm --prefix bench install');
  }
  return advice;
}

async function explain() {
  const lines = [
    'Usage: npm run bench -- <case> [flags]',
    '',
    'Prints tables and writes them, with machine and versions, to bench/results/<case>.md.',
    'Candidates take turns within one run; times are medians over the rounds.',
    '',
    'Once before: npm ci && npm run build && npm --prefix bench install',
    'Data is kept in bench/.data, or in the folder that UMEKOMI_BENCH_DATA names (several GB at 1M).',
    'UMEKOMI_JUDGED_SETS names a folder of judged sets, for the cases that use real texts.',
    '',
    'Flags of every case (each case has its defaults):',
    ...Object.entries(COMMON).map(([flag, meaning]) => `  --${flag.padEnd(11)} ${meaning}`),
  ];
  for (const name of caseNames()) {
    const loaded = await load(name).catch(() => null);
    lines.push('', `${name}`, `  ${loaded?.explains ?? '(explains itself once umekomi is built)'}`);
    for (const [flag, meaning] of Object.entries(loaded?.accepts ?? {})) {
      lines.push(`  --${flag.padEnd(11)} ${meaning}`);
    }
  }
  for (const advice of missing()) lines.push('', advice);
  console.log(lines.join('\n'));
}

function load(name) {
  return import(new URL(`cases/${name}.mjs`, HERE).href);
}

async function main([name, ...args]) {
  if (name === undefined || name === '--help' || name === 'help') return explain();
  if (!caseNames().includes(name)) {
    throw new Error(`There is no case "${name}"; there are ${caseNames().join(', ')}.`);
  }
  const advice = missing();
  if (advice.length > 0) throw new Error(advice.join('\n'));
  const { explains, accepts, run } = await load(name);
  const flags = parseFlags(args, accepts);
  const { describeMachine } = await import('./lib/machine.mjs');
  const { writeResults } = await import('./lib/results.mjs');
  const { toText } = await import('./lib/tables.mjs');
  const machine = describeMachine();
  const result = await run({ flags });
  for (const table of result.tables) console.log(`\n${toText(table)}`);
  for (const note of result.notes ?? []) console.log(`\n${note}`);
  // Where files are on this machine is nobody's business.
  const shown = args.map((arg) => basename(arg));
  const command = ['npm run bench --', name, ...shown].join(' ');
  const about = { name: flags.save ?? name, explains, command, machine };
  console.error(`\nWritten to ${writeResults(result, about)}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(process.env.UMEKOMI_BENCH_DEBUG === undefined ? error.message : error.stack);
  process.exitCode = 1;
}
