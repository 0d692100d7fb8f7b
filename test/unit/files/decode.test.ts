import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/files/decode.ts';
import { encoder, utf16 } from './encode.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const sjis = encoder('shift_jis');
const eucJp = encoder('euc-jp');

const PROSE = '今日は、会議で新しい設計を決めた。①②③ ～－「ガイド」\r\n次は来週。\r\n';

describe('UTF-8', () => {
  it('any string comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('\0') && !text.startsWith('\uFEFF') && !text.includes('\x1b'));
        expect(decodeText(utf8(text))).toEqual({ text, encoding: 'utf-8' });
      }),
    );
  });

  it('the BOM is taken off, once', () => {
    expect(decodeText(utf8('\uFEFF# 題'))).toEqual({ text: '# 題', encoding: 'utf-8' });
    expect(decodeText(utf8('\uFEFF\uFEFFx'))).toEqual({ text: '\uFEFFx', encoding: 'utf-8' });
    expect(decodeText(bytes(0xef, 0xbb, 0xbf))).toEqual({ text: '', encoding: 'utf-8' });
    expect(decodeText(bytes())).toEqual({ text: '', encoding: 'utf-8' });
  });

  it('line ends stay as found', () => {
    expect(decodeText(utf8('a\r\nb\rc\nd\u2028e'))).toMatchObject({ text: 'a\r\nb\rc\nd\u2028e' });
  });

  it('damage is said with its place, and never replaced or taken for Shift_JIS', () => {
    const whole = utf8('これは途中で切れた文書です。');
    const cases = [
      whole.slice(0, -1),
      bytes(...whole.slice(0, 4), ...whole.slice(5)),
      bytes(...whole, 0xff),
    ];
    for (const [index, damaged] of cases.entries()) {
      expect([index, decodeText(damaged)]).toMatchObject([index, { reason: 'encoding' }]);
    }
    expect(decodeText(bytes(...whole, 0xff))).toMatchObject({
      detail: `damaged UTF-8 at byte ${whole.length + 1}`,
    });
    expect(decodeText(bytes(0xef, 0xbb, 0xbf, 0x82, 0xa0))).toMatchObject({
      reason: 'encoding',
      detail: 'not the UTF-8 its byte order mark says',
    });
  });

  it('surrogates and overlong forms are damage', () => {
    for (const bad of [
      [0xed, 0xa0, 0x80],
      [0xc0, 0xaf],
      [0xf5, 0x80, 0x80, 0x80],
    ]) {
      expect(decodeText(bytes(...utf8('文書'), ...bad))).toMatchObject({ reason: 'encoding' });
    }
  });

  it('terminal colours are text, not ISO-2022-JP', () => {
    for (const log of ['\x1b[31mred\x1b[0m', 'done\x1b(B\x1b[m', '\x1b']) {
      expect(decodeText(ascii(log))).toEqual({ text: log, encoding: 'utf-8' });
    }
  });
});

describe('NUL', () => {
  it('one slip in a text becomes U+FFFD, as CommonMark asks, and offsets stay', () => {
    expect(decodeText(utf8('表\0の中'))).toEqual({ text: '表\uFFFDの中', encoding: 'utf-8' });
  });

  it('a few in a long text too', () => {
    const long = `${'long text. '.repeat(300)}\0${'and more. '.repeat(300)}\0end`;
    expect(decodeText(utf8(long))).toEqual({
      text: long.replaceAll('\0', '\uFFFD'),
      encoding: 'utf-8',
    });
  });

  it('many, or a run of them, are a binary file', () => {
    const png = bytes(
      0x89,
      0x50,
      0x4e,
      0x47,
      0x0d,
      0x0a,
      0x1a,
      0x0a,
      0,
      0,
      0,
      0x0d,
      0x49,
      0x48,
      0x44,
      0x52,
    );
    const records = utf8('name\0value\0'.repeat(20));
    const padded = utf8(`${'text '.repeat(1000)}\0\0`);
    for (const data of [png, records, padded, bytes(0, 0), new Uint8Array(4096)]) {
      expect(decodeText(data)).toEqual({ reason: 'binary', detail: 'NUL bytes' });
    }
  });

  it('behind a BOM as well', () => {
    expect(decodeText(bytes(0xff, 0xfe, ...new Uint8Array(64).fill(0), 0x41, 0))).toMatchObject({
      reason: 'encoding',
    });
    expect(decodeText(bytes(0xff, 0xfe, 0x41, 0, ...new Uint8Array(64)))).toMatchObject({
      reason: 'binary',
    });
    expect(decodeText(bytes(0xef, 0xbb, 0xbf, 0x41, 0, 0))).toMatchObject({ reason: 'binary' });
    const replaced = '\uFFFD'.repeat(9);
    expect(decodeText(utf8(`\uFEFF${replaced}`))).toMatchObject({ text: replaced });
  });
});

