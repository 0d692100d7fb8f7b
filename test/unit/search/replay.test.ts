/** The server that replays a model, over a few vectors that are made here. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ollama, openCorpus } from '../../../src/index.ts';
import { readVectors, startReplay } from '../../helpers/stand-in/replay.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();

/** 1, 0, −1 and .5 in float16. */
const HALVES = [0x3c00, 0, 0xbc00, 0x3800];

function kept(texts: readonly string[]): string {
  const folder = temporary({
    'notes/a.md': 'Rust never sleeps.\n',
    'notes/b.md': 'Tea at five.\n',
  });
  const key = (text: string): string => createHash('sha256').update(text).digest('hex');
  writeFileSync(join(folder, 'keys.txt'), `${texts.map(key).join('\n')}\n`);
  const rows = texts.map((_, i) => HALVES.map((_, j) => HALVES[(i + j) % 4] ?? 0));
  writeFileSync(join(folder, 'vectors.f16'), Uint16Array.from(rows.flat()));
  return folder;
}

it('reads float16, and makes the length 1', () => {
  const [vector] = readVectors(kept(['x'])).values();
  expect([...(vector ?? [])].map((value) => value.toFixed(4))).toEqual([
    ...['0.6667', '0.0000', '-0.6667', '0.3333'],
  ]);
});

it('answers what is kept, with the prompts of the model, and refuses anything else by name', async () => {
  const texts = ['passage: Rust never sleeps.', 'passage: Tea at five.', 'query: rust'];
  const folder = kept(texts);
  const server = await startReplay(folder, 'multilingual-e5-small');
  onTestFinished(() => server.close());
  const embedder = ollama({ endpoint: server.url, model: 'multilingual-e5-small' });
  const corpus = await openCorpus(':memory:', { embedder });
  onTestFinished(() => corpus.close());
  await corpus.index([join(folder, 'notes')]);
  expect(server.unknown).toEqual([]);
  expect((await corpus.search('rust')).hits[0]?.path).toBe('a.md');
  await expect(corpus.search('iron')).rejects.toMatchObject({ kind: 'server' });
  expect(server.unknown).toEqual(['query: iron']);
});
