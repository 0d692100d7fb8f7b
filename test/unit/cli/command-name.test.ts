import { describe, expect, it } from 'vitest';
import { isSearch } from '../../../src/cli/command-name.ts';

describe('isSearch', () => {
  it('is true for search and like, also behind flags of every command', () => {
    expect(isSearch(['search', 'index'])).toBe(true);
    expect(isSearch(['like', 'a.md'])).toBe(true);
    expect(isSearch(['--db', 'index', '--model', 'builtin', 'search', 'x'])).toBe(true);
  });

  it('is false for other commands, whatever stands behind them, and where it is unclear', () => {
    for (const args of [[], ['index', 'search'], ['--db', 'search'], ['-v', 'search'], ['help']]) {
      expect(isSearch(args)).toBe(false);
    }
  });
});