describe('UTF-16', () => {
  const mark = { le: [0xff, 0xfe], be: [0xfe, 0xff] } as const;
  it.each(['le', 'be'] as const)('%s with BOM, any text', (order) => {
    const texts = [PROSE, 'x', '', '😀'];
    for (const text of texts) {
      expect(decodeText(bytes(...mark[order], ...utf16(text, order)))).toEqual({
        text,
        encoding: `utf-16${order}`,
      });
    }
  });

  it.each(['le', 'be'] as const)('%s without BOM where it is certain', (order) => {
    const texts = [
      PROSE,
      'Plain ASCII, as an old Notepad saved it.\r\n',
      'Grüße aus Köln: naïve café.',
      '中文文本也可以被识别，\n因为它有标点和换行。\n',
      'hi\n',
    ];
    for (const text of texts) {
      expect([text, decodeText(utf16(text, order))]).toEqual([
        text,
        { text, encoding: `utf-16${order}` },
      ]);
    }
  });

  it('half a unit or half a pair is not text', () => {
    expect(decodeText(bytes(0xff, 0xfe, 0x42))).toMatchObject({ reason: 'encoding' });
    expect(decodeText(bytes(0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00))).toMatchObject({
      reason: 'encoding',
    });
  });

  it('numbers and structures are not', () => {
    const shorts = Uint16Array.from({ length: 200 }, (_, index) => index * 7);
    const doubles = Float64Array.from({ length: 50 }, (_, index) => index / 3);
    for (const data of [shorts, doubles]) {
      expect(decodeText(new Uint8Array(data.buffer))).toMatchObject({ reason: 'binary' });
    }
  });

  it('UTF-32 is named', () => {
    expect(decodeText(bytes(0xff, 0xfe, 0, 0, 0x41, 0, 0, 0))).toEqual({
      reason: 'encoding',
      detail: 'UTF-32',
    });
    expect(decodeText(bytes(0, 0, 0xfe, 0xff, 0, 0, 0, 0x41))).toEqual({
      reason: 'encoding',
      detail: 'UTF-32',
    });
  });
});

