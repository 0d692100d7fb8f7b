import { describe, expect, it } from 'vitest';
import { isSearching } from '../../../src/cli/command-name.ts';

describe('isSearching', () => {
  it('is true for search and like, also behind flags of every command', () => {
    expect(isSearching(['search', 'index'])).toBe(true);
    expect(isSearching(['like', 'a.md'])).toBe(true);
    expect(isSearching(['--db', 'index', '--model', 'builtin', 'search', 'x'])).toBe(true);
  });

  it('is false for other commands, whatever stands behind them, and where it is unclear', () => {
    for (const args of [[], ['index', 'search'], ['--db', 'search'], ['-v', 'search'], ['help']]) {
      expect(isSearching(args)).toBe(false);
    }
  });
});
