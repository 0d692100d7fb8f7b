/**
 * What is fuzzed: each target takes an input and throws if an invariant does not hold or anything but an
 * umekomi error comes out. Runs on the built modules, as they ship.
 */
import fc from 'fast-check';
import { chunkDocument } from '../../dist/chunking/chunk-document.js';
import { blankedOut, withoutEncoded } from '../../dist/chunking/encoded.js';
import { readFrontMatter } from '../../dist/chunking/front-matter.js';
import { plainHeading } from '../../dist/chunking/heading-text.js';
import { withLineFeeds } from '../../dist/chunking/markdown-tree.js';
import { parseDate } from '../../dist/cli/dates.js';
import { toFlags } from '../../dist/cli/flags.js';
import { clip, clipStart } from '../../dist/cli/render/width.js';
import { wrap } from '../../dist/cli/render/wrap.js';
import { printable, printableName, quotedName, toJson } from '../../dist/cli/terminal.js';
import { lexical2 } from '../../dist/embedding/builtin/lexical-2.js';
import { readSections } from '../../dist/embedding/builtin/lexicon-file.js';
import {
  parseDocument,
  parseQuery as parseJudged,
  parseJudgements,
} from '../../dist/engine/evaluation/judged-lines.js';
import { decodeText } from '../../dist/files/decode.js';
import { createIgnoreRules, hazardOfRules } from '../../dist/files/ignore-rules.js';
import { checkPatterns, createSelection } from '../../dist/files/patterns.js';
import { UmekomiError } from '../../dist/model/errors.js';
import { CHUNK_OPTIONS, HIT_OPTIONS, REQUEST_OPTIONS } from '../../dist/model/options.js';
import { classifyAnswer } from '../../dist/server/classify.js';
import { jsonReader } from '../../dist/server/connection.js';
import { parseEndpoint, parseOllamaHost } from '../../dist/server/endpoint.js';
import { findModelFamily } from '../../dist/server/model-families.js';
import { matchModelName } from '../../dist/server/model-names.js';
import { parseRetryAfter } from '../../dist/server/retry.js';
import { filterDocuments } from '../../dist/store/filters.js';
import { compilePathFilter } from '../../dist/store/path-filter.js';
import { createExcerpt, roomOf } from '../../dist/text/excerpt.js';
import { graphemeSegments } from '../../dist/text/graphemes.js';
import { mapLines } from '../../dist/text/lines.js';
import { createFinder } from '../../dist/text/matches.js';
import { holdsPhrases } from '../../dist/text/phrase.js';
import { parseQuery } from '../../dist/text/query.js';
import { documentTerms, queryTerms } from '../../dist/text/terms.js';
import { estimateTokens } from '../../dist/text/tokens.js';
import { readConfigText } from './config.mjs';
import { GLOBS, IGNORE_LINES, JSON_SHAPES, NAME_SHAPES, TEXT_SHAPES } from './shapes.mjs';

function hold(condition, what) {
  if (!condition) throw new Error(`does not hold: ${what}`);
}

/** Runs `work`; only errors of ours may come out of it. */
function ours(work) {
  try {
    return work();
  } catch (error) {
    if (error instanceof UmekomiError || error?.code === 'commander.invalidArgument')
      return undefined;
    throw error;
  }
}

