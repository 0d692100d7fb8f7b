import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  HOSTILE,
  HOSTILE_NAME,
  type RawServer,
  startRawServer,
  unsafePart,
} from '../../helpers/hostile.ts';
import { createSandbox, type Outcome, type RunOptions } from '../../helpers/sandbox.ts';
import { hashingVector } from '../../helpers/stand-in/hashing-vector.ts';

const sandbox = createSandbox();
const DOCS = join(sandbox.folder, `docs ${HOSTILE_NAME}`);
const FILE = `${HOSTILE_NAME}.md`;
const TEXT = HOSTILE.replaceAll('\0', '');
let server: RawServer;

/** An Ollama whose every word is hostile; texts with `refuse` in them are refused. */
beforeAll(async () => {
  server = await startRawServer((request, response, body) => {
    const send = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    const model = { model: `good\u202e\u2067${'x'.repeat(5)}:latest`, capabilities: ['embedding'] };
    if (request.url === '/api/version') send(200, { version: HOSTILE });
    else if (request.url === '/api/tags') {
      const bad = { model: HOSTILE, digest: HOSTILE, capabilities: ['embedding'] };
      send(200, { models: [model, bad, { ...model, model: 'm:latest', digest: HOSTILE }] });
    } else if (request.url === '/api/embed') {
      const { input } = JSON.parse(body) as { input: string[] };
      if (input.some((text) => text.includes('refuse')))
        send(500, { error: `unsupported value: NaN ${HOSTILE} ${body}` });
      else send(200, { embeddings: input.map((text) => [...hashingVector(text, 16)]) });
    } else send(400, { error: HOSTILE, detail: [HOSTILE] });
  });
  mkdirSync(join(DOCS, `sub ${HOSTILE_NAME}`), { recursive: true });
  const front = `---\ntitle: ${JSON.stringify(TEXT)}\ntags: [${JSON.stringify(TEXT)}]\n---\n`;
  // A text with many NULs is a binary file.
  const text = `${front}\n# Heading ${TEXT}\n\nlantern ${TEXT} harbour\n\n| a${TEXT} |\n|-|\n| b |\n`;
  writeFileSync(join(DOCS, FILE), text);
  writeFileSync(join(DOCS, `sub ${HOSTILE_NAME}`, 'plain.md'), `# Plain\n\nlantern ${HOSTILE}\n`);
  writeFileSync(join(DOCS, `copy ${FILE}`), text);
  writeFileSync(join(DOCS, `refused ${FILE}`), `refuse ${HOSTILE}\n`);
  writeFileSync(join(DOCS, `binary ${FILE}`), Buffer.alloc(100));
  writeFileSync(join(DOCS, `${HOSTILE_NAME}.bin`), 'x');
  symlinkSync(`target ${HOSTILE_NAME}`, join(DOCS, `link ${FILE}`));
  symlinkSync(join(DOCS, FILE), join(DOCS, `inner link ${FILE}`));
});

afterAll(() => {
  server.close();
  sandbox.remove();
});

const umekomi = (args: readonly string[], options: RunOptions = {}): Promise<Outcome> =>
  sandbox.start(args, { env: { FORCE_COLOR: '1' }, ...options }).done;

/** Runs and looks at every byte. @returns the exit code */
async function check(
  args: readonly string[],
  options: RunOptions = {},
  spoofed = true,
): Promise<number | null> {
  const { code, stdout, stderr } = await umekomi(args, options);
  expect(unsafePart(stdout, { spoofed }), `stdout of ${JSON.stringify(args)}`).toBe('');
  expect(unsafePart(stderr, { spoofed }), `stderr of ${JSON.stringify(args)}`).toBe('');
  expect(stdout + stderr, JSON.stringify(args)).not.toBe('');
  expect(stderr).not.toContain('unexpected error');
  return code;
}

