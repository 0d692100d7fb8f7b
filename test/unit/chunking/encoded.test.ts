/** What is encoded is in no chunk and costs nothing; what is text stays whole. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chunkDocument } from '../../../src/chunking/chunk-document.ts';
import { withoutEncoded } from '../../../src/chunking/encoded.ts';
import type { Chunk, DocumentFormat } from '../../../src/model/types.ts';

/** Bytes without a pattern, the same on every run. */
function bytes(length: number): Buffer {
  const parts: Buffer[] = [];
  for (let part = 0; part * 32 < length; part += 1) {
    parts.push(createHash('sha256').update(`seed ${part}`).digest());
  }
  return Buffer.concat(parts).subarray(0, length);
}

const wrapped = (text: string, width: number): string =>
  text.match(new RegExp(`.{1,${width}}`, 'g'))?.join('\n') ?? '';

const BASE64 = bytes(6000).toString('base64');
const dump = bytes(640)
  .toString('hex')
  .replace(/.{32}/g, (row) => `${row.replace(/.{4}/g, '$& ')} ..x..y..\n`)
  .split('\n')
  .map((row, at) => (row === '' ? '' : `${(at * 16).toString(16).padStart(8, '0')}: ${row}`))
  .join('\n');
const PATH = Array.from({ length: 60 }, (_, i) => `M${i}.5 ${i * 7}c-1.2,3.4 5,-6 ${i},8z`).join(
  '',
);
const MINIFIED = Array.from(
  { length: 80 },
  (_, i) => `function a${i}(b,c){return b===c?[b,{d:c}]:a${i + 1}(c,b)||!1};`,
).join('');
const JSON_LINE = JSON.stringify(
  Array.from({ length: 60 }, (_, i) => ({ id: `item${i}`, at: [i, i * 2], ok: i % 2 === 0 })),
);
const pem = (name: string, body: string): string =>
  `-----BEGIN ${name}-----\n${wrapped(body, 64)}\n-----END ${name}-----`;

function chunksOf(text: string, format: DocumentFormat = 'markdown', chunkOverlap = 0): Chunk[] {
  const { chunks } = chunkDocument(text, format, { chunkSize: 256, chunkOverlap });
  return [...chunks];
}

const BEFORE = 'The heron stood at the edge of the pond.';
const AFTER = 'It left when the rain began.';

const ENCODED: readonly (readonly [string, string, string])[] = [
  ['a picture in Markdown', `![The pond](data:image/png;base64,${BASE64})`, '![The pond'],
  ['a picture without a name', `![](data:image/png;base64,${BASE64})`, ''],
  ['a picture with a title', `![](<data:image/png;base64,${BASE64}> "t")`, ''],
  ['pictures as Google Docs has them', `[image1]: <data:image/png;base64,${BASE64}>`, ''],
  ['a picture in HTML', `<img src="data:image/gif;base64,${BASE64}" width="3">`, ''],
  [
    '… with its name',
    `<img alt="The pond" src="data:image/gif;base64,${BASE64}">`,
    '<img alt="The pond"',
  ],
  [
    'a picture in percent signs',
    `![](data:image/svg+xml,${encodeURIComponent('<svg a="b">'.repeat(40))})`,
    '',
  ],
  [
    'a picture as it is',
    `<img src='data:image/svg+xml;utf8,<svg xmlns="x">${'<g />'.repeat(60)}</svg>'>`,
    '',
  ],
  [
    'a font in CSS',
    `\`\`\`css\n@font-face{src:url(data:font/woff2;base64,${BASE64})}\n\`\`\``,
    '```css\n@font-face{src:url(\n)}\n```',
  ],
  [
    'a drawing of Excalidraw',
    `\`\`\`compressed-json\n${wrapped(BASE64, 256).replaceAll('\n', '\n\n')}\n\`\`\``,
    '',
  ],
  ['base64 in lines of 76', wrapped(BASE64, 76), ''],
  ['base64 in a fence', `\`\`\`\n${wrapped(BASE64, 64)}\n\`\`\``, ''],
  ['base64 in lines of code', wrapped(BASE64, 60).replace(/^(.*)$/gm, '  "$1" +'), ''],
  ['base64 in a quote', wrapped(BASE64, 76).replace(/^/gm, '> '), ''],
  ['base64 for addresses', bytes(900).toString('base64url'), ''],
  [
    'base64 of zeros',
    Buffer.concat([bytes(90), Buffer.alloc(3000), bytes(90)]).toString('base64'),
    '',
  ],
  ['hex in one line', bytes(400).toString('hex'), ''],
  ['a key', pem('RSA PRIVATE KEY', BASE64.slice(0, 1000)), '-----BEGIN RSA PRIVATE KEY-----'],
  ['a short key', pem('EC PRIVATE KEY', BASE64.slice(0, 164)), '-----BEGIN EC PRIVATE KEY-----'],
  [
    'a certificate in JSON',
    `"cert": "-----BEGIN CERTIFICATE-----\\n${wrapped(BASE64, 64).replaceAll('\n', '\\n')}"`,
    '"cert": "-----BEGIN CERTIFICATE-----',
  ],
  ['a dump of xxd', dump, ''],
  [
    'bytes in C',
    bytes(320).toString('hex').replace(/.{2}/g, '0x$&, ').replace(/.{96}/g, '  $&\n'),
    '',
  ],
  ['minified JavaScript', `\`\`\`js\n${MINIFIED}\n\`\`\``, ''],
  ['JSON in one line', JSON_LINE, ''],
  [
    'a drawing in SVG',
    `<svg viewBox="0 0 9 9">\n<path d="${PATH}"/>\n<g>\n<path d="${PATH}"/>\n</g></svg>`,
    '',
  ],
  [
    '… with a name',
    `<svg viewBox="0 0 9 9" aria-label="The pond"><path d="${PATH}"/></svg>`,
    '<svg viewBox="0 0 9 9" aria-label="The pond">',
  ],
];

