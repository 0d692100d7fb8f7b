/** Why nothing was found is told as data: the option that took the last hits, the phrase, or the words. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Corpus, openCorpus } from '../../../src/index.ts';
import { countingEmbedder } from '../../helpers/corpus.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const folderOf = temporaryFolders();
let corpus: Corpus;
let cwd: string;
beforeEach(async () => {
  cwd = folderOf();
  plant(cwd, {
    'a/one.md': '---\ntags: [sea]\n---\n# Harbour\n\nA lantern on the pier.\n',
    'b/two.md': '---\ntags: [land]\n---\n# Meadow\n\nGranite beside the willow.\n',
  });
  corpus = await openCorpus(':memory:', { embedder: countingEmbedder(), cwd });
  await corpus.index(['a', 'b']);
});
afterEach(() => corpus.close());

const option = (...options: readonly string[]) => ({
  because: 'options',
  options,
  together: false,
});

it('there are hits: there is no reason', async () => {
  expect((await corpus.search('lantern')).nothing).toBeNull();
});

it.each([
  ['paths', { paths: ['*.txt'] }, option('paths')],
  ['sources', { sources: ['b'] }, option('sources')],
  ['since', { since: Date.UTC(2100, 0) }, option('since')],
  ['until', { until: Date.UTC(1980, 0) }, option('until')],
  ['where', { where: ['tags=air'] }, option('where')],
  ['one of two', { where: ['tags=sea'], paths: ['*.txt'] }, option('paths')],
  ['either of two', { where: ['tags=sea'], sources: ['b'] }, option('sources', 'where')],
  [
    'two together',
    { paths: ['*.txt'], where: ['tags=air'] },
    { because: 'options', options: ['paths', 'where'], together: true },
  ],
] as const)('the filter that took the last hits: %s', async (name, filters, nothing) => {
  const query = name === 'either of two' ? 'lantern granite' : 'lantern';
  const lexical = await corpus.search(query, { mode: 'lexical', ...filters });
  expect(lexical).toMatchObject({ hits: [], nothing });
});

it('in every mode, by a passage and by a vector', async () => {
  const paths = ['*.txt'];
  for (const mode of ['semantic', 'hybrid'] as const) {
    expect((await corpus.search('lantern', { mode, paths })).nothing).toEqual(option('paths'));
  }
  expect((await corpus.like({ path: 'a/one.md' }, { paths })).nothing).toEqual(option('paths'));
  const vector = new Float32Array(32).fill(1);
  expect((await corpus.searchVector(vector, { paths })).nothing).toEqual(option('paths'));
});

it('a least similarity that nothing has', async () => {
  const { nothing } = await corpus.search('lantern', { minSimilarity: 0.999 });
  expect(nothing).toEqual(option('minSimilarity'));
});

it('words that are nowhere, phrases that are not, and both behind a filter', async () => {
  const mode = 'lexical';
  expect((await corpus.search('zeppelin', { mode })).nothing).toEqual({ because: 'words' });
  expect((await corpus.search('"pier lantern"', { mode })).nothing).toEqual({
    because: 'phrases',
  });
  expect((await corpus.search('zeppelin', { mode, sources: ['a'] })).nothing).toEqual({
    because: 'words',
  });
  expect((await corpus.search('"pier lantern"', { mode, sources: ['a'] })).nothing).toEqual({
    because: 'phrases',
  });
});

it.each([
  ['lexical', '+zeppelin lantern', 'signs'],
  ['lexical', 'lantern -pier', 'signs'],
  ['lexical', 'lantern -"on the pier"', 'signs'],
  ['lexical', 'zeppelin -pier', 'words'],
  ['lexical', '+zeppelin', 'words'],
  ['lexical', '"pier lantern" -pier', 'phrases'],
  ['lexical', '"pier lantern" +pier', 'phrases'],
  ['hybrid', '+zeppelin lantern', 'signs'],
  ['hybrid', 'lantern -pier -granite', 'signs'],
  ['semantic', '+zeppelin lantern', 'signs'],
  ['semantic', 'lantern -pier -granite', 'signs'],
] as const)('signs in front of words, %s: %s', async (mode, query, because) => {
  expect(await corpus.search(query, { mode })).toMatchObject({ hits: [], nothing: { because } });
});

it('a filter is blamed only for what signs have left', async () => {
  const sources = ['a'];
  for (const mode of ['lexical', 'hybrid', 'semantic'] as const) {
    const without = await corpus.search('+zeppelin lantern', { mode, sources });
    expect(without.nothing).toEqual({ because: 'signs' });
    const elsewhere = await corpus.search('+granite lantern', { mode, sources });
    expect(elsewhere.nothing).toEqual(option('sources'));
  }
});

it('the only passage has none like it, and a corpus may have no documents', async () => {
  await corpus.remove('b');
  expect((await corpus.like({ path: join('a', 'one.md') })).nothing).toEqual({
    because: 'nothing-alike',
  });
  await corpus.remove('a');
  expect((await corpus.search('lantern')).nothing).toEqual({ because: 'no-documents' });
});
