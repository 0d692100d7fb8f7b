/**
 * Checks the package as a user gets it: packs it, lints the tarball (publint, are-the-types-wrong),
 * installs it into an empty project and uses command line and library there, offline.
 * Everything happens in a temporary folder. Exits with 1 if a step fails.
 * Installing compiles better-sqlite3 where its prebuilt binary cannot be had, which takes a minute.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'umekomi-package-'));
const project = join(folder, 'project');

/** Settings of the person who runs this must not decide the outcome. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(OLLAMA|OPEN_WEBUI|UMEKOMI|XDG_CONFIG|npm_config_dry_run)/i.test(name),
  ),
);
environment.XDG_CONFIG_HOME = folder;

function run(command, args, { cwd = root, capture = false, shell = false } = {}) {
  console.log(`$ ${[command === process.execPath ? 'node' : command, ...args].join(' ')}`);
  const stdio = ['ignore', capture ? 'pipe' : 'inherit', 'inherit'];
  const result = spawnSync(command, args, {
    cwd,
    env: environment,
    stdio,
    shell,
    encoding: 'utf8',
  });
  if (result.error) throw result.error;
  if (result.status !== 0) {
    if (capture) console.log(result.stdout);
    throw new Error(`${args[0]} ended with ${result.status ?? result.signal}`);
  }
  return result.stdout ?? '';
}

/** npm by its own script where it started us, because Windows cannot spawn `npm` without a shell. */
function npm(args, options = {}) {
  const script = process.env.npm_execpath;
  if (script?.endsWith('npm-cli.js')) return run(process.execPath, [script, ...args], options);
  const onWindows = process.platform === 'win32';
  const words = onWindows ? args.map((arg) => (/\s/.test(arg) ? `"${arg}"` : arg)) : args;
  return run('npm', words, { ...options, shell: onWindows });
}

function expect(condition, what) {
  if (!condition) throw new Error(what);
  console.log(`  ok: ${what}`);
}

/** Packs (which builds) and returns the tarball's path. */
function pack() {
  npm(['pack', '--loglevel=warn', '--pack-destination', folder]);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack made no tarball');
  return join(folder, tarball);
}

/** Both by their own scripts, which start without a shell on every system. */
function lint(tarball) {
  const publint = fileURLToPath(new URL('cli.js', import.meta.resolve('publint')));
  run(process.execPath, [publint, 'run', '--strict', tarball]);
  const manifest = import.meta.resolve('@arethetypeswrong/cli/package.json');
  const attw = fileURLToPath(new URL('dist/index.js', manifest));
  run(process.execPath, [attw, '--profile', 'esm-only', '--no-definitely-typed', tarball]);
}

function install(tarball) {
  mkdirSync(project);
  // Newer npm runs an install script only where the project allows it.
  const allowScripts = { 'better-sqlite3': true };
  const manifest = { name: 'uses-umekomi', private: true, type: 'module', allowScripts };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
  npm(['install', '--no-audit', '--no-fund', tarball], { cwd: project });
  cpSync(join(root, 'fixtures', 'corpus'), join(project, 'docs'), { recursive: true });
}

function useCommandLine() {
  const umekomi = (args, options) =>
    npm(['exec', '--no', '--', 'umekomi', ...args], { cwd: project, ...options });
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const printed = umekomi(['--version'], { capture: true }).trim();
  expect(printed === version, `--version prints ${version}`);
  umekomi(['index', 'docs', '--model', 'builtin']);
  const answer = JSON.parse(umekomi(['search', '埋め込み', '--json'], { capture: true }));
  expect(answer.version === 1 && answer.hits.length > 0, 'search --json finds 埋め込み');
  expect(
    answer.hits.some((hit) => hit.text.includes('埋め込み')),
    'a hit holds the passage itself',
  );
}