describe('hostile files, names and servers, over all commands', () => {
  it('index says what it does, skips and fails without one raw byte of them', async () => {
    const at = ['--endpoint', server.url, '--model', 'm'];
    expect(await check(['index', '--dry-run', '-v', DOCS, ...at])).toBe(0);
    expect(await check(['index', '-v', DOCS, ...at])).toBe(4);
    expect(await check(['index', '--json', DOCS, ...at])).toBe(4);
    expect(await check(['index', '-v', ...at])).toBe(4);
  });

  it.each([
    [['search', 'lantern', '--mode', 'lexical']],
    [['search', 'lantern', '--mode', 'lexical', '--full', '--explain', '--context', '5']],
    [['search', 'lantern', '--mode', 'lexical', '--json', '--context', '3']],
    [['search', 'lantern', '--mode', 'lexical', '--jsonl']],
    [['search', 'lantern', '--mode', 'lexical', '--files']],
    [['search', HOSTILE.replaceAll('\0', ''), '--mode', 'lexical', '--json']],
    [['search', 'lantern', '--mode', 'semantic', '-v', '--full']],
    [['like', join(DOCS, FILE)]],
    [['like', `${join(DOCS, FILE)}:8`, '--json']],
    [['like', join(DOCS, FILE), '--files', '-k', '9']],
    [['status']],
    [['status', '--json']],
    [['models']],
    [['models', '--json']],
  ])('%j', async (args) => {
    expect(await check([...args, '--endpoint', server.url])).toBe(0);
  });

  it('-0 is raw by design, and each name ends with NUL', async () => {
    const { stdout } = await umekomi(['search', 'lantern', '--mode', 'lexical', '-0']);
    const names = stdout.split('\0');
    expect(names.pop()).toBe('');
    expect(names.some((name) => name.includes(HOSTILE_NAME))).toBe(true);
  });

  it('--files, --jsonl and --json cannot be spoofed by a line end or quote in a name', async () => {
    const search = ['search', 'lantern', '--mode', 'lexical', '-k', '50'];
    const json = JSON.parse((await umekomi([...search, '--json'])).stdout) as {
      hits: { path: string; source: string }[];
    };
    const jsonl = (await umekomi([...search, '--jsonl'])).stdout.trimEnd().split('\n');
    const places = (all: { path: string }[]): string[] => all.map(({ path }) => path);
    expect(places(jsonl.map((line) => JSON.parse(line) as { path: string }))).toEqual(
      places(json.hits),
    );
    expect(json.hits.every(({ source }) => source === DOCS)).toBe(true);
    const files = (await umekomi([...search, '--files'])).stdout.trimEnd().split('\n');
    expect(files).toHaveLength(new Set(places(json.hits)).size);
    expect(files.every((line) => /^".*"$/.test(line))).toBe(true);
  });

  it('eval: ids, queries and names of a set', async () => {
    const query = {
      id: HOSTILE,
      text: `lantern ${HOSTILE}`,
      answers: [`nowhere ${HOSTILE_NAME}`, join(DOCS, FILE)],
    };
    sandbox.write('set/questions.jsonl', `${JSON.stringify(query)}\n`);
    const set = ['eval', 'set/questions.jsonl', '--mode', 'lexical', '--ranks'];
    expect(await check(set)).not.toBe(2);
    expect(await check([...set, '--json'])).not.toBe(2);
    sandbox.write('set/wrong.jsonl', `${JSON.stringify({ id: HOSTILE, text: 'a' })}\n`.repeat(2));
    expect(await check(['eval', 'set/wrong.jsonl'])).toBe(2);
    expect(await check(['eval', `no ${HOSTILE_NAME}`])).toBe(2);
    expect(await check(['eval', 'set', '--split', HOSTILE_NAME])).toBe(2);
  });

  it('remove names what it removed', async () => {
    const other = join(sandbox.folder, 'other.db');
    await umekomi(['index', DOCS, '--db', other, '--model', 'builtin']);
    expect(await check(['remove', join(DOCS, FILE), '--db', other])).toBe(0);
    expect(await check(['remove', DOCS, '--db', other])).toBe(0);
    expect(await check(['remove', `${DOCS}/none`, '--db', other])).toBe(2);
  });
});

const PROJECT_DB = join('project', '.umekomi', 'corpus.db');