describe('Japanese encodings', () => {
  it.each([
    ['shift_jis', sjis],
    ['euc-jp', eucJp],
  ] as const)('%s', (encoding, encode) => {
    const texts = [
      PROSE,
      'メモ',
      'これ',
      '# README\n\n`npm install` を実行します。API の URL は設定ファイルに書く。\n',
      '1874年（明治7年）3月21日、1878年（明治11年）に戸長役場、1885年5月16日。',
      '|項目|値|\n|---|---|\n|サイズ|10MB|\n|名前|ﾃｽﾄﾃﾞｰﾀ|\n',
    ];
    for (const text of texts) {
      expect([text, decodeText(encode(text))]).toEqual([text, { text, encoding }]);
    }
  });

  it('a list of names without kana is Shift_JIS; in EUC-JP it could as well be Chinese', () => {
    const names = '山田太郎\r\n佐藤花子\r\n株式会社ABC\r\n';
    expect(decodeText(sjis(names))).toEqual({ text: names, encoding: 'shift_jis' });
    expect(decodeText(eucJp(names))).toEqual({ reason: 'encoding', detail: 'unknown encoding' });
  });

  it('the vendor characters of CP932 are what Windows shows', () => {
    const text = decodeText(
      bytes(...sjis('会議のメモ: '), 0x87, 0x40, 0xed, 0x40, 0xfb, 0xfc, 0x81, 0x60, 0x81, 0x7c),
    );
    expect(text).toEqual({ text: '会議のメモ: ①纊髙～－', encoding: 'shift_jis' });
  });

  it('5C is a backslash in paths and code, and control codes keep their places', () => {
    const text = decodeText(bytes(...sjis('パスは'), ...ascii('C:\\~\x7f\x1c\x1a')));
    expect(text).toEqual({ text: 'パスはC:\\~\x7f\x1c\x1a', encoding: 'shift_jis' });
  });

  it('a second byte 5C or 7C does not break a character (表, ソ, ポ)', () => {
    expect(decodeText(sjis('ソースの表を表示するポート'))).toMatchObject({
      text: 'ソースの表を表示するポート',
    });
  });

  it('ISO-2022-JP, with half-width katakana and the vendor row', () => {
    expect(decodeText(ascii('\x1b$B$3$l$O\x1b(B JIS \x1b$B-!\x1b(I123\x1b(B\n'))).toEqual({
      text: 'これは JIS ①ｱｲｳ\n',
      encoding: 'iso-2022-jp',
    });
    expect(decodeText(ascii('\x1b$@$3$l\x1b(J.\x1b(B'))).toMatchObject({
      text: 'これ.',
      encoding: 'iso-2022-jp',
    });
  });

  it('Japanese of any length and mixture is read rightly or left out, never wrongly', () => {
    const word = fc.constantFrom(
      'これは',
      '設計',
      'データ',
      'を',
      '、',
      '。',
      'API',
      ' ',
      '2024',
      '年',
      '\n',
      '「',
      '」',
      'ｶﾅ',
      '①',
      '（',
      '）',
      '魑魅',
    );
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 40 }),
        fc.constantFrom('sjis', 'euc'),
        (words, kind) => {
          const text = `これは${words.join('')}`;
          const result = decodeText(kind === 'sjis' ? sjis(text) : eucJp(text));
          if ('text' in result) expect(result.text).toBe(text);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('Never mojibake', () => {
  const others: [string, string][] = [
    ['windows-1252', 'Die Straße nach Köln ist für Fußgänger gesperrt. Größe: 5 m².'],
    ['windows-1252', 'Le café est fermé. Où êtes-vous ? Ça dépend, déjà vu, naïve.'],
    ['windows-1252', 'ÄÖÜ'],
    ['macintosh', 'Le café est fermé. Où êtes-vous ?'],
    ['windows-1250', 'Příliš žluťoučký kůň úpěl ďábelské ódy. Zażółć gęślą jaźń.'],
    ['windows-1251', 'Документация проекта находится в папке, указанной ниже.'],
    ['windows-1251', 'ПРИВЕТ МИР'],
    ['koi8-r', 'Документация проекта находится в папке, указанной ниже.'],
    ['koi8-r', 'привет'],
    ['ibm866', 'Документация проекта находится в папке, указанной ниже.'],
    ['iso-8859-7', 'Καλημέρα κόσμε'],
    ['gbk', '这个项目的文档在下面的文件夹里。请先阅读说明。'],
    ['gbk', '中文'],
    ['big5', '這個專案的文件在下面的資料夾裡。請先閱讀說明。'],
    ['euc-kr', '이 프로젝트의 문서는 아래 폴더에 있습니다.'],
  ];
  it.each(others)('%s: %s', (label, text) => {
    expect(decodeText(encoder(label)(text))).toEqual({
      reason: 'encoding',
      detail: 'unknown encoding',
    });
  });

  it('the curly quotes of Windows-1252: It’s is well-formed Shift_JIS (It痴)', () => {
    const quotes = ascii('It\x92s \x93quoted\x94 \x97 we\x92re sure they don\x92t.');
    expect(decodeText(quotes)).toEqual({ reason: 'encoding', detail: 'unknown encoding' });
    expect(new TextDecoder('shift_jis', { fatal: true }).decode(ascii('It\x92s'))).toBe('It痴');
    expect(decodeText(ascii('It\x92s'))).toHaveProperty('reason', 'encoding');
  });

  it('compressed and encrypted data', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const blocks = Array.from({ length: 16 }, (_, block) =>
          createHash('sha256').update(`${seed}/${block}`).digest(),
        );
        expect(decodeText(Buffer.concat(blocks))).toHaveProperty('reason');
      }),
    );
  });

  it('any bytes give a text without NUL or lone surrogates, or a reason', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (data) => {
        const result = decodeText(data);
        if ('reason' in result) expect(['binary', 'encoding']).toContain(result.reason);
        else expect(/[\0\p{Surrogate}]/u.test(result.text)).toBe(false);
      }),
    );
  });
});
