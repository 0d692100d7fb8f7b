import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { checkPatterns } from '../../../src/files/patterns.ts';
import { UsageError } from '../../../src/model/errors.ts';
import { compilePathFilter } from '../../../src/store/path-filter.ts';
import { hazardOf } from '../../../src/text/glob-cost.ts';

/** Each took from seconds to days with a name of 32 to 255 letters. */
const ENDLESS = [
  '*a*a*a*a*b',
  '*a*a*a*a*a*a*b',
  '?*?*?*?*?*b',
  'x/*a*a*a*a*b/y',
  '*a*a*a/*a*a*a/b',
  '**/a/**/a/**/b',
  '+(a|*a)b',
  '+(*)b',
  '+([ab]|a)b',
  '+(a|[a])b',
  '+({a,a})b',
  '+(a**)b',
  '+(a*)*(b*)c',
  '*(@(a|aa))b',
  `${'?(a)'.repeat(30)}b`,
  `${'{a,a}'.repeat(30)}b`,
  `${'(a|a)'.repeat(30)}b`,
  `${'{a,{a,{a,{a,a}}}}'.repeat(20)}`,
  'a'.repeat(5000),
];

const USUAL = [
  '**/*.md',
  '**/*.{md,mdx,markdown,txt,text,rst,adoc,org,html,tex,csv,log}',
  '**/{src,lib}/**/*.{ts,tsx,js,jsx}',
  'a{,b}/{c,d}{c,d}{c,d}{c,d}{c,d}{c,d}{c,d}{c,d}{c,d}{c,d}{c,d}{c,d}{c,d}{c,d}{c,d}{c,d}*',
  '*foo*bar*.txt',
  '*.*.*.md',
  'docs/*/*/*/*/*/*.md',
  '**/node_modules/**',
  '**/**/**/**/**/x',
  '20[0-9][0-9]-{01,02,03,04,05,06,07,08,09,10,11,12}/*',
  '@(a|b)/+(c|d)*.md',
  '!(draft)*.md',
  'notes \\(old\\)/\\*\\*\\*\\*\\*\\*\\*\\*',
  '日記/**/*月*日*.txt',
];

describe('a glob that could take for ever', () => {
  it.each(ENDLESS)('%.40s is refused as include, as exclude and as --path', (glob) => {
    expect(hazardOf(glob)).not.toBeNull();
    expect(() => checkPatterns([glob])).toThrow(UsageError);
    expect(() => compilePathFilter([glob])).toThrow(UsageError);
    expect(() => compilePathFilter([`!${glob}`])).toThrow(UsageError);
  });

  it('is not repeated as a whole in the message', () => {
    const long = 'a'.repeat(100_000);
    expect(() => checkPatterns([long])).toThrow(/^.{0,300}$/s);
  });
});

describe('a path that is on no disk', () => {
  it('matches no --path: only a corpus file made to be slow holds one', () => {
    const matches = compilePathFilter(['*a*a*a*b', '*']);
    expect(matches({ source: '/s', path: 'a'.repeat(255) })).toBe(true);
    expect(matches({ source: '/s', path: 'a'.repeat(100_000) })).toBe(false);
    expect(matches({ source: '/s', path: 'a/'.repeat(100_000) })).toBe(false);
  });
});

describe('a glob as people write it', () => {
  it.each(USUAL)('%s is taken', (glob) => {
    expect(hazardOf(glob)).toBeNull();
    expect(picomatch(glob)('a'.repeat(255))).toBeTypeOf('boolean');
  });
});
