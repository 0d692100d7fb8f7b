import { describe, expect, it } from 'vitest';
import { splitPlace } from '../../../src/cli/places.ts';

describe('a place', () => {
  it.each([
    ['guide.md', 'guide.md', null],
    ['guide.md:42', 'guide.md', { start: 42, end: 42 }],
    ['docs/ガイド.md:40-60', 'docs/ガイド.md', { start: 40, end: 60 }],
    ['10:30.md', '10:30.md', null],
    ['a:1:2', 'a:1', { start: 2, end: 2 }],
    ['a.md:0', 'a.md:0', null],
    ['a.md:1-', 'a.md:1-', null],
    [':3', ':3', null],
  ])('%s', (typed, path, lines) => {
    expect(splitPlace(typed)).toEqual({ path, lines });
  });
});
