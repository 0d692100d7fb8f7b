/**
 * What `npm run demo` shows after the build: the tool as a newcomer meets it, run as a child
 * process, on our own documents, with the built-in embedder (no server, no network). The corpus
 * is temporary. Exits with 1 if a step fails.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join('dist', 'cli', 'bin.cjs');
const folder = mkdtempSync(join(tmpdir(), 'umekomi-demo-'));
const corpus = join(folder, 'corpus.db');

const steps = [
  ['index', 'fixtures/corpus', '--db', corpus, '--model', 'builtin'],
  ['search', '埋め込み', '--db', corpus, '-k', '5'],
  ['search', 'the snapshot is locked by another process', '--db', corpus, '-k', '3'],
];

/** The variables that would lead the tool to a server or to the user's own settings. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(OLLAMA|OPEN_WEBUI|UMEKOMI|XDG_CONFIG)/i.test(name),
  ),
);
environment.XDG_CONFIG_HOME = folder;

function asTyped(words) {
  return words.map((word) => (/^[\p{L}\p{N}_./:\\-]+$/u.test(word) ? word : `"${word}"`)).join(' ');
}

function runStep(words) {
  console.log(`\n$ umekomi ${asTyped(words)}\n`);
  const run = spawnSync(process.execPath, [bin, ...words], {
    cwd: root,
    env: environment,
    stdio: 'inherit',
  });
  if (run.error) throw run.error;
  if (run.status !== 0) {
    throw new Error(`this step ended with ${run.status ?? run.signal} instead of 0`);
  }
}

try {
  for (const step of steps) runStep(step);
  console.log(
    '\nThe built-in embedder knows words and a dictionary: it finds every 埋め込み, bolts included.',
  );
  console.log(
    'With an embedding model on Ollama or Open WebUI, umekomi compares meaning (README.md).',
  );
  console.log('\nThe corpus of this demo was temporary. Now try your own folder:\n');
  console.log('    node dist/cli/bin.cjs index ~/notes');
  console.log('    node dist/cli/bin.cjs search "what I am looking for"\n');
} catch (error) {
  console.error(`\ndemo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