describe('what is encoded', () => {
  it.each(ENCODED)('is in no passage: %s', (_, encoded, rest) => {
    for (const format of ['markdown', 'text'] as const) {
      for (const overlap of [0, 40]) {
        const text = `# Notes\n\n${BEFORE}\n\n${encoded}\n\n${AFTER}\n`;
        const chunks = chunksOf(text, format, overlap);
        const kept = chunks.map((chunk) => chunk.text);
        for (const chunk of chunks) {
          expect(chunk.text).toBe(text.slice(chunk.startOffset, chunk.endOffset));
          expect(chunk.startLine).toBe(text.slice(0, chunk.startOffset).split('\n').length);
          expect(chunk.endLine).toBe(text.slice(0, chunk.endOffset).split('\n').length);
        }
        const said = [`# Notes\n\n${BEFORE}`, rest, AFTER].filter((part) => part !== '');
        const flat = (parts: readonly string[]): string => parts.join('\n').replace(/\s+/g, ' ');
        if (overlap === 0 && !rest.includes('\n')) expect(flat(kept)).toContain(flat(said));
        expect(kept.at(-1)).toContain(AFTER);
        expect(Math.max(...kept.map(({ length }) => length))).toBeLessThan(160);
        expect(kept.join('')).not.toMatch(/[A-Za-z0-9+/]{60}/);
        expect(chunks.length).toBeLessThanOrEqual(4);
      }
    }
  });

  it('in a sentence leaves the sentence around it', () => {
    const text = `${BEFORE} See \`${BASE64}\` for it. ${AFTER}`;
    expect(chunksOf(text).map((chunk) => chunk.text)).toEqual([
      `${BEFORE} See`,
      `for it. ${AFTER}`,
    ]);
  });

  it('in a heading leaves title and sections', () => {
    const text = `# ![Logo](data:image/png;base64,${BASE64}) The pond\n\n${BEFORE}\n`;
    const { title, chunks } = chunkDocument(text, 'markdown', { chunkSize: 256, chunkOverlap: 0 });
    expect(title).toBe('Logo The pond');
    expect(chunks.at(-1)).toMatchObject({ headings: ['Logo The pond'] });
    expect(chunks.at(-1)?.text).toContain(BEFORE);
  });

  it('in a table or a list leaves the other cells and items', () => {
    const table = `| a | b |\n|---|---|\n| one | ${BASE64} |\n| two | word |\n`;
    expect(chunksOf(table).map((chunk) => chunk.text)).toEqual([
      '| a | b |\n|---|---|\n| one |',
      '| two | word |',
    ]);
    const list = `- one\n- ![](data:image/png;base64,${BASE64})\n- two\n`;
    expect(chunksOf(list).map((chunk) => chunk.text)).toEqual(['- one', '- two']);
  });

  it('alone makes a document without passages, and beside front matter one of that', () => {
    expect(chunksOf(`\n${wrapped(BASE64, 76)}\n`)).toEqual([]);
    const note = `---\ntitle: Photo\n---\n![](data:image/png;base64,${BASE64})\n`;
    expect(chunksOf(note).map((chunk) => chunk.text)).toEqual(['---\ntitle: Photo\n---']);
  });
});

const hash = (name: string, text: string): string => createHash(name).update(text).digest('hex');
const list = (make: (index: number) => string): string =>
  Array.from({ length: 40 }, (_, index) => make(index)).join('\n');

