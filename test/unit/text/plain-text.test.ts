/** Markdown as people read it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainLines, textLines } from '../../../src/text/plain-text.ts';

function plain(...lines: readonly string[]): string[] {
  return plainLines(lines.join('\n')).map(({ text }) => text);
}

describe('inline markup is taken out', () => {
  it.each([
    ['**bold** and _slanted_, ***both***, ~~old~~', 'bold and slanted, both, old'],
    ['これは**重要**です。**「引用」**も。', 'これは重要です。「引用」も。'],
    ['`code *as it is*` and `` a ` in it ``', 'code *as it is* and a ` in it'],
    ['a [link](https://example.org/a(b)c "title") here', 'a link here'],
    ['[**設定**](./settings.md)を見る', '設定を見る'],
    ['![a picture](data:image/png;base64,AAAA)', 'a picture'],
    ['[![badge](https://b.example/x.svg)](https://b.example)', 'badge'],
    ['[text][ref] and [ref]', 'text and [ref]'],
    ['[[page]] and [[page|shown]]', 'page and shown'],
    ['a note[^1] there', 'a note there'],
    ['<https://example.org> and <mail@example.org>', 'https://example.org and mail@example.org'],
    ['<span class="x">in</span> a tag, H<sub>2</sub>O', 'in a tag, H2O'],
    ['one<br>two<br/>three', 'one two three'],
    ['a &amp; b &lt;c&gt; &unknown;', 'a & b <c> &unknown;'],
    ['\\*not slanted\\*, \\[no link\\](x)', '*not slanted*, [no link](x)'],
    ['title {/*title*/}', 'title'],
    ['before <!-- hidden --> after', 'before after'],
  ])('%s', (source, expected) => {
    expect(plain(source)).toEqual([expected]);
  });
});

describe('what is no markup stays', () => {
  it.each([
    'snake_case_name and __init__.py',
    'SNAKE_CASE and a_b_c',
    '2*3*4 = 24, 2 * 3',
    'a < b and c > d',
    'f(x)[0] and list[i]',
    '- a bullet',
    '* a bullet',
    '1. a number',
    '- [ ] to do',
    '~/notes and ~5',
    'an open ` mark',
    'an open ** mark',
    '#hashtag',
    'C# and F#',
    'Tom & Jerry',
    '{"a": 1}',
    'a | b',
    '100%!',
  ])('%s', (source) => {
    expect(plain(source)).toEqual([source]);
  });
});

describe('blocks', () => {
  it('headings lose their marks, and are told', () => {
    const lines = plainLines('# One #\n\nTwo\n===\n\n## 三 {#three}\n\nText\n');
    expect(lines).toEqual([
      { text: 'One', line: 0, isHeading: true },
      { text: 'Two', line: 2, isHeading: true },
      { text: '三', line: 5, isHeading: true },
      { text: 'Text', line: 7, isHeading: false },
    ]);
  });

  it('tables lose pipes and rules', () => {
    expect(
      plain('| Port | Use |', '|:-----|-----|', '| 80 | **web** |', '| 1 \\| 2 | x |'),
    ).toEqual(['Port  Use', '80  web', '1 | 2  x']);
    expect(plain('a | b', '--|--', '1 | 2', '', 'x | y')).toEqual(['a  b', '1  2', 'x | y']);
  });

  it('code stays as it is, without its fences', () => {
    expect(plain('```js', 'const a = b*c*d;', '  // **x**', '```', '**text**')).toEqual([
      'const a = b*c*d;',
      '  // **x**',
      'text',
    ]);
    expect(plain('~~~', '```', 'x', '```', '~~~')).toEqual(['```', 'x', '```']);
  });

  it('a passage that begins inside a code block is seen as one', () => {
    expect(plain('a_b = *c*', '```', '', 'then **text**')).toEqual(['a_b = *c*', 'then text']);
    expect(plain('text **b**', '', '```', 'a_b = *c*')).toEqual(['text b', 'a_b = *c*']);
  });

  it('quotes, breaks, definitions and comments over lines go', () => {
    expect(plain('> quoted', '> > twice', '***', '[ref]: http://x', '[^1]: note')).toEqual([
      'quoted',
      'twice',
      'note',
    ]);
    expect(plain('a', '<!-- one', '', 'two -->b', 'c')).toEqual(['a', 'b', 'c']);
    expect(plain('a <!-- without an end', 'b')).toEqual(['a <!-- without an end', 'b']);
  });

  it('links, emphasis and tags go on over line ends; lines keep their numbers', () => {
    expect(plainLines('a [link\ntext](x) **b\nc** <img\nsrc="x"> d\nlast')).toEqual([
      { text: 'a link', line: 0, isHeading: false },
      { text: 'text b', line: 1, isHeading: false },
      { text: 'c', line: 2, isHeading: false },
      { text: 'd', line: 3, isHeading: false },
      { text: 'last', line: 4, isHeading: false },
    ]);
  });

  it('every kind of line end ends a line', () => {
    const lines = plainLines('one\r\n\r\n**two**\rthree').map(({ text, line }) => [line, text]);
    expect(lines).toEqual([
      [0, 'one'],
      [2, 'two'],
      [3, 'three'],
    ]);
  });
});

describe('text without markup', () => {
  it('keeps its signs and loses blank lines', () => {
    expect(textLines('  *a*\n\n# b\n')).toEqual([
      { text: '*a*', line: 0, isHeading: false },
      { text: '# b', line: 2, isHeading: false },
    ]);
  });
});

describe('any text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '*',
      '**',
      '_',
      '`',
      '```',
      '~~~',
      '[',
      '](',
      ')',
      '![',
      '<',
      '>',
      '<!--',
      '-->',
    ),
    fc.constantFrom(
      '|',
      '|-|',
      '# ',
      '===',
      '\n',
      '\n\n',
      '\r\n',
      '\\',
      '&amp;',
      '{/*',
      '*/}',
      '[[',
    ),
    fc.constantFrom('word', '設定', '👨‍👩‍👧', 'か\u3099', ' '),
    fc.string({ unit: 'binary', maxLength: 3 }),
  );
  const document = fc.array(piece, { maxLength: 60 }).map((parts) => parts.join(''));

  it('keeps its words, in their order and on their lines', () => {
    fc.assert(
      fc.property(document, (source) => {
        const count = source.split(/\r\n?|\n/).length;
        let before = -1;
        for (const { text, line } of plainLines(source)) {
          expect(text).not.toMatch(/[\r\n]/);
          expect(text.trim()).not.toBe('');
          expect(line).toBeGreaterThan(before);
          before = line;
        }
        expect(before).toBeLessThan(count);
      }),
    );
  });

  it.each([
    ...['[', '![', '](', '[a](', '[[', '[^', '`', '`a``b```c', '<a ', '<', '*a ', '**', '_', '\\'],
    ...[
      '{/*',
      '&',
      '|',
      '|-',
      '> ',
      '# ',
      '#',
      '<!--',
      '~~~\n',
      '```\n',
      '=\n',
      '- ',
      ' ',
      '\u0301',
    ],
  ])('is read at once, however often it says %j', (sign) => {
    // Quadratic time would be minutes.
    const source = `x${sign.repeat(Math.ceil(200_000 / sign.length))}x`;
    expect(plainLines(source).length).toBeGreaterThanOrEqual(0);
  });
});