const program = `
import { strict as assert } from 'node:assert';
import { builtin, ollama, openCorpus, UmekomiError } from 'umekomi';
import { MEASURES } from 'umekomi/evaluation';

assert.equal(typeof ollama, 'function');
assert.ok(MEASURES.includes('ndcg10'));
const corpus = await openCorpus('library.db', { embedder: builtin() });
try {
  await corpus.index(['docs']);
  const { hits } = await corpus.search('自転車のパンク', { k: 3 });
  assert.ok(hits.some((hit) => hit.path.includes('パンク')), JSON.stringify(hits));
  const { text } = await corpus.passage(hits[0].uri);
  assert.ok(text.includes(hits[0].text));
} finally {
  await corpus.close();
}
await assert.rejects(openCorpus('missing.db', { readOnly: true }), UmekomiError);
console.log('the library works');
`;

function useLibrary() {
  writeFileSync(join(project, 'program.mjs'), program);
  run(process.execPath, ['program.mjs'], { cwd: project });
}

/** A program in TypeScript, whose types come from the package and the browser's library alone. */
const typedProgram = `
import {
  CorpusError, EmbeddingError, RerankError, UmekomiError, UsageError, builtin, listModels, ollama,
  openCorpus, parseEndpoint, rerankServer, salvageCorpus,
  type Corpus, type Embedder, type Hit, type Remedy, type Reranker, type Reranking, type SearchResult,
} from 'umekomi';
import { compareRuns, evaluateSet, readJudgedSet } from 'umekomi/evaluation';

const own: Embedder = {
  identity: async () => ({
    kind: 'own', model: 'own', digest: null, dimensions: 2,
    documentPrompt: '', queryPrompt: '', contextTokens: null,
  }),
  embedDocuments: async (texts) => texts.map(() => Float32Array.of(1, 0)),
  embedQuery: async () => Float32Array.of(1, 0),
};

const reranker: Reranker = {
  name: 'own',
  rerank: async (_query, texts) => texts.map((text) => text.length),
};

export async function rerank(corpus: Corpus): Promise<Reranking | null> {
  const server: Reranker = rerankServer({ url: 'http://127.0.0.1:8080', model: 'm' });
  const { rerank, hits } = await corpus.search('a', { reranker: server });
  const score: number | null = hits[0]?.rerankScore ?? null;
  return score === null ? rerank : (await corpus.search('a', { reranker })).rerank;
}

export async function use(signal: AbortSignal): Promise<readonly Hit[]> {
  const corpus: Corpus = await openCorpus(':memory:', { embedder: own });
  const found: SearchResult = await corpus.search('a', { mode: 'hybrid', k: 1, signal });
  const like = await corpus.like({ path: 'a.md', line: 3 }, { perDocument: 1 });
  for await (const { path, passages } of corpus.documents({ paths: ['*.md'] })) {
    const size: number = path.length + passages;
    if (size < 0) break;
  }
  const { counts } = { counts: await corpus.status() };
  const evaluation = await evaluateSet(corpus, await readJudgedSet('set'));
  await corpus.close();
  return [...found.hits, ...like.hits].slice(0, counts.documents + evaluation.modes.length);
}

export function remedyOf(error: unknown): Remedy | null {
  return error instanceof UmekomiError ? error.remedy : null;
}
export { CorpusError, EmbeddingError, RerankError, UsageError, builtin, listModels, ollama, parseEndpoint, salvageCorpus, compareRuns };
`;

/** Every declaration that a program reaches is checked, with nothing installed but the package. */
function compile() {
  writeFileSync(join(project, 'program.ts'), typedProgram);
  const compilerOptions = {
    ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
    ...{ target: 'ES2022', lib: ['ES2022', 'DOM'], types: [] },
    ...{ module: 'NodeNext', moduleResolution: 'NodeNext' },
  };
  const settings = { compilerOptions, files: ['program.ts'] };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(settings));
  const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
  run(process.execPath, [tsc, '--project', 'tsconfig.json'], { cwd: project });
  console.log('  ok: the types compile without those of any dependency');
}

try {
  const tarball = pack();
  lint(tarball);
  install(tarball);
  useCommandLine();
  useLibrary();
  compile();
  console.log('\npackage check: passed');
} catch (error) {
  console.error(`\npackage check: FAILED: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
