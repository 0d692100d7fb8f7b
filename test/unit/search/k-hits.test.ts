/** k hits means k hits: whatever is folded, joined or left out, the lists go deeper until there are enough. */
import { beforeEach, describe, expect, it } from 'vitest';
import { builtin, openCorpus } from '../../../src/index.ts';
import type { Corpus } from '../../../src/service/corpus.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
let corpus: Corpus;
beforeEach(async () => {
  corpus = await openCorpus(':memory:', { embedder: builtin() });
  return () => corpus.close();
});

const MODES = ['hybrid', 'lexical', 'semantic'] as const;

describe('many equal texts', () => {
  it.each(MODES)('are one hit, and hide no other: %s', async (mode) => {
    const licence = 'Permission is granted to use this software, as the licence says.\n';
    const copies = Array.from({ length: 400 }, (_, i) => [`p${i}/LICENSE`, licence]);
    const notes = Array.from({ length: 4 }, (_, i) => [
      `note${i}.md`,
      `Note ${i} about the software licence of part ${i}.\n`,
    ]);
    const files = Object.fromEntries([...copies, ...notes].map(([n, t]) => [`${n}.txt`, `${t}`]));
    await corpus.index([temporary(files)]);
    const { hits } = await corpus.search('permission software licence', { mode, k: 10 });
    expect(hits).toHaveLength(5);
    expect(hits.find(({ text }) => text === licence.trim())?.otherPlaces).toHaveLength(399);
  });
});

describe('one document of many sections', () => {
  it.each(MODES)('leaves room for others with one hit a document: %s', async (mode) => {
    const sections = Array.from({ length: 1200 }, (_, i) => `## Valve ${i}\n\nThe valve ${i}.\n`);
    const files: Record<string, string> = { 'manual.md': sections.join('\n') };
    for (let i = 0; i < 4; i++) files[`n${i}.md`] = `Far away, among other things, valve v${i}.\n`;
    await corpus.index([temporary(files)], { chunkSize: 32 });
    const { hits } = await corpus.search('the valve', { mode, k: 5, perDocument: 1 });
    expect(new Set(hits.map(({ path }) => path)).size).toBe(5);
  });
});
