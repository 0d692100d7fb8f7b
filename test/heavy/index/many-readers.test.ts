/** The short form of `npm run torture -- readers`: several processes search while another one writes. */
import { expect, it } from 'vitest';
import { runReaders } from '../torture/readers.ts';

const { pageText, versionOf } = (await import(
  new URL('../torture/page-text.mjs', import.meta.url).href
)) as {
  pageText: (name: string, version: number) => string;
  versionOf: (passage: object) => { name: string; version: number } | null;
};

/** The first run of the writer, one that optimizes, one that rebuilds, and one after it. */
const RUNS = 6;

it('readers beside a writer that indexes, rebuilds and optimizes see whole versions and no error', async () => {
  const figures = await runReaders({ seed: 7, readers: 3, isEnough: (runs) => runs >= RUNS });
  expect(figures.faults).toEqual([]);
  expect(figures.runs).toEqual({ index: 4, optimize: 1, rebuild: 1 });
  expect(figures.fewest).toBeGreaterThan(6);
  expect(figures.versions).toBeGreaterThan(10);
});

it('a mixture of two versions, or another line, is told from a passage of one', () => {
  const [old, fresh] = [pageText('page-1', 4), pageText('page-1', 6)];
  const part = (text: string, from: number, to: number) => ({
    ...{ text: text.slice(from, to), startOffset: from, endOffset: to },
    startLine: text.slice(0, from).split('\n').length,
    endLine: text.slice(0, to - 1).split('\n').length,
  });
  const whole = part(fresh, 0, fresh.length);
  expect(versionOf(whole)).toEqual({ name: 'page-1', version: 6 });
  const half = Math.floor(fresh.length / 2);
  const mixture = fresh.slice(0, half) + old.slice(half, fresh.length);
  expect(mixture).not.toBe(fresh);
  expect(versionOf({ ...whole, text: mixture })).toBeNull();
  expect(versionOf({ ...whole, endLine: whole.endLine + 1 })).toBeNull();
});
