import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../src/cli/config.ts';
import { type Flags, notBlank, readOptions, toFlag, toFlags } from '../../../src/cli/flags.ts';
import type { OptionSpecs } from '../../../src/model/option-spec.ts';
import {
  HIT_OPTIONS,
  INDEX_OPTIONS,
  SEARCH_OPTIONS,
  SERVER_OPTIONS,
} from '../../../src/model/options.ts';

function parse(specs: OptionSpecs, args: readonly string[]): Flags {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const option of toFlags(specs)) command.addOption(option);
  return command.parse(args, { from: 'user' }).opts();
}

const number = (name: keyof typeof NUMBERS, text: string): unknown =>
  toFlag(name, NUMBERS[name]).parseArg?.(text, undefined);
const { k, minSimilarity } = HIT_OPTIONS;
const { retries, timeout } = SERVER_OPTIONS;
const NUMBERS = { k, minSimilarity, retries, timeout };

describe('a flag of an option', () => {
  it('is spelt as people know it', () => {
    const spelt = (specs: OptionSpecs): string[] => toFlags(specs).map(({ flags }) => flags);
    expect(spelt(SEARCH_OPTIONS)).toEqual([
      ...['--mode <mode>', '-k <n>', '--per-document <n>', '--path <glob>', '--source <path>'],
      ...['--since <date>', '--until <date>', '--where <key=value>'],
      ...['--min-similarity <x>', '--exact', '--context <n>'],
    ]);
    expect(spelt(INDEX_OPTIONS)).toContain('--no-ignore');
    expect(spelt(SETTINGS)).toContain('--document-prefix <text>');
  });

  it('has the default and the range of its option', () => {
    const { chunkSize, ignoreFiles } = INDEX_OPTIONS;
    expect(toFlag('chunkSize', chunkSize).description).toBe(
      'most estimated tokens of a chunk (default: 256)',
    );
    expect(toFlag('ignoreFiles', ignoreFiles).description).toMatch(/^do not obey/);
    expect(number('k', '3')).toBe(3);
    for (const bad of ['abc', '', ' ', '0', '-1', '1.5', '1e3', '0x10', '99999999999999999999']) {
      expect(() => number('k', bad), bad).toThrow('whole number, at least 1');
    }
    expect(number('minSimilarity', '-.5')).toBe(-0.5);
    for (const bad of ['1.1', '-2', 'x', '1e-1', 'NaN']) {
      expect(() => number('minSimilarity', bad), bad).toThrow('number from -1 to 1');
    }
    expect(number('retries', '0')).toBe(0);
    expect(() => number('timeout', '0')).toThrow('number from 0.001');
  });

  it('that names something may not be empty, but a prefix may', () => {
    expect(notBlank('x')).toBe('x');
    expect(() => parse(SETTINGS, ['--model', ' '])).toThrow('empty');
    expect(parse(SETTINGS, ['--query-prefix', ''])).toMatchObject({ queryPrefix: '' });
  });
});

describe('options from flags', () => {
  it('are what was given, by their own names', () => {
    const flags = parse(SEARCH_OPTIONS, [
      ...['-k', '3', '--path', '*.md', '--path', '!x', '--source', 'a', '--context', '2'],
      ...['--mode', 'lexical', '--exact'],
    ]);
    expect(readOptions(flags, SEARCH_OPTIONS)).toEqual({
      ...{ k: 3, paths: ['*.md', '!x'], sources: ['a'], contextLines: 2 },
      ...{ mode: 'lexical', exact: true },
    });
  });

  it('are nothing where nothing was given: --no-ignore is not said by being left out', () => {
    expect(readOptions(parse(INDEX_OPTIONS, []), INDEX_OPTIONS)).toEqual({});
    expect(readOptions(parse(INDEX_OPTIONS, ['--no-ignore']), INDEX_OPTIONS)).toEqual({
      ignoreFiles: false,
    });
  });
});
