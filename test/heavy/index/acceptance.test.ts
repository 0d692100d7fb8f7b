/** Issue 2, "it is done when" 2, on a generated folder and, where they are, on the judged sets' files. */
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { PROBE_TEXT } from '../../../src/embedding/embed-request.ts';
import { ollama } from '../../../src/embedding/ollama.ts';
import type { Embedder } from '../../../src/model/types.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { findBroken, rows, runIndex, sampleDocument, value } from '../../helpers/corpus.ts';
import { STAND_IN_KEY, type StandIn, startStandIn } from '../../helpers/stand-in/server.ts';
import { type Files, plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
let server: StandIn | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Texts of documents and queries that were sent; the known word by which the server is looked at is none. */
const embedded = (): string[] =>
  (server?.embedRequests() ?? [])
    .flatMap(({ inputs }) => inputs)
    .filter((text) => text !== PROBE_TEXT);

async function embedderOf(flavour: 'ollama' | 'open-webui'): Promise<() => Embedder> {
  const started = await startStandIn({ flavour });
  server = started;
  return () =>
    ollama({
      endpoint: started.url,
      apiKey: flavour === 'open-webui' ? STAND_IN_KEY : undefined,
      model: 'bge-m3',
    });
}

function documents(): Files {
  const files = Array.from({ length: 24 }, (_, i) => [
    `${['guide', 'notes/日本語', 'deep/er'][i % 3]}/file ${i}.${i % 5 === 0 ? 'txt' : 'md'}`,
    sampleDocument(i),
  ]);
  return { ...Object.fromEntries(files), 'empty.md': '', 'README.md': '# Read me\n\nShort.\n' };
}

/** The passages of a path. */
const passages = (db: string, path: string) =>
  rows(db, 'SELECT id, text FROM passage WHERE path = ? ORDER BY start_offset', path);

describe.each(['ollama', 'open-webui'] as const)('a folder against %s', (flavour) => {
  it('costs one line for an edited line, nothing for a move, and nothing when unchanged', async () => {
    const make = await embedderOf(flavour);
    const root = temporary(documents());
    const db = join(temporary(), 'corpus.db');

    const first = await runIndex(db, make(), [root]);
    expect(first.documents).toMatchObject({ added: 26, read: 26 });
    expect(first.chunks).toBeGreaterThan(60);
    expect(first.inputs.embedded).toBe(value(db, 'SELECT count(DISTINCT input_hash) FROM chunk'));
    const sent = embedded();
    expect(new Set(sent).size, 'nothing is sent twice').toBe(sent.length);
    expect(findBroken(db)).toEqual([]);

    server?.forgetRequests();
    const unchanged = await runIndex(db, make());
    expect(unchanged.documents).toMatchObject({ read: 0, unchanged: 26, added: 0, updated: 0 });
    expect(unchanged.inputs).toMatchObject({ embedded: 0, pruned: 0 });
    expect(embedded()).toEqual([]);

    const edited = 'guide/file 6.md';
    const text = sampleDocument(6).replace('Line 5 of part 1', 'Line five, edited, of part 1');
    plant(root, { [edited]: text });
    server?.forgetRequests();
    const afterEdit = await runIndex(db, make(), [root]);
    expect(afterEdit.documents).toMatchObject({ read: 1, updated: 1, unchanged: 25 });
    expect(embedded().length).toBeLessThanOrEqual(2);
    expect(afterEdit.inputs.pruned).toBe(afterEdit.inputs.embedded);
    expect(
      passages(db, edited)
        .map((row) => row['text'])
        .join(''),
    ).toContain('Line five, edited');

    const before = passages(db, edited);
    renameSync(join(root, edited), join(root, 'moved.md'));
    server?.forgetRequests();
    const moved = await runIndex(db, make());
    expect(moved.documents).toMatchObject({ moved: 1, added: 0, removed: 0 });
    expect(embedded().length).toBe(0);
    expect(passages(db, edited)).toEqual([]);
    expect(passages(db, 'moved.md'), 'the chunk ids stay').toEqual(before);

    rmSync(join(root, 'moved.md'));
    const deleted = await runIndex(db, make());
    expect(deleted.documents).toMatchObject({ removed: 1 });
    expect(passages(db, 'moved.md')).toEqual([]);
    const corpus = await openCorpus(db, { embedder: make(), readOnly: true });
    const { hits } = await corpus.search('Line five, edited, of part 1', { k: 50 });
    await corpus.close();
    expect(hits.length).toBe(50);
    expect(hits.map(({ path }) => path)).not.toContain('moved.md');
    expect(findBroken(db)).toEqual([]);
  });
});

const JUDGED = process.env['UMEKOMI_JUDGED_SETS'];
const SET = join(JUDGED ?? '', 'docs-mixed', 'docs');

describe.skipIf(!JUDGED || !existsSync(SET))('the 205 files of docs-mixed', () => {
  it('are indexed, and then again for nothing', async () => {
    const make = await embedderOf('ollama');
    const root = temporary();
    const db = join(temporary(), 'corpus.db');
    cpSync(SET, root, { recursive: true });
    const files = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files) utimesSync(file, 1_600_000_000.5, 1_600_000_000.5);
    const first = await runIndex(db, make(), [root]);
    expect(first.documents.added).toBe(205);
    expect(first.failures).toEqual([]);
    expect(findBroken(db)).toEqual([]);

    server?.forgetRequests();
    const again = await runIndex(db, make());
    expect(again.documents).toMatchObject({ read: 0, unchanged: 205 });
    expect(again.inputs.embedded).toBe(0);
    expect(embedded()).toEqual([]);

    const longest = files.sort((a, b) => readFileSync(b).length - readFileSync(a).length)[0] ?? '';
    const lines = readFileSync(longest, 'utf8').split('\n');
    const at = lines.findIndex((line, i) => i > lines.length / 2 && line.length > 40);
    lines[at] = `${lines[at]} One more sentence.`;
    plant('/', { [longest]: lines.join('\n') });
    server?.forgetRequests();
    await runIndex(db, make());
    expect(embedded().length).toBeGreaterThan(0);
    expect(embedded().length).toBeLessThanOrEqual(2);

    const target = join(dirname(longest), `moved ${basename(longest)}`);
    renameSync(longest, target);
    server?.forgetRequests();
    expect((await runIndex(db, make())).documents).toMatchObject({ moved: 1 });
    expect(embedded().length).toBe(0);

    rmSync(target);
    expect((await runIndex(db, make())).documents).toMatchObject({ removed: 1, unchanged: 204 });
    expect(findBroken(db)).toEqual([]);
  });
});
