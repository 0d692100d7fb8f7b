/**
 * A corpus that came with a checkout may name any folder of the machine as its source. A run that names
 * none reads outside only what was named here before, for just this file.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  countingEmbedder,
  logicalDump,
  runIndex,
  sampleDocument,
  value,
} from '../../helpers/corpus.ts';
import { createSandbox, type Sandbox } from '../../helpers/sandbox.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
let outside: string;
let project: string;
let corpus: string;

beforeEach(async () => {
  outside = temporary({ 'secret.md': '# SECRET\n' });
  project = temporary({ 'docs/a.md': sampleDocument(1) });
  mkdirSync(join(project, '.umekomi'));
  corpus = join(project, '.umekomi', 'corpus.db');
  await runIndex(corpus, countingEmbedder(), [join(project, 'docs'), outside]);
});

/** The project as someone else gets it. */
function checkout(): string {
  const clone = temporary({ 'docs/a.md': sampleDocument(1) });
  mkdirSync(join(clone, '.umekomi'));
  copyFileSync(corpus, join(clone, '.umekomi', 'corpus.db'));
  return join(clone, '.umekomi', 'corpus.db');
}

describe('a source outside the folder of the corpus', () => {
  it('that was named once is read again without a name, also after the file was written anew', async () => {
    plant(outside, { 'secret.md': '# SECRET, changed\n' });
    const { documents, unconfirmed } = await runIndex(corpus, countingEmbedder());
    expect({ updated: documents.updated, unconfirmed }).toEqual({ updated: 1, unconfirmed: [] });
  });

  it('of a file that came from elsewhere is not read, and what is stored of it is kept', async () => {
    const copy = checkout();
    const before = logicalDump(copy);
    plant(outside, { 'secret.md': '# SECRET, changed\n', 'more.md': '# SECRET, more\n' });
    const embedder = countingEmbedder();
    const summary = await runIndex(copy, embedder);
    expect(summary).toMatchObject({ unconfirmed: [outside], unobserved: [outside] });
    expect(embedder.inputs.join()).not.toContain('SECRET');
    expect(logicalDump(copy)['documents']).toHaveLength(before['documents']?.length ?? 0);
    expect(value(copy, "SELECT count(*) FROM passage WHERE text LIKE '%changed%'")).toBe(0);
  });

  it('is read when it is named, and from then on', async () => {
    const copy = checkout();
    plant(outside, { 'secret.md': '# SECRET, changed\n' });
    expect((await runIndex(copy, countingEmbedder(), [outside])).documents.updated).toBe(1);
    plant(outside, { 'secret.md': '# SECRET, changed twice\n' });
    const { documents, unconfirmed } = await runIndex(copy, countingEmbedder());
    expect({ updated: documents.updated, unconfirmed }).toEqual({ updated: 1, unconfirmed: [] });
  });

  it('naming a part of it confirms that part only', async () => {
    plant(outside, { 'part/b.md': '# Part\n' });
    const copy = checkout();
    const summary = await runIndex(copy, countingEmbedder(), [join(outside, 'part')]);
    expect(summary).toMatchObject({ documents: { added: 1 }, unconfirmed: [] });
    expect((await runIndex(copy, countingEmbedder())).unconfirmed).toEqual([outside]);
  });

  it('is not told to be confirmed by what the file itself says', async () => {
    const copy = checkout();
    const kept = value(copy, "SELECT value FROM meta WHERE key = 'confirmed_sources'");
    expect(JSON.parse(String(kept)).paths).toEqual([outside]);
    expect((await runIndex(copy, countingEmbedder())).unconfirmed).toEqual([outside]);
  });
});

describe('the command line', () => {
  let box: Sandbox;
  beforeEach(() => {
    box = createSandbox();
  });
  afterEach(() => box.remove());

  it('says which sources it has left out, and how to bring them in', async () => {
    box.write('far/notes.md', '# Notes\n');
    box.write('project/docs/a.md', '# A\n');
    const far = join(box.folder, 'far');
    const db = ['--db', 'project/corpus.db'];
    const first = await box.umekomi(['index', 'project/docs', 'far', '--model', 'builtin', ...db]);
    expect(first.code).toBe(0);
    copyFileSync(join(box.folder, 'project/corpus.db'), join(box.folder, 'project/copy.db'));
    const copy = ['--db', 'project/copy.db'];
    const { code, stderr } = await box.umekomi(['index', ...copy]);
    expect(code).toBe(4);
    expect(stderr).toContain(`name each once: umekomi index <path>\n  ${far}\n`);
    expect((await box.umekomi(['index', 'far', ...copy])).code).toBe(0);
    expect((await box.umekomi(['index', ...copy])).code).toBe(0);
  });
});
