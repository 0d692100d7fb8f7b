/**
 * Inputs that are made to be slow: each is a text of about `n` UTF-16 units in one shape that has cost
 * some parser quadratic time or worse. Shared by the growth curve and by the short form in the tests.
 */

const fill = (piece, n) => piece.repeat(Math.ceil(n / piece.length)).slice(0, n);
const root = (n) => Math.ceil(Math.sqrt(n));

/** Shapes of Markdown and of plain text. */
export const TEXT_SHAPES = {
  'nested lists': (n) =>
    Array.from({ length: root(n) }, (_, i) => `${'  '.repeat(i)}- a`)
      .join('\n')
      .slice(0, n),
  'list marks on a line': (n) => fill('- ', n),
  'nested quotes': (n) => fill('>', n),
  'quote lines': (n) => fill('> > > a\n', n),
  'open brackets': (n) => fill('[', n),
  'open links': (n) => fill('[a](', n),
  'images in links': (n) => fill('![[]()', n),
  'link definitions': (n) => fill('[a]: <b> "c\n', n),
  backticks: (n) =>
    Array.from({ length: root(2 * n) }, (_, i) => `a${'`'.repeat(i)}`)
      .join('')
      .slice(0, n),
  'emphasis, opened': (n) => fill('*a **a ', n),
  'emphasis, mixed': (n) => fill('a**b_c* ', n),
  'one long line of letters': (n) => fill('a', n),
  'one long line of words': (n) => fill('word and ', n),
  'long lines of blanks': (n) => fill(`${' '.repeat(5000)}x`, n),
  'blank lines': (n) => fill('\n', n),
  'blank lines with blanks': (n) => fill('  \t\n', n),
  'carriage returns': (n) => fill('\r', n),
  headings: (n) => fill('# a\n', n),
  'headings that go deeper': (n) => fill('# a\n## b\n### c\n#### d\n##### e\n###### f\n', n),
  'long heading': (n) => `# ${fill('*a_`[', n)}`,
  'underlined lines': (n) => fill('a\n-\n', n),
  'unclosed fences': (n) => fill('```\n~~~\n', n),
  'one unclosed fence': (n) => `\`\`\`\n${fill('a\n', n)}`,
  'wide table': (n) => `${fill('|a', n / 3)}|\n${fill('|-', n / 3)}|\n${fill('|b', n / 3)}|\n`,
  'long table': (n) => `|a|b|\n|-|-|\n${fill('|c|d|\n', n)}`,
  'broken tables': (n) => fill('|a|\n|-\n', n),
  'HTML tags': (n) => fill('<a b="c" ', n),
  'HTML blocks': (n) => fill('<div>\n</p>\n\n', n),
  'HTML comments, opened': (n) => fill('<!-- ', n),
  'processing instructions': (n) => fill('<?\n', n),
  entities: (n) => fill('&amp;&#x', n),
  backslashes: (n) => fill('\\', n),
  'front matter, open': (n) => `---\n${fill('a: b\n', n)}`,
  'front matter, deep lists': (n) => `---\na: ${fill('[', n)}\n---\n`,
  'front matter, deep maps': (n) => `---\n${fill('{a: ', n)}\n---\n`,
  'front matter, deep indents': (n) =>
    `---\n${Array.from({ length: root(2 * n) }, (_, i) => `${' '.repeat(i)}a:`)
      .join('\n')
      .slice(0, n)}\n---\n`,
  'front matter, aliases': (n) => `---\na: &a b\n${fill('c: *a\n', n)}---\n`,
  'front matter, billion laughs': (n) =>
    `---\na0: &a0 [x]\n${Array.from(
      { length: Math.ceil(n / 40) },
      (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`,
    )
      .join('\n')
      .slice(0, n)}\n---\n`,
  'front matter, keys': (n) =>
    `---\n${Array.from({ length: Math.ceil(n / 8) }, (_, i) => `k${i}: 1`)
      .join('\n')
      .slice(0, n)}\n---\n`,
  'front matter, quotes': (n) => `---\na: "${fill('\\"', n)}\n---\n`,
  'front matter, block scalar': (n) => `---\na: |\n${fill(' b\n\n', n)}---\n`,
  'front matter, TOML': (n) =>
    `+++\n${Array.from({ length: Math.ceil(n / 12) }, (_, i) => `[a.b${i}]`)
      .join('\n')
      .slice(0, n)}\n+++\n`,
  'front matter, TOML arrays': (n) => `+++\na = ${fill('[', n)}\n+++\n`,
  'combining marks': (n) => `a${fill('\u0301', n)}`,
  'letters with marks': (n) => fill('a\u0301\u0323', n),
  'joined emoji': (n) => fill('👩\u200D', n),
  flags: (n) => fill('🇯', n),
  'Hangul jamo': (n) => fill('\u1100', n),
  'zero-width signs': (n) => fill('\u200b', n),
  'voicing marks': (n) => fill('か\u3099', n),
  'half-width voicing': (n) => fill('ｶﾞ', n),
  hiragana: (n) => fill('あ', n),
  'katakana and long marks': (n) => fill('カー', n),
  'long marks': (n) => `カタカ${fill('ー', n)}`,
  'katakana dots': (n) => `カ${fill('・', n)}`,
  kanji: (n) => fill('埋', n),
  'sentence ends': (n) => fill('。', n),
  'closing brackets': (n) => `あ。${fill('」', n)}`,
  'lone surrogates': (n) => fill('\ud800', n),
  'compound word': (n) => fill('a-', n),
  'camel case': (n) => fill('aB', n),
  'digits and commas': (n) => fill('1,234', n),
  dots: (n) => fill('a.', n),
  quotes: (n) => fill('"a', n),
  'quotes, curly': (n) => fill('“a b”', n),
  'quote marks': (n) => fill('"', n),
  parentheses: (n) => fill('(a OR ', n),
  'thousands of terms': (n) =>
    Array.from({ length: Math.ceil(n / 7) }, (_, i) => `term${i}`)
      .join(' ')
      .slice(0, n),
  'one term many times': (n) => fill('a ', n),
};

