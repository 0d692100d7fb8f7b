/** Moments between two transactions at which a killed process once left something behind. */
import { mkdtempSync, realpathSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBroken, rows, sampleDocument } from '../../helpers/corpus.ts';
import { createSandbox, type Sandbox } from '../../helpers/sandbox.ts';
import { type StandIn, startStandIn } from '../../helpers/stand-in/server.ts';
import { plant } from '../../helpers/temp.ts';
import { type Fate, type Kill, runVictim } from '../torture/victim.ts';

let sandbox: Sandbox;
let server: StandIn;
let db: string;
let notes: string;

beforeEach(async () => {
  sandbox = createSandbox();
  server = await startStandIn({
    models: ['bge-m3', 'all-minilm'].map((name) => ({
      ...{ name: `${name}:latest`, dimensions: 32, contextTokens: 8192 },
    })),
  });
  db = join(sandbox.folder, 'corpus.db');
  notes = realpathSync(mkdtempSync(join(tmpdir(), 'umekomi-moments-')));
  for (let i = 0; i < 6; i++) plant(notes, { [`f${i}.md`]: sampleDocument(i) });
});

afterEach(async () => {
  await server.close();
  sandbox.remove();
  rmSync(notes, { recursive: true });
});

function run(args: readonly string[], kill: Kill | null = null): Promise<Fate> {
  const where = ['--db', db, ...(args[0] === 'index' ? ['--endpoint', server.url] : [])];
  return runVictim({ sandbox, server }, [...args, ...where], kill);
}

async function runToTheEnd(args: readonly string[]): Promise<void> {
  const { code, stderr } = await run(args);
  expect(code, stderr).toBe(0);
}

const before = (phase: string, nth: number): Kill => ({ how: 'before', phase, nth, delayUs: 0 });

const INDEX = ['index', '--model', 'bge-m3'];
const UNUSED = 'SELECT 1 FROM embedding WHERE input_hash NOT IN (SELECT input_hash FROM chunk)';

describe.runIf(process.platform !== 'win32')('a process that is killed', () => {
  it.each([
    ['index, before vectors are deleted', ['index'], () => rmSync(join(notes, 'f1.md'))],
    ['remove, before vectors are deleted', ['remove', 'f2.md'], () => {}],
  ])('in %s, leaves none behind that the next run does not delete', async (_, args, change) => {
    await runToTheEnd([...INDEX, notes]);
    change();
    const fate = await run(args, before('prune', 1));
    expect(fate).toMatchObject({ isKilled: true, phase: 'prune' });
    expect(findBroken(db)).toEqual([]);
    if (args[0] === 'remove') await runToTheEnd(args);
    await runToTheEnd(['index']);
    expect(rows(db, UNUSED)).toEqual([]);
  });

  it('in a rebuild, right after the swap, leaves a vector for each passage that is there', async () => {
    await runToTheEnd([...INDEX, notes]);
    utimesSync(join(notes, 'f0.md'), 1_700_000_000, 1_700_000_000);
    renameSync(join(notes, 'f1.md'), join(notes, 'g1.md'));
    plant(notes, { 'f2.md': sampleDocument(22) });
    rmSync(join(notes, 'f3.md'));
    const rebuild = ['index', '--rebuild', '--model', 'all-minilm'];
    // What follows on the swap before the end of the run deletes nothing.
    expect(await run(rebuild, before('delete', 1))).toMatchObject({ isKilled: true });
    expect(rows(db, 'SELECT model FROM space')).toEqual([{ model: 'all-minilm:latest' }]);
    expect(findBroken(db)).toEqual([]);
  });
});
