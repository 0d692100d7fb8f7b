/** Encoded data in a corpus: what it costs, and what becomes of a file that is nothing else. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { cutFurther, withInputHash } from '../../../src/engine/indexing/cut-further.ts';
import { toDocument } from '../../../src/engine/indexing/prepare.ts';
import { type CountingEmbedder, countingEmbedder, rows, runIndex } from '../../helpers/corpus.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
let db: string;
let embedder: CountingEmbedder;
beforeEach(() => {
  db = join(temporary(), 'corpus.db');
  embedder = countingEmbedder();
});

const picture = `data:image/png;base64,${randomBytes(200_000).toString('base64')}`;

it('a picture in a note costs no input', async () => {
  const note = (image: string): string => `# Pond\n\n${image}\n\nThe heron stood at the edge.\n`;
  const root = temporary({ 'a.md': note(`![](${picture})`) });
  const { inputs } = await runIndex(db, embedder, [root]);
  expect(inputs.embedded).toBe(2);
  expect(embedder.inputs.join('\n')).not.toMatch(/base64|[A-Za-z0-9+/]{40}/);
  expect(rows(db, 'SELECT text, start_line FROM passage ORDER BY id')).toEqual([
    { text: '# Pond', start_line: 1 },
    { text: 'The heron stood at the edge.', start_line: 5 },
  ]);
});

it('a file of nothing else is skipped, said so by every run, and its former text goes', async () => {
  const root = temporary({ 'a.md': 'The heron.\n', 'b.md': 'Tea.\n' });
  await runIndex(db, embedder, [root]);
  plant(root, { 'a.md': `![](${picture})\n` });
  const skip = { path: 'a.md', reason: 'binary', detail: 'nothing but encoded data' };
  for (const removed of [1, 0]) {
    const summary = await runIndex(db, embedder, [root]);
    expect(summary.skipped).toMatchObject([skip]);
    expect(summary.documents).toMatchObject({ added: 0, updated: 0, removed });
    expect(rows(db, 'SELECT text FROM passage')).toEqual([{ text: 'Tea.' }]);
  }
  plant(root, { 'a.md': 'The heron again.\n' });
  expect((await runIndex(db, embedder, [root])).skipped).toEqual([]);
  expect(rows(db, 'SELECT path FROM passage ORDER BY path')).toHaveLength(2);
});

it('an empty file, or one of front matter, is none', async () => {
  const files = { 'a.md': '', 'b.md': ' \n', 'c.md': '---\n---\n', 'd.md': '---\ntitle: T\n---\n' };
  const summary = await runIndex(db, embedder, [temporary(files)]);
  expect(summary.skipped).toEqual([]);
  expect(summary.documents.added).toBe(4);
});

it('a passage that a model finds too long keeps all of its text when it is cut further', () => {
  // An address is text; half of it would be taken for data.
  const text = `https://example.org/?token=${randomBytes(300).toString('base64url')}`;
  const content = {
    ...{ text, hash: Buffer.alloc(32), encoding: 'utf-8' },
    ...{ size: 1, mtimeNs: 1n, observedAtNs: 1n },
  };
  const place = { sourceId: 1, path: 'a.md', format: 'text' as const };
  const chunking = { chunkSize: 4000, chunkOverlap: 0, chunker: '1' };
  const asked = { chunkSize: 4000, chunkOverlap: 0 };
  const whole = toDocument(content, place, { ...chunking, asked });
  const [first] = whole.chunks;
  expect(first?.text).toBe(text);
  const half = { ...first, text: text.slice(40), startOffset: 40 } as NonNullable<typeof first>;
  const document = { ...whole, chunks: [withInputHash(half)] };
  const cut = cutFurther(document, document.chunks[0]?.inputHash ?? Buffer.alloc(0));
  expect(cut?.chunks.map((chunk) => chunk.text).join('')).toBe(text.slice(40));
});
