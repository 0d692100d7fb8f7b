/** `umekomi status` as people read it. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../helpers/sandbox.ts';
import { EMBEDDING_MODEL } from '../../helpers/stand-in/models.ts';
import { startStandIn } from '../../helpers/stand-in/server.ts';

let box: Sandbox;
beforeEach(() => {
  box = createSandbox();
  box.write('notes/a.md', '# Lantern\n\nA lantern.\n');
});
afterEach(() => box.remove());

it('tells the last run in local time, sizes of chunks, and that no server is needed', async () => {
  await box.umekomi(['index', 'notes', '--model', 'builtin', '--chunk-size', '100']);
  const { stdout } = await box.umekomi(['status']);
  expect(stdout).toMatch(
    /^last run {3}\d{4}-\d\d-\d\d \d\d:\d\d \(local time, .*UTC\): ended after .*s$/m,
  );
  expect(stdout).toContain('chunks     at most 100 estimated tokens each, overlap 0\n');
  expect(stdout).toContain('server     none is needed\n');
  const { lastRun, chunking, rebuilds } = JSON.parse(
    (await box.umekomi(['status', '--json'])).stdout,
  ) as Record<string, unknown>;
  expect({ chunking, rebuilds }).toEqual({
    chunking: { chunkSize: 100, chunkOverlap: 0 },
    rebuilds: [],
  });
  const utc = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(lastRun).toEqual({ startedAt: utc, endedAt: utc });
});

it('tells which server a run would use and who named it, never a password', async () => {
  const server = await startStandIn();
  try {
    const named = ['--endpoint', server.url, '--model', EMBEDDING_MODEL.name];
    expect(await box.umekomi(['index', 'notes', ...named])).toMatchObject({ code: 0 });
    const said = async (...args: readonly string[]): Promise<string> =>
      (await box.umekomi(['status', ...args], { env: { OLLAMA_HOST: 'http://me:secret@box:99' } }))
        .stdout;
    expect(await said()).toContain('server     http://box:99 (OLLAMA_HOST)\n');
    expect(await said('--endpoint', 'http://u:geheim@h/x?k=1')).toContain(
      'server     http://h/x (--endpoint)\n',
    );
    expect((await box.umekomi(['status'])).stdout).toContain(
      '(Ollama on this machine, since none was named)\n',
    );
    const file = readFileSync(`${box.folder}/.umekomi/corpus.db`);
    expect(file.includes(new URL(server.url).host)).toBe(false);
  } finally {
    await server.close();
  }
});

it('shows a rebuild that was interrupted, and the two ways out of it', async () => {
  for (let n = 0; n < 40; n++) box.write(`notes/${n}.md`, `# Note ${n}\n\nWords ${n}.\n`);
  await box.umekomi(['index', 'notes', '--model', 'builtin']);
  // Two requests for texts are answered; then the server says that it has broken.
  let asked = 0;
  const server = await startStandIn({
    chance: ({ inputs }) => {
      if (inputs.length < 4) return null;
      asked += 1;
      return asked > 2 ? { kind: 'answer', status: 500, body: 'broken' } : null;
    },
  });
  try {
    const named = ['--endpoint', server.url, '--model', EMBEDDING_MODEL.name];
    const patience = ['--batch-size', '4', '--concurrency', '1', '--retries', '0'];
    const run = await box.umekomi(['index', '--rebuild', ...named, ...patience]);
    expect(run.code).not.toBe(0);
    const { stdout } = await box.umekomi(['status']);
    expect(stdout).toMatch(
      /^rebuild {4}for .*, not ended: \d+ vectors; the corpus has 41 of its own/m,
    );
    expect(stdout).toContain(
      `umekomi index --rebuild --model ${EMBEDDING_MODEL.name} (goes on with it). Drop it with: umekomi optimize\n`,
    );
    expect(stdout).toContain('has not ended. It is running, or was interrupted');
    expect(await box.umekomi(['optimize'])).toMatchObject({ code: 0 });
    expect((await box.umekomi(['status'])).stdout).not.toContain('rebuild ');
  } finally {
    await server.close();
  }
});

it('says with which flags a rebuild of the same model goes on', async () => {
  for (let n = 0; n < 40; n++) box.write(`notes/${n}.md`, `# Note ${n}\n\nWords ${n}.\n`);
  const server = await startStandIn();
  const patience = ['--batch-size', '4', '--concurrency', '1', '--retries', '0'];
  const named = ['--endpoint', server.url, '--model', EMBEDDING_MODEL.name];
  try {
    await box.umekomi(['index', 'notes', ...named]);
    const isFull = (text: string): boolean => text.includes('Words 39');
    server.fault({ do: { kind: 'answer', status: 500, body: 'broken' }, text: isFull });
    const changed = ['--dimensions', '16', '--document-prefix', "it's: "];
    await box.umekomi(['index', '--rebuild', ...named, ...patience, ...changed]);
    const { stdout } = await box.umekomi(['status']);
    expect(stdout).toContain(
      `umekomi index --rebuild --model ${EMBEDDING_MODEL.name} --dimensions 16 --document-prefix 'it'\\''s: ' (goes on`,
    );
    server.clearFaults();
    server.forgetRequests();
    const run = await box.umekomi(['index', '--rebuild', ...named, ...changed, '--json']);
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ rebuild: 'done' });
    expect((await box.umekomi(['status'])).stdout).not.toContain('rebuild ');
  } finally {
    await server.close();
  }
});