const TEXTS: readonly (readonly [string, string])[] = [
  [
    'a long address',
    `See https://example.org/a/${'path-of-words/'.repeat(20)}?q=${'x1Y2z3'.repeat(40)} for it.`,
  ],
  [
    'a signed address',
    `https://bucket.s3.amazonaws.com/k?X-Amz-Security-Token=${BASE64.slice(0, 900).replaceAll('+', '%2B')}&b=1`,
  ],
  [
    'a picture of one pixel',
    '![](data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7)',
  ],
  ['a token', `Authorization: Bearer ${BASE64.slice(0, 90)}`],
  ['hashes of a changelog', list((i) => `- ${hash('sha1', `${i}`)} Mend the pond (#${i})`)],
  ['checksums', list((i) => `${hash('sha256', `${i}`)}  file-${i}.tar.gz`)],
  ['hashes alone', list((i) => hash('sha256', `${i}`))],
  ['a lock file', list((i) => `integrity "sha512-${BASE64.slice(i, i + 86)}=="`)],
  [
    'German',
    'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft '.repeat(30),
  ],
  ['Finnish', 'epäjärjestelmällistyttämättömyydelläänsäkäänköhän '.repeat(40)],
  ['one very long word', 'Methionylthreonylthreonylglutaminylarginyl'.repeat(40)],
  ['Thai', 'ภาษาไทยไม่มีช่องว่างระหว่างคำ'.repeat(60)],
  ['Khmer', 'ភាសាខ្មែរមិនដាក់ចន្លោះរវាងពាក្យទេ'.repeat(50)],
  ['Lao', 'ພາສາລາວບໍ່ມີຊ່ອງວ່າງລະຫວ່າງຄຳ'.repeat(50)],
  ['Japanese', '吾輩は猫である。名前はまだ無い。'.repeat(100)],
  ['full-width letters', 'ＡＢＣ１２３ａｂｃ'.repeat(100)],
  [
    'ASCII art',
    list((i) => `${' '.repeat(i % 20)}/\\_/\\ ( o.o ) > ^ < |_____| ${'='.repeat(60)}`),
  ],
  ['rulers', `${'='.repeat(3000)}\n\n${'-+'.repeat(2000)}`],
  ['numbers', list((i) => `${i}.5 ${i * 37} 12 34 56 78 90 11 22 33 44 55`)],
  ['two digits in columns', list(() => '12 34 56 78 90 11 22 33 44 55 66 77 88 99')],
  ['rows of values', list((i) => `${i},${i * 3},0.${i}7,2024-01-0${i % 9},name${i},x,y,z`)],
  ['values in one row', Array.from({ length: 600 }, (_, i) => `word${i}`).join(',')],
  ['digits of pi', '31415926535897932384626433832795'.repeat(30)],
  ['genes', 'GATTACACCGTAGGATCC'.repeat(40)],
  [
    'identifiers',
    `getUserAccountSettingsFromRemoteDatabaseConnection${'WithVeryLongName'.repeat(12)}()`,
  ],
  ['paths', `src/components/UserProfile/UserProfileHeader2/${'index/parts/Header3/'.repeat(15)}`],
  ['snake case', `${'first_name_of_the_person_2_'.repeat(12)}end`],
  [
    'a row of badges',
    '[![Build](https://ci.example.org/b.svg?x=1)](https://ci.example.org/b;v={2})'.repeat(30),
  ],
  ['a formula', `$$${'\\frac{a_{1}}{b^{2}}+\\sum_{i=0}^{n}{x_i}='.repeat(40)}$$`],
  ['code', `\`\`\`js\n${MINIFIED.replaceAll(';', ';\n').replaceAll('{', ' {\n  ')}\n\`\`\``],
  ['a short dump', dump.split('\n').slice(0, 8).join('\n')],
  ['a short path', '<path d="M1 2c3,4 5,6 7,8z"/>'],
  [
    'how a key is written',
    '-----BEGIN PRIVATE KEY-----\n... the key in base64 ...\n-----END PRIVATE KEY-----',
  ],
  [
    'a log in JSON',
    `{"level":"info","ts":"2025-04-20T15:11:13.022+0200","msg":"Extension is starting",${'"a":{"b":"some words of it"},'.repeat(40)}"c":1}`,
  ],
];

describe('text', () => {
  it.each(TEXTS)('is not taken for data: %s', (_, text) => {
    const all = `${BEFORE}\n\n${text}\n\n${AFTER}\n`;
    expect(withoutEncoded(all)).toEqual({ shown: all, gaps: [] });
  });
});

/** The worst that each rule can be given; a quadratic one would take minutes for a megabyte. */
const COSTLY: readonly (readonly [string, string])[] = [
  ['addresses in each other', 'data:,'],
  ['plus signs', `${'+'.repeat(900)}!\n`],
  ['bytes without commas', `${'0x1  '.repeat(150)}z\n`],
  [
    'a name that is not closed',
    `<img alt="${'-'.repeat(1700)} src='data:a/b;base64,${'aB3'.repeat(80)}\n`,
  ],
  ['attributes', `<img ${'a=b '.repeat(300)}src="data:a/b;base64,${'aB3'.repeat(80)}">\n`],
  ['tags', '<a <b '],
  ['openers of paths', ' d="1 '],
  ['marks of a fence', `${'~'.repeat(1500)}\n${'aB3'.repeat(80)}\n`],
  ['pairs of digits', `${'ab '.repeat(300)}!\n`],
  ['lines of a key', '-----BEGIN A-----\nAAAA\n'],
];

describe('a megabyte of the worst', () => {
  it.each(COSTLY)('is read to its end: %s', (_, part) => {
    const text = part.repeat(Math.ceil(1_000_000 / part.length));
    const { shown, gaps } = withoutEncoded(text);
    expect(shown).toHaveLength(text.length);
    let last = -1;
    for (const { start, end } of gaps) {
      expect(start).toBeGreaterThan(last);
      expect(end).toBeGreaterThan(start);
      last = end;
    }
  });
});