/** Globs; their size is bounded, so it is the name that grows. */
export const GLOBS = [
  '*a*a*a*b',
  '**/**/**/b',
  '**/a/**/b',
  '**/a/**/a/**/b',
  '?*?*?*b',
  '*[ab]*[ab]*c',
  '{a,b}{a,b}{a,b}{a,b}*c',
  '!(a*a*)b',
  '@(a|aa)*b',
  '+(a|b)*c',
  '*.{md,txt,rst}',
  '+(a|*a)b',
  '*a*a*a*a*a*b',
  '{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}{a,a}b',
];

/** Lines of ignore files. */
export const IGNORE_LINES = [
  '*a*a*a*a*a*b',
  '**/**/**/b',
  '**/a/**/b',
  '**/a/**/a/**/b',
  '**/a/**/a/**/a/**/b',
  '?*?*?*?*b',
  '[ab]*[ab]*[ab]*c',
  'a/**/b',
  '!*a*a*b',
  '/a*/a*/a*/b',
  '\\*\\*\\*',
  '[[:alpha:]]*[!a-]',
  '***a***a***b',
];

/** Names that such patterns try hardest on: no disk has longer ones. */
export const NAME_SHAPES = {
  'a name of 255 letters': () => 'a'.repeat(255),
  'a path of 400 folders': () => `${'a/'.repeat(400)}a`,
};

/** JSON texts. */
export const JSON_SHAPES = {
  'deep arrays': (n) => '['.repeat(n / 2) + ']'.repeat(n / 2),
  'deep objects': (n) => fill('{"a":', n),
  'deep error': (n) => `{"error":${'['.repeat(n / 2)}${']'.repeat(n / 2)}}`,
  'long error': (n) => `{"error":"${fill('input', n)}"}`,
  'long error, not found': (n) => `{"detail":"${fill('model not ', n)}"}`,
  'long number': (n) => `{"embeddings":[[${fill('9', n)}]]}`,
  'many keys': (n) =>
    `{${Array.from({ length: Math.ceil(n / 10) }, (_, i) => `"k${i}":1`).join(',')}}`,
  'one key many times': (n) => `{${fill('"a":1,', n)}"a":1}`,
  blanks: (n) => `[${fill(' ', n)}NaN`,
  commas: (n) => fill(', ', n),
};
