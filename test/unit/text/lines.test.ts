import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapLines } from '../../../src/text/lines.ts';

describe('mapLines', () => {
  it('LF, CRLF and a lone CR each end one line', () => {
    const lines = mapLines('a\nb\r\nc\rd\r\r\ne');
    expect([0, 2, 5, 7, 8, 9, 10, 11].map(lines.lineAt)).toEqual([1, 2, 3, 4, 4, 5, 5, 6]);
    expect(lines.count).toBe(6);
    expect(lines.lineStart(10)).toBe(9);
  });

  it('other separators end no line', () => {
    expect(mapLines('a\u2028b\fc\u0085d\vx').count).toBe(1);
  });

  it('agrees with splitting, for any text', () => {
    const text = fc.array(fc.constantFrom('\r', '\n', 'a', '\r\n')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (value) => {
        expect(mapLines(value).count).toBe(value.split(/\r\n|\r|\n/).length);
      }),
    );
  });
});
