/**
 * Ten megabytes of any shape: a run takes less than 400 MB for it, indexes the notes beside it, and what it makes of
 * it has an upper length. Each shape took all memory, or overflowed the stack, of a parser or of ours once.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { value } from '../../helpers/corpus.ts';
import { createSandbox, type Sandbox } from '../../helpers/sandbox.ts';
import { type StandIn, startStandIn } from '../../helpers/stand-in/server.ts';

const BYTES = 9_900_000;
const PEAK_MEMORY = pathToFileURL(join(import.meta.dirname, '../../helpers/peak-memory.mjs')).href;
const MEMORY_KB = 400 * 1024;

let server: StandIn;
let sandbox: Sandbox;
beforeAll(async () => {
  server = await startStandIn();
  sandbox = createSandbox();
});
afterAll(async () => {
  await server.close();
  sandbox.remove();
});

/** `part` again and again, up to the size of a file that is just taken. */
function filled(part: string, head = '', tail = ''): string {
  const room = BYTES - Buffer.byteLength(head) - Buffer.byteLength(tail);
  return head + part.repeat(Math.floor(room / Buffer.byteLength(part))) + tail;
}

const stairs = Array.from({ length: 30 }, (_, depth) => `${'>'.repeat(depth + 1)} x\n`).join('');
const base64 = createHash('sha512').update('picture').digest('base64').slice(0, 76);

type Shape = readonly [name: string, text: string];

/** One of each kind of fault. */
const SHAPES: readonly Shape[] = [
  ['nested list markers', filled('- - - - - - x\n')],
  ['one table', filled('|1|2|3|\n', '|a|b|c|\n|-|-|-|\n')],
  ['line ends', filled('\n')],
  ['spaces and a letter', filled(' ', '', 'x')],
  ['one letter with marks', filled('\u0301', 'e')],
  ['base64 in lines', filled(`${base64}\n`, 'A picture:\n\n')],
];

/** Their relatives take minutes: with `UMEKOMI_ALL_SHAPES=1`. */
const RELATIVES: readonly Shape[] = [
  ['a task list', filled('- [ ] do\n')],
  ['a list in one item', filled('  - b\n', '- a\n')],
  ['headings alone', filled('# a\n')],
  ['short paragraphs', filled('a\n\n')],
  ['one row of a table', filled('|1', '|a|b|\n|-|-|\n')],
  ['quotes of every depth', filled(stairs)],
  ['one paragraph', filled('lorem ipsum\n')],
  ['dots and a letter', filled('.', '', 'x')],
  ['Japanese on one line', filled('吾輩は猫である。名前はまだ無い。')],
];

const isThorough = process.env['UMEKOMI_ALL_SHAPES'] === '1';

it.each(isThorough ? [...SHAPES, ...RELATIVES] : SHAPES)(
  '%s',
  async (name, text) => {
    const folder = name.replaceAll(' ', '-');
    const db = join(sandbox.folder, `${folder}.db`);
    sandbox.write(`${folder}/a.md`, '# Tea\n\nWarm the pot first.\n');
    sandbox.write(`${folder}/b.md`, text);
    sandbox.write(`${folder}/c.md`, '# Rice\n\nRinse three times.\n');
    const peakFile = join(sandbox.folder, 'peak');
    const options = ['--endpoint', server.url, '--model', 'bge-m3', '--batch-size', '512'];
    const run = sandbox.start(['index', folder, '--db', db, ...options], {
      env: { PEAK_FILE: peakFile, NODE_OPTIONS: `--import ${PEAK_MEMORY}` },
    });
    const { code, stderr } = await run.done;
    expect(code, stderr).toBe(0);
    const peak = Number(readFileSync(peakFile, 'utf8'));
    console.log(`${name}: ${Math.round(peak / 1024)} MB`);
    expect(peak).toBeLessThan(MEMORY_KB);
    for (const word of ['pot', 'Rinse']) {
      expect(value(db, `SELECT count(*) FROM passage WHERE text LIKE '%${word}%'`)).toBe(1);
    }
    // 256 tokens of the text and 160 of its context, at 12.5 blanks a token.
    expect(value(db, 'SELECT max(length(context || text)) FROM chunk')).toBeLessThan(5200);
  },
  300_000,
);
