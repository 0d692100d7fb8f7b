/** Changing the model of a corpus: beside the old vectors, resumable, swapped at once. */
import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Corpus, type Embedder, ollama, openCorpus } from '../../../src/index.ts';
import { findBroken, rows } from '../../helpers/corpus.ts';
import { tooLong } from '../../helpers/stand-in/faults.ts';
import { hashingVector } from '../../helpers/stand-in/hashing-vector.ts';
import { EMBEDDING_MODEL } from '../../helpers/stand-in/models.ts';
import { type StandIn, startStandIn } from '../../helpers/stand-in/server.ts';

const OTHER = { name: 'ruri-v3-310m:latest', dimensions: 24, contextTokens: 8192 };
const PARAGRAPHS = 40;

let folder: string;
let server: StandIn;
/** Mixed into every text before it is hashed: another salt is another model behind the same name. */
let salt = '';
const opened: Corpus[] = [];

async function open(model: string | Embedder): Promise<Corpus> {
  const embedder =
    typeof model === 'string' ? ollama({ endpoint: server.url, model, retries: 0 }) : model;
  const corpus = await openCorpus(join(folder, 'corpus.db'), { embedder, cwd: folder });
  opened.push(corpus);
  return corpus;
}

/** Texts asked for, without probes. */
function inputs(): readonly string[] {
  return server
    .embedRequests()
    .flatMap((request) => request.inputs)
    .filter((text) => !text.endsWith('umekomi'));
}

function spaces(): readonly { model: string; active: number; vectors: number }[] {
  const db = new Database(join(folder, 'corpus.db'), { readonly: true });
  const rows = db
    .prepare<[], { model: string; active: number; vectors: number }>(
      `SELECT model, active, (SELECT count(*) FROM embedding WHERE space_id = space.id) AS vectors
       FROM space ORDER BY id`,
    )
    .all();
  db.close();
  return rows;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'umekomi-rebuild-'));
  for (let i = 0; i < PARAGRAPHS; i++) {
    writeFileSync(join(folder, `n${i}.md`), `# Note ${i}\n\nWords about subject ${i * 7919}.\n`);
  }
  salt = '';
  server = await startStandIn({
    models: [EMBEDDING_MODEL, OTHER],
    vector: (text, dimensions) => hashingVector(salt + text, dimensions),
  });
});