describe('errors repeat what was typed or read, safely', () => {
  it.each([
    [['index', `no/${HOSTILE_NAME}`]],
    [['index', DOCS, '--include', `/${HOSTILE_NAME}`]],
    [['index', DOCS, '--chunk-size', HOSTILE_NAME]],
    [['search', 'a', '--db', `no ${HOSTILE_NAME}`]],
    [['search', 'a', '--source', HOSTILE_NAME]],
    [['search', 'a', '--where', HOSTILE_NAME.replaceAll('=', '')]],
    [['search', 'a', '--since', HOSTILE_NAME]],
    [['search', 'a', `--${HOSTILE_NAME}`]],
    [['search', 'a', '--mode', HOSTILE_NAME]],
    [['like', HOSTILE_NAME]],
    [[HOSTILE_NAME]],
    [['models', '--endpoint', HOSTILE_NAME]],
    [['models', '--endpoint', `http://127.0.0.1:1/${encodeURIComponent('\u001b[31m')}`]],
    [['search', 'a', '--mode', 'semantic', '--model', HOSTILE_NAME]],
    [['eval', 'x', '--mode', HOSTILE_NAME]],
    [['eval', '--compare', HOSTILE_NAME]],
  ])('%j', async (args) => {
    const given = args.includes('--endpoint') ? args : [...args, '--endpoint', server.url];
    // Their line ends are the typist's own.
    expect(await check(given, {}, false)).not.toBe(0);
  });

  it('of a project’s configuration', async () => {
    for (const config of [{ [HOSTILE]: 1 }, { endpoint: HOSTILE }, { timeout: HOSTILE }]) {
      sandbox.write('project/.umekomi/config.json', JSON.stringify(config));
      expect(await check(['status', '--db', PROJECT_DB], {}, true)).toBe(2);
    }
  });

  it('of a model whose name the project’s configuration gives', async () => {
    sandbox.write('project/.umekomi/config.json', JSON.stringify({ model: HOSTILE }));
    sandbox.write('project/a.md', 'text');
    const index = ['index', 'project', '--db', PROJECT_DB, '--endpoint', server.url];
    expect(await check(index)).toBe(3);
  });

  it('of a corpus file that says what it likes', async () => {
    const path = join(sandbox.folder, 'spoofed.db');
    await umekomi(['index', DOCS, '--db', path, '--model', 'builtin']);
    chmodSync(path, 0o600);
    const db = new Database(path);
    db.prepare('UPDATE space SET model = ?, kind = ?').run(HOSTILE, HOSTILE);
    db.prepare('UPDATE source SET include = ?').run(JSON.stringify([`*${HOSTILE_NAME}`]));
    db.close();
    for (const args of [['status'], ['status', '--json'], ['search', 'lantern'], ['index']]) {
      await check([...args, '--db', path, '--endpoint', server.url]);
    }
  });
});

const SCRIPT = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

describe.skipIf(!SCRIPT)('on a terminal', () => {
  it('nothing hostile gets through, nor through the line of progress', () => {
    const bin = fileURLToPath(new URL('../../../dist/cli/bin.cjs', import.meta.url));
    const run = (args: readonly string[]): string => {
      const quoted = [process.execPath, bin, ...args].map(
        (word) => `'${word.replaceAll("'", "'\\''")}'`,
      );
      const env = {
        ...process.env,
        XDG_CONFIG_HOME: sandbox.config,
        UMEKOMI_DB: '',
        TERM: 'xterm',
      };
      const out = spawnSync('script', ['-qec', quoted.join(' '), '/dev/null'], {
        cwd: sandbox.folder,
        env,
        encoding: 'utf8',
        input: '',
        timeout: 60_000,
      });
      return out.stdout.replaceAll('\r\n', '\n');
    };
    const db = join(sandbox.folder, 'terminal.db');
    const indexed = run(['index', '-v', DOCS, '--db', db, '--model', 'builtin']);
    expect(indexed).toContain('documents');
    expect(unsafePart(indexed)).toBe('');
    const found = run(['search', 'lantern', '--db', db, '--full']);
    expect(found).toContain('lantern');
    expect(unsafePart(found)).toBe('');
    expect(readFileSync(join(DOCS, FILE), 'utf8')).toContain(TEXT);
  });
});