/** Pieces that parsers look at, put together at random; and any UTF-16 units. */
const PIECES = [
  '\n',
  '\n\n',
  '\r\n',
  '\r',
  ' ',
  '  ',
  '\t',
  '# ',
  '## ',
  '- ',
  '1. ',
  '> ',
  '```',
  '~~~',
  '`',
  '*',
  '**',
  '_',
  '|',
  '|-|',
  '[',
  ']',
  '(',
  ')',
  '![',
  '<',
  '</',
  '<!--',
  '-->',
  '<?',
  '&amp;',
  '\\',
  '---\n',
  '+++\n',
  '...\n',
  ': ',
  'a: &b ',
  '*b',
  '{',
  '}',
  ',',
  '"',
  "'",
  '“',
  '”',
  '＂',
  '。',
  '」',
  '「',
  'あ',
  'カ',
  'ー',
  '・',
  '埋',
  'ｶ',
  'ﾞ',
  '\u3099',
  '\u0301',
  '\u200d',
  '👩',
  '🇯',
  '\ud800',
  '\udc00',
  '\u200b',
  '\ufeff',
  '\u2028',
  '\u0000',
  '\u001b[31m',
  '\u001b]8;;x\u0007',
  '\u009b',
  '\u202e',
  'word',
  'camelCase',
  '1,234',
  'v1.2',
  'C++',
  'İ',
  'ß',
  'ﷺ',
  '\u1100',
  '한',
  '/',
  '..',
  '!',
  '?',
  '+(',
  '@(',
  '!(',
  '**/',
  '[!a-',
  '\\*',
  '=',
  ';',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 80 }).map((parts) => parts.join('')),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 200 })
    .map((units) => String.fromCharCode(...units)),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc
    .tuple(text, fc.constantFrom('utf8', 'utf16le', 'latin1'), fc.nat(), fc.nat(255))
    .map(([string, encoding, at, byte]) => {
      const encoded = Buffer.from(string, encoding);
      if (encoded.length > 0) encoded[at % encoded.length] = byte;
      return encoded;
    }),
);
const json = fc.oneof(
  fc.json({ maxDepth: 5 }),
  text,
  fc
    .record(
      {
        model: text,
        endpoint: text,
        timeout: fc.double(),
        retries: fc.integer(),
        error: text,
        detail: text,
        id: text,
        text,
        path: text,
        title: text,
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
);

function chunk(input, format, chunkOverlap) {
  const { chunks, title } = chunkDocument(input, format, { chunkSize: 64, chunkOverlap });
  const lines = mapLines(input);
  // What is encoded is in no passage.
  const clean = withLineFeeds(input);
  const shown = blankedOut(clean, withoutEncoded(clean).gaps);
  hold(title === null || title.trim() !== '', 'a title says something');
  let covered = 0;
  for (const [index, one] of chunks.entries()) {
    hold(one.ordinal === index, 'ordinals count');
    hold(one.text === input.slice(one.startOffset, one.endOffset) && one.text !== '', 'exact text');
    hold(one.startLine === lines.lineAt(one.startOffset), 'first line');
    hold(one.endLine === lines.lineAt(one.endOffset - 1), 'last line');
    hold(chunkOverlap > 0 || one.startOffset >= covered, 'no overlap');
    const parted =
      one.startOffset > 0 &&
      /[\ud800-\udbff]/.test(input[one.startOffset - 1]) &&
      /[\udc00-\udfff]/.test(input[one.startOffset]);
    hold(!parted, 'no pair is cut in two');
    // Front matter that parses is metadata: it ends before the first chunk.
    if (index > 0) hold(!/\S/.test(shown.slice(covered, one.startOffset)), 'all visible text');
    covered = Math.max(covered, one.endOffset);
  }
  if (chunks.length > 0) hold(!/\S/.test(shown.slice(covered)), 'visible to the end');
  if (format === 'text') hold(/\S/.test(shown) === chunks.length > 0, 'plain text is never lost');
}

const SAFE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const plain = (shapes) => Object.entries(shapes);
const named = (lines) =>
  lines.flatMap((line) =>
    Object.entries(NAME_SHAPES).map(([name, of]) => [`${line} on ${name}`, () => [line, of()]]),
  );

/** Stretches of a text follow each other and are inside. */
function holdStretches(stretches, shown) {
  let at = 0;
  for (const { start, end } of stretches) {
    hold(start >= at && end > start && end <= shown.length, 'stretches in order, inside the text');
    at = end;
  }
}

/** The flags that take a number. */
const NUMBER_FLAGS = toFlags(
  Object.fromEntries(
    Object.entries({ ...HIT_OPTIONS, ...CHUNK_OPTIONS, ...REQUEST_OPTIONS }).filter(
      ([, { type }]) => type === 'number',
    ),
  ),
);

/** A vectorizer of the built-in embedder; its data is read once. */
const vectorize = (await lexical2.prepare(false))();

/** name → { arbitrary, shapes, work, bounded? }; `bounded`: the shapes are as large as they can be. */
export const TARGETS = {
  decoder: {
    arbitrary: bytes,
    shapes: [
      ...plain(TEXT_SHAPES).slice(0, 6),
      ['bytes at random', (n) => 'é'.repeat(n)],
      ['escapes', (n) => '\u001b$B'.repeat(n / 3)],
      ['kana', (n) => 'あ'.repeat(n)],
    ].map(([name, of]) => [name, (n) => Buffer.from(of(n), 'latin1')]),
    work: (input) => {
      const decoded = decodeText(input);
      if ('reason' in decoded) return;
      hold(
        !decoded.text.includes('\0') && decoded.text.isWellFormed(),
        'no NUL and no half a pair',
      );
    },
  },
  'chunker, Markdown': {
    arbitrary: text,
    shapes: plain(TEXT_SHAPES),
    work: (input) => chunk(input, 'markdown', 0),
  },
  'chunker, overlap': {
    arbitrary: text,
    shapes: plain(TEXT_SHAPES),
    work: (input) => chunk(input, 'markdown', 20),
  },
  'chunker, text': {
    arbitrary: text,
    shapes: plain(TEXT_SHAPES),
    work: (input) => chunk(input, 'text', 0),
  },
  'front matter': {
    arbitrary: text.map((body) => `---\n${body}\n---\n`),
    shapes: plain(TEXT_SHAPES).filter(([name]) => name.startsWith('front')),
    work: (input) => {
      const { bodyStart, data } = readFrontMatter(input);
      hold(bodyStart >= 0 && bodyStart <= input.length, 'the body is inside');
      JSON.stringify(data);
    },
  },
  headings: {
    arbitrary: text.map((line) => `# ${line}`),
    shapes: plain(TEXT_SHAPES).map(([name, of]) => [name, (n) => `# ${of(n)}`]),
    work: (input) => hold(!/\n/.test(plainHeading(input, false)), 'a heading is one line'),
  },
  'terms of documents': {
    arbitrary: text,
    shapes: plain(TEXT_SHAPES),
    work: (input) => {
      const { stream, whole } = documentTerms(input);
      for (const term of [...stream, ...whole])
        hold(term !== '' && !/\s/.test(term) && term.isWellFormed(), 'terms can be stored');
    },
  },
  queries: {
    arbitrary: text,
    shapes: plain(TEXT_SHAPES),
    work: (input) => {
      const { terms, phrases } = parseQuery(input);
      hold(
        terms.every(({ term }) => term !== ''),
        'no empty term',
      );
      holdsPhrases({ text: input, names: [] }, phrases.slice(0, 3));
      hold(
        new Set(queryTerms(input).map(({ term }) => term)).size === queryTerms(input).length,
        'each term once',
      );
    },
  },
  'tokens and graphemes': {
    arbitrary: text,
    shapes: plain(TEXT_SHAPES),
    work: (input) => {
      hold(estimateTokens(input) > 0 || input === '', 'something is counted');
      let at = 0;
      for (const { segment, index } of graphemeSegments(input)) {
        hold(index === at, 'graphemes follow each other');
        at += segment.length;
      }
      hold(at === input.length, 'to the end');
    },
  },
  'built-in vectors': {
    arbitrary: text,
    shapes: plain(TEXT_SHAPES),
    work: (input) => hold(vectorize(input).every(Number.isFinite), 'finite numbers'),
  },
  'lexicon file': {
    arbitrary: bytes,
    shapes: [
      ['magic and rubbish', (n) => Buffer.concat([Buffer.from('UMKL'), Buffer.alloc(n, 1)])],
    ],
    work: (input) => {
      try {
        readSections(input);
      } catch (error) {
        hold(/not the file|format|damaged|fill/.test(error.message), 'a reason');
      }
    },
  },
  'include and exclude globs': {
    arbitrary: fc.tuple(text, text),
    shapes: named(GLOBS),
    bounded: true,
    work: ([glob, name]) =>
      ours(() => {
        if (glob !== '') checkPatterns([glob]);
        const selection = createSelection([glob], [glob]);
        selection.file(name);
        selection.excluded(name);
        selection.mayHold(name);
        selection.names(name.slice(0, 255));
      }),
  },
  'path filters': {
    arbitrary: fc.tuple(text, text),
    shapes: named(GLOBS),
    bounded: true,
    work: ([glob, path]) =>
      ours(() => compilePathFilter([glob, `!${glob}x`])({ source: '/home/a', path })),
  },
  'ignore files': {
    arbitrary: fc.tuple(
      text,
      text.map(
        (name) =>
          name
            .split('/')
            .filter((part) => !['', '.', '..'].includes(part))
            .join('/') || 'a',
      ),
    ),
    shapes: named(IGNORE_LINES),
    bounded: true,
    work: ([lines, path]) => {
      if (hazardOfRules(lines) !== null) return;
      const rules = createIgnoreRules([]).enter('', [{ kind: '.gitignore', text: lines }]);
      // As in a walk: the folders of a path are asked about before it.
      const parts = path.split('/');
      for (let depth = 1; depth < parts.length; depth += 1)
        rules.ignoredBy(parts.slice(0, depth).join('/'), true);
      rules.ignoredBy(path, false);
    },
  },
  'ignore files, long': {
    arbitrary: text,
    shapes: [
      ...plain(TEXT_SHAPES).filter(([name]) =>
        /bracket|backslash|blank|letters|stars|marks/.test(name),
      ),
      ['stars', (n) => '*'.repeat(n)],
      ['lines', (n) => 'a\n'.repeat(n / 2)],
    ],
    work: (lines) => {
      if (hazardOfRules(lines) === null)
        createIgnoreRules([])
          .enter('', [{ kind: '.ignore', text: lines }])
          .ignoredBy('a/b.md', false);
    },
  },
  'front matter filters': {
    arbitrary: fc.tuple(text, fc.dictionary(text, fc.jsonValue({ maxDepth: 4 }))),
    shapes: [
      ['dots', (n) => [`${'a.'.repeat(n / 2)}=b`, { a: 1 }]],
      ['long value', (n) => [`a=${'ﷺ'.repeat(n)}`, { a: 'ﷺ'.repeat(n) }]],
    ],
    work: ([where, frontMatter]) =>
      ours(() =>
        filterDocuments(() => [{ id: 1, source: '/a', path: 'b', frontMatter }], {
          where: [where],
        }),
      ),
  },
  configuration: {
    arbitrary: json,
    shapes: plain(JSON_SHAPES),
    work: (input) => ours(() => readConfigText(input)),
  },
  'numbers and dates': {
    arbitrary: text,
    shapes: [
      ['digits', (n) => '1'.repeat(n)],
      ['date and digits', (n) => `2026-01-01T${'0'.repeat(n)}`],
      ['dots', (n) => '1.'.repeat(n / 2)],
    ],
    work: (input) => {
      for (const flag of NUMBER_FLAGS)
        ours(() => hold(Number.isFinite(flag.parseArg(input)), 'a number'));
      const span = parseDate(input);
      hold(span === null || span.end >= span.start, 'a span');
    },
  },
  'answers of a server': {
    arbitrary: json,
    shapes: plain(JSON_SHAPES),
    work: (body) => {
      for (const status of [200, 400, 500]) {
        const answer = {
          status,
          contentType: 'application/json',
          retryAfter: body,
          location: body,
          body,
        };
        hold(classifyAnswer(answer, 'ollama').code !== undefined, 'a code');
        jsonReader('open-webui')(answer);
      }
      parseRetryAfter(body, 0);
    },
  },
  'addresses and names of models': {
    arbitrary: text,
    shapes: [
      ['slashes', (n) => `http://a/${'/'.repeat(n)}x`],
      ['api/api', (n) => `http://a${'/api/embed'.repeat(n / 10)}`],
      ['colons', (n) => ':'.repeat(n)],
      ['names', (n) => 'a-'.repeat(n / 2)],
      ['quotes', (n) => `"${'"'.repeat(n)}`],
    ],
    work: (input) => {
      ours(() => parseEndpoint(input));
      ours(() => parseOllamaHost(input));
      matchModelName(input.slice(0, 500), [
        { name: input.slice(0, 500), digest: null },
        { name: 'bge-m3:latest', digest: 'a' },
      ]);
      findModelFamily(input);
    },
  },
  'judged sets': {
    arbitrary: json,
    shapes: [
      ...plain(JSON_SHAPES),
      ['columns', (n) => 'a\t'.repeat(n / 2)],
      ['spaces', (n) => ' '.repeat(n)],
      ['lines', (n) => 'q d 1\n'.repeat(n / 6)],
    ],
    work: (input) => {
      const place = { file: 'f', line: 1 };
      ours(() => parseJudged(input, place));
      ours(() => parseDocument(input, place));
      ours(() => parseJudgements(input, 'f'));
    },
  },
  excerpts: {
    arbitrary: text,
    shapes: plain(TEXT_SHAPES),
    work: (input) => {
      const find = createFinder(input);
      const room = roomOf({ columns: 160, lines: 3 });
      for (const isMarkdown of [true, false]) {
        const shownHeadings = [input.slice(0, 100)];
        const options = { find, room, isMarkdown, shownHeadings, startLine: 1 };
        const excerpt = createExcerpt(input, options);
        hold(excerpt.startLine >= 1, 'a line of the passage');
        holdStretches(excerpt.matches, excerpt.text);
      }
    },
  },
  'what is printed': {
    arbitrary: text,
    shapes: plain(TEXT_SHAPES),
    work: (input) => {
      hold(!SAFE.test(printable(input)), 'printable');
      hold(!/[\n\t]/.test(printableName(input)), 'a name is one line');
      hold(!SAFE.test(quotedName(input)) && !/[\n\t]/.test(quotedName(input)), 'a quoted name');
      hold(!SAFE.test(toJson({ input })) && JSON.parse(toJson({ input })).input === input, 'JSON');
      const safe = printable(input);
      holdStretches(wrap(safe.replace(/\n/g, ' '), 40), safe);
      clip(safe, 40);
      clipStart(safe, 40);
    },
  },
};