afterEach(async () => {
  for (const corpus of opened.splice(0)) await corpus.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

describe('another model', () => {
  it('is refused without `rebuild`, and nothing is embedded or written', async () => {
    await (await open('bge-m3')).index(['.']);
    server.forgetRequests();
    const other = await open('ruri-v3-310m');
    await expect(other.index()).rejects.toMatchObject({
      code: 'SPACE_MISMATCH',
      remedy: { code: 'rebuild' },
    });
    await expect(other.search('words')).rejects.toMatchObject({ code: 'SPACE_MISMATCH' });
    expect(inputs()).toEqual([]);
    expect(spaces()).toHaveLength(1);
  });

  it('replaces the old one: every stored input once, then the old vectors are gone', async () => {
    await (await open('bge-m3')).index(['.']);
    server.forgetRequests();
    const corpus = await open('ruri-v3-310m');
    const summary = await corpus.index([], { rebuild: true });
    expect(inputs()).toHaveLength(PARAGRAPHS);
    expect(summary.inputs).toMatchObject({ embedded: PARAGRAPHS, reused: 0, failed: 0 });
    expect(summary.documents).toMatchObject({ unchanged: PARAGRAPHS, updated: 0 });
    expect(spaces()).toEqual([{ model: OTHER.name, active: 1, vectors: PARAGRAPHS }]);
    // The prompts are the new model's.
    expect(inputs().every((text) => text.startsWith('検索文書: '))).toBe(true);
    expect((await corpus.search('Words about subject 7919')).hits.length).toBe(10);
    expect(inputs().at(-1)).toBe('検索クエリ: Words about subject 7919');
  });

  it('leaves searches on the old vectors until it is done, and resumes after an end', async () => {
    const old = await open('bge-m3');
    await old.index(['.']);
    const before = await old.search('subject 15838');
    server.forgetRequests();
    server.fault({
      do: { kind: 'answer', status: 401, body: { error: 'unauthorized' } },
      text: (text) => text.includes('Note 9'),
    });
    const limits = { rebuild: true, batchSize: 10, concurrency: 1 };
    await expect((await open('ruri-v3-310m')).index([], limits)).rejects.toMatchObject({
      code: 'ENDPOINT_UNAUTHORIZED',
    });
    expect(await old.search('subject 15838')).toEqual(before);
    const kept = spaces()[1]?.vectors ?? 0;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(PARAGRAPHS);
    server.clearFaults();
    server.forgetRequests();
    await (await open('ruri-v3-310m')).index([], limits);
    expect(inputs()).toHaveLength(PARAGRAPHS - kept);
    expect(spaces()).toEqual([{ model: OTHER.name, active: 1, vectors: PARAGRAPHS }]);
  });

  it('takes an edit that was made in between along, without embedding the old text', async () => {
    await (await open('bge-m3')).index(['.']);
    writeFileSync(join(folder, 'n0.md'), '# Note 0\n\nAn entirely new sentence.\n');
    server.forgetRequests();
    await (await open('ruri-v3-310m')).index([], { rebuild: true });
    expect(inputs()).toHaveLength(PARAGRAPHS);
    expect(inputs().some((text) => text.includes('subject 0.'))).toBe(false);
  });
});

describe('the swap of a rebuild', () => {
  /** Files that were touched, renamed, edited, deleted and added since the last run. */
  async function changeEverything(): Promise<void> {
    await (await open('bge-m3')).index(['.']);
    const note = (i: number): string => join(folder, `n${i}.md`);
    for (let i = 0; i < 10; i++) utimesSync(note(i), 1_700_000_000 + i, 1_700_000_000 + i);
    for (let i = 10; i < 15; i++) renameSync(note(i), join(folder, `moved-${i}.md`));
    for (let i = 15; i < 20; i++) writeFileSync(note(i), `# Note ${i}\n\nOther words ${i}.\n`);
    for (let i = 20; i < 25; i++) rmSync(note(i));
    writeFileSync(join(folder, 'new.md'), '# New\n\nA new page.\n');
  }

  it('leaves no passage without a vector at any moment, however files have changed before it', async () => {
    await changeEverything();
    server.forgetRequests();
    const states = new Set<string>();
    const summary = await (await open('ruri-v3-310m')).index([], {
      rebuild: true,
      batchSize: 4,
      onProgress: ({ phase }) => {
        expect(findBroken(join(folder, 'corpus.db')), phase).toEqual([]);
        states.add(spaces().find(({ active }) => active === 1)?.model ?? '');
      },
    });
    expect([...states], 'it was looked at before and after').toEqual(['bge-m3:latest', OTHER.name]);
    expect(inputs(), 'and nothing is embedded for what is gone').toHaveLength(PARAGRAPHS - 5 + 1);
    expect(new Set(inputs()).size).toBe(PARAGRAPHS - 5 + 1);
    expect(summary.documents).toMatchObject({ added: 1, updated: 5, moved: 5, removed: 5 });
    expect(summary.documents.unchanged).toBe(PARAGRAPHS - 15);
  });

  it('shows the documents as they were until it is done, and as they are then', async () => {
    await changeEverything();
    const paths = (): Record<string, readonly string[]> =>
      Object.fromEntries(
        spaces().map(({ model, active }) => [
          `${model} ${active}`,
          rows(join(folder, 'corpus.db'), 'SELECT path, text FROM passage ORDER BY path').map(
            ({ path, text }) => `${String(path)}: ${String(text)}`,
          ),
        ]),
      );
    const old = paths()['bge-m3:latest 1'];
    const seen: (readonly string[] | undefined)[] = [];
    await (await open('ruri-v3-310m')).index([], {
      rebuild: true,
      onProgress: () => {
        const now = paths();
        if ('bge-m3:latest 1' in now) expect(now['bge-m3:latest 1']).toEqual(old);
        else seen.push(now[`${OTHER.name} 1`]);
      },
    });
    const first = (seen[0] ?? []).map((line) => line.replace(/^(moved-|n)(1[0-4])/, '$2')).sort();
    const last = (paths()[`${OTHER.name} 1`] ?? [])
      .map((line) => line.replace(/^(moved-|n)(1[0-4])/, '$2'))
      .sort();
    // Only names of files that were moved follow after the swap.
    expect(first).toEqual(last);
    expect(first).not.toEqual(old);
  });
});

describe('a reader that was opened before a rebuild', () => {
  async function openReader(onQuery: () => Promise<unknown> = async () => {}): Promise<Corpus> {
    const corpus = await openCorpus(join(folder, 'corpus.db'), {
      readOnly: true,
      embedder: (space) => {
        const embedder = ollama({ endpoint: server.url, model: space?.model });
        const { embedQuery } = embedder;
        return {
          ...embedder,
          embedQuery: async (text, options) => {
            const vector = await embedQuery(text, options);
            await onQuery();
            return vector;
          },
        };
      },
    });
    opened.push(corpus);
    return corpus;
  }

  it('goes on with the new model, which it asks for by the new space', async () => {
    await (await open('bge-m3')).index(['.']);
    const reader = await openReader();
    expect((await reader.search('subject 7919')).hits).toHaveLength(10);
    await (await open('ruri-v3-310m')).index([], { rebuild: true });
    expect((await reader.search('subject 7919')).hits).toHaveLength(10);
    expect(inputs().at(-1)).toBe('検索クエリ: subject 7919');
  });

  it('asks again if the spaces are swapped while its query is embedded', async () => {
    await (await open('bge-m3')).index(['.']);
    let isFirst = true;
    const reader = await openReader(async () => {
      if (isFirst) await (await open('ruri-v3-310m')).index([], { rebuild: true });
      isFirst = false;
    });
    expect((await reader.search('subject 7919')).hits).toHaveLength(10);
    expect(inputs().at(-1)).toBe('検索クエリ: subject 7919');
  });

  it('with one embedder for good hears that the corpus is of another model', async () => {
    await (await open('bge-m3')).index(['.']);
    const reader = await open('bge-m3');
    await (await open('ruri-v3-310m')).index([], { rebuild: true });
    await expect(reader.search('subject')).rejects.toMatchObject({ code: 'SPACE_MISMATCH' });
  });
});

describe('another digest under the same name', () => {
  const repulled = { ...EMBEDDING_MODEL, digest: 'f'.repeat(64) };

  it('is adopted if 16 stored inputs come out the same, by the next run and by searches', async () => {
    await (await open('bge-m3')).index(['.']);
    server.setModels([repulled]);
    server.forgetRequests();
    expect((await (await open('bge-m3')).search('subject 7919')).hits.length).toBe(10);
    expect(inputs()).toHaveLength(17);
    server.forgetRequests();
    await (await open('bge-m3')).index();
    expect(inputs()).toHaveLength(16);
    server.forgetRequests();
    await (await open('bge-m3')).index();
    expect(inputs()).toEqual([]);
    expect(spaces()).toEqual([{ model: 'bge-m3:latest', active: 1, vectors: PARAGRAPHS }]);
  });

  it('A model re-pulled under the same name is another model: refused if its vectors differ', async () => {
    await (await open('bge-m3')).index(['.']);
    server.setModels([repulled]);
    salt = 'other weights ';
    const corpus = await open('bge-m3');
    await expect(corpus.index()).rejects.toMatchObject({ code: 'SPACE_MISMATCH' });
    await expect(corpus.search('subject')).rejects.toMatchObject({ code: 'SPACE_MISMATCH' });
    await (await open('bge-m3')).index([], { rebuild: true });
    expect(spaces()).toEqual([{ model: 'bge-m3:latest', active: 1, vectors: PARAGRAPHS }]);
    expect((await (await open('bge-m3')).search('subject')).hits.length).toBe(10);
  });
});

describe('a text that the model finds too long', () => {
  /** Refuses, as Ollama does, everything above a length that the estimate does not foresee. */
  const limit = 90;

  it('is cut further and stored as smaller chunks: its tail can be found', async () => {
    const sentences = Array.from({ length: 12 }, (_, i) => `Sentence number ${i} is here.`);
    writeFileSync(join(folder, 'long.txt'), `${sentences.join(' ')}\n`);
    server.fault(tooLong((text) => text.length > limit));
    const corpus = await open('bge-m3');
    const summary = await corpus.index(['.']);
    expect(summary.inputs.failed).toBe(0);
    expect(summary.failures).toEqual([]);
    const { hits } = await corpus.search('Sentence number 11 is here.', {
      paths: ['long.txt'],
      k: 50,
      mode: 'semantic',
    });
    expect(hits.length).toBeGreaterThan(3);
    expect(hits.every((hit) => hit.text.length <= limit)).toBe(true);
    expect(
      [...hits]
        .sort((a, b) => a.startOffset - b.startOffset)
        .map((hit) => hit.text)
        .join(' '),
    ).toBe(sentences.join(' '));
    // Settled: the next run asks for nothing.
    server.forgetRequests();
    await corpus.index();
    expect(inputs()).toEqual([]);
  });

  it('of a stored chunk is cut when it comes up, and one that cannot be cut is remembered', async () => {
    const sentences = ['One', 'Two', 'Three', 'Four', 'Five', 'Six'].map(
      (name) => `${name} sentence after the other. `,
    );
    writeFileSync(join(folder, 'long.txt'), `${sentences.join('')}\n`);
    writeFileSync(join(folder, 'word.txt'), '長');
    server.fault({ do: { kind: 'nan' }, text: (text) => text.length > limit || text === '長' });
    const corpus = await open('bge-m3');
    expect((await corpus.index(['.'])).inputs.failed).toBe(2);
    server.clearFaults();
    server.fault(tooLong((text) => text.length > limit || text === '長'));
    const summary = await corpus.index();
    expect(summary.failures).toMatchObject([{ path: 'word.txt', code: 'INPUT_TOO_LONG' }]);
    expect(
      (await corpus.search('sentence', { paths: ['long.txt'], mode: 'semantic' })).hits.length,
    ).toBeGreaterThan(1);
  });

  it('of a document that has changed is cut in its new version, not in the stored one', async () => {
    const long = 'One sentence after the other. '.repeat(4);
    const write = (tail: string): void =>
      writeFileSync(join(folder, 'long.md'), `# Long\n\n${long}\n\n# Tail\n\n${tail}\n`);
    write('The old end of this page, a sentence of its own.');
    server.fault({ do: { kind: 'nan' }, text: (text) => /One|old/.test(text) });
    expect(
      (await (await open('bge-m3')).index(['.'], { chunkSize: 32 })).inputs.failed,
    ).toBeGreaterThan(1);
    server.clearFaults();
    server.fault(tooLong((text) => text.includes('One') && text.length > 60));
    write('The new end of this page, a sentence of its own.');
    server.forgetRequests();
    const corpus = await open('bge-m3');
    expect((await corpus.index()).failures).toEqual([]);
    expect(inputs().join()).not.toContain('The old end');
    const { hits } = await corpus.search('end', { paths: ['long.md'], mode: 'semantic', k: 50 });
    expect(hits.map(({ text }) => text).join()).toContain('The new end');
    expect(hits.map(({ text }) => text).join()).not.toContain('The old end');
  });

  it('of the new model is cut in a rebuild, though its document has not changed', async () => {
    const sentences = Array.from({ length: 8 }, (_, i) => `Sentence number ${i} is here.`);
    writeFileSync(join(folder, 'long.txt'), `${sentences.join(' ')}\n`);
    await (await open('bge-m3')).index(['.']);
    server.fault(tooLong((text) => text.length > limit));
    const corpus = await open('ruri-v3-310m');
    const summary = await corpus.index(['.'], { rebuild: true });
    expect(summary.failures).toEqual([]);
    const { hits } = await corpus.search('Sentence number 7', {
      paths: ['long.txt'],
      k: 50,
      mode: 'semantic',
    });
    expect(
      [...hits]
        .sort((a, b) => a.startOffset - b.startOffset)
        .map((hit) => hit.text)
        .join(' '),
    ).toBe(sentences.join(' '));
  });
});
