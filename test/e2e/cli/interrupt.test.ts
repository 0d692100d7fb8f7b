import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, type Outcome, type Sandbox } from '../../helpers/sandbox.ts';
import { type StandIn, startStandIn } from '../../helpers/stand-in/server.ts';

let box: Sandbox;
let server: StandIn;
beforeEach(async () => {
  box = createSandbox();
  server = await startStandIn();
  for (let i = 0; i < 6; i++) box.write(`notes/${i}.md`, `# Note ${i}\n\nText of note ${i}.\n`);
});
afterEach(async () => {
  await server.close();
  box.remove();
});

/** The probe and the first two batches, one of them in two requests, are answered, then the server hangs. */
const index = ['index', 'notes', '--batch-size', '2', '--concurrency', '1'];

/** Indexes until the server hangs, then sends signals. */
async function interrupted(signals: readonly NodeJS.Signals[]): Promise<Outcome> {
  for (let request = 5; request < 10; request++) server.fault({ do: { kind: 'hang' }, request });
  const running = box.start([...index, '--endpoint', server.url]);
  while (server.embedRequests().length < 5) await new Promise((go) => setTimeout(go, 20));
  for (const signal of signals) running.child.kill(signal);
  return running.done;
}

// Windows has no signals that a process could answer.
describe.skipIf(process.platform === 'win32')('an interrupted run', () => {
  it('abandons the requests in flight, keeps what was embedded, says how to go on: 130', async () => {
    const { code, stdout, stderr } = await interrupted(['SIGINT']);
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toMatch(
      /interrupted; 4 vectors of this run kept in .*Run the same command again/,
    );
    server.clearFaults();
    const again = await box.umekomi([...index, '--json', '--endpoint', server.url]);
    expect(JSON.parse(again.stdout)).toMatchObject({ inputs: { embedded: 2 } });
    expect(again.code).toBe(0);
  });

  it('by SIGTERM is the same with 143', async () => {
    const { code, stderr } = await interrupted(['SIGTERM']);
    expect(code).toBe(143);
    expect(stderr).toContain('Run the same command again');
  });

  it('stops at once at the second signal', async () => {
    expect((await interrupted(['SIGINT', 'SIGINT'])).code).toBe(130);
  });

  it('of a search is silent', async () => {
    await box.umekomi([...index, '--endpoint', server.url]);
    server.fault({ do: { kind: 'hang' } });
    const running = box.start(['search', 'note', '--endpoint', server.url]);
    const before = server.embedRequests().length;
    while (server.embedRequests().length === before) await new Promise((go) => setTimeout(go, 20));
    running.child.kill('SIGINT');
    expect(await running.done).toEqual({ code: 130, stdout: '', stderr: '' });
  });
});
