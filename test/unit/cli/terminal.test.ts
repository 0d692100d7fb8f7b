import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  colorsFor,
  printable,
  printableName,
  quotedName,
  toJson,
  widthOf,
} from '../../../src/cli/terminal.ts';
import { createWorld } from '../../helpers/world.ts';

/** Everything that moves a cursor, begins an escape sequence or turns text around. */
const DANGEROUS =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\u001b[2J', '\u009b31m', '\u202egnp.exe', 'a\r\nb', 'x\rY', '\u2066', '\u0007'),
);

describe('escape sequences from indexed files never reach the terminal', () => {
  it('printable leaves line ends and tabs, and nothing dangerous', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(printable(text)).not.toMatch(DANGEROUS);
      }),
    );
    expect(printable('a\r\nb\tc\rd')).toBe('a\nb\tc\nd');
    expect(printable('\u001b[31mred')).toBe('\uFFFD[31mred');
    expect(printable('日本語 👨‍👩‍👧 ア\u3099')).toBe('日本語 👨‍👩‍👧 ア\u3099');
  });

  it('printableName stays on one line', () => {
    expect(printableName('a\nb\tc')).toBe('a\uFFFDb\uFFFDc');
  });

  it('toJson escapes them and means the same', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const json = toJson({ text });
        expect(json).not.toMatch(DANGEROUS);
        expect(json).not.toContain('\n');
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ text })));
      }),
    );
  });

  it('quotedName quotes as git does, and only where it must', () => {
    expect(quotedName('docs/議事録 1.md')).toBe('docs/議事録 1.md');
    expect(quotedName('a\nb')).toBe('"a\\nb"');
    expect(quotedName('a\u001bb')).toBe('"a\\033b"');
    expect(quotedName('\u202egnp')).toBe('"\\342\\200\\256gnp"');
    expect(quotedName('say "x" \\')).toBe('"say \\"x\\" \\\\"');
    expect(quotedName('C:\\docs\\a.md')).toBe('C:\\docs\\a.md');
    fc.assert(
      fc.property(anyText, (name) => {
        expect(quotedName(name)).not.toMatch(DANGEROUS);
        expect(quotedName(name)).not.toMatch(/[\n\t]/);
      }),
    );
  });
});

describe('colours', () => {
  const isColored = (env: Record<string, string>, columns?: number): boolean =>
    colorsFor(createWorld(columns === undefined ? {} : { columns }).stdout, env).isColorSupported;

  it('are for terminals, unless NO_COLOR or a dumb one', () => {
    expect(isColored({}, 80)).toBe(true);
    expect(isColored({})).toBe(false);
    expect(isColored({ NO_COLOR: '1' }, 80)).toBe(false);
    expect(isColored({ NO_COLOR: '' }, 80)).toBe(true);
    expect(isColored({ TERM: 'dumb' }, 80)).toBe(false);
  });

  it('are forced by FORCE_COLOR, or forbidden with 0', () => {
    expect(isColored({ FORCE_COLOR: '1' })).toBe(true);
    expect(isColored({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(true);
    expect(isColored({ FORCE_COLOR: '0' }, 80)).toBe(false);
    expect(isColored({ FORCE_COLOR: '' })).toBe(false);
  });
});

describe('widthOf', () => {
  it('is the terminal’s, and 80 without one', () => {
    expect(widthOf(createWorld({ columns: 40 }).stdout)).toBe(40);
    expect(widthOf(createWorld({ columns: 0 }).stdout)).toBe(80);
    expect(widthOf(createWorld().stdout)).toBe(80);
  });
});
