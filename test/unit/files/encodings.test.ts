/** Encodings by name, and text in an encoding that its source declares. */
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/files/decode.ts';
import { decodeIn, encodingNamed, knownEncodings } from '../../../src/files/encodings.ts';
import { encoder, utf16 } from './encode.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the name of an encoding', () => {
  it.each([
    ['SJIS', 'shift_jis'],
    ['windows-31j', 'shift_jis'],
    ['latin1', 'windows-1252'],
    ['ISO-8859-1', 'windows-1252'],
    ['UTF-16', 'utf-16le'],
    ['GB18030', 'gb18030'],
  ])('%s is %s', (label, name) => {
    expect(encodingNamed(label)).toBe(name);
  });

  it.each(['', 'klingon', 'iso-2022-kr', 'x-user-defined', 'utf-7', 'utf-8\0'])(
    '%j is none',
    (label) => {
      expect(encodingNamed(label)).toBeNull();
    },
  );

  it('every one that is told is known by itself', () => {
    const names = knownEncodings();
    for (const wanted of [
      'shift_jis',
      'euc-jp',
      'iso-2022-jp',
      'windows-1252',
      'gb18030',
      'euc-kr',
    ]) {
      expect(names).toContain(wanted);
    }
    expect(names.map(encodingNamed)).toEqual(names);
  });
});

describe('decoding', () => {
  it('Windows-1252 has quotes and dashes where Latin-1 has controls', () => {
    expect(decodeIn(bytes(0x49, 0x74, 0x92, 0x73, 0x20, 0x80, 0x35, 0xe9), 'windows-1252')).toBe(
      'It’s €5é',
    );
    const all = Array.from({ length: 256 }, (_, byte) => byte);
    const known = all.filter((byte) => ![0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte));
    const text = decodeIn(bytes(...known), 'windows-1252') ?? '';
    // ISO 8859-1 but for 27 characters, which the Unicode Consortium's CP1252.TXT has.
    expect(new Set(text).size).toBe(251);
    expect(text.slice(128, 155)).toBe('€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ');
    for (const byte of [0x81, 0x9d]) expect(decodeIn(bytes(0x41, byte), 'windows-1252')).toBeNull();
  });

  it.each([
    ['shift_jis', '議事録。①髙'],
    ['euc-jp', '議事録。'],
    ['gb18030', '会议记录，第一条。'],
    ['gbk', '会议记录，第一条。'],
    ['big5', '會議記錄，第一條。'],
    ['euc-kr', '회의록, 첫째.'],
    ['windows-1251', 'Протокол заседания'],
    ['koi8-r', 'Протокол заседания'],
    ['windows-1253', 'Πρακτικά συνεδρίασης'],
    ['windows-874', 'รายงานการประชุม'],
  ])('%s', (name, text) => {
    expect(decodeIn(encoder(name)(text), name)).toBe(text);
  });

  it.each([
    ['a letter of Windows-949 that EUC-KR lacks', 'euc-kr', [0x8c, 0x63]],
    ['a letter that Hong Kong added to Big5', 'big5', [0x87, 0x40]],
    ['controls of Windows-1252 in Latin-2', 'iso-8859-2', [0x49, 0x74, 0x92, 0x73]],
    ['half a character', 'shift_jis', [0x82]],
    ['half a unit', 'utf-16le', [0x41, 0, 0x42]],
    ['half a pair', 'utf-16le', [0x00, 0xd8, 0x41, 0]],
    ['bytes above ASCII', 'iso-2022-jp', [0x1b, 0x24, 0x42, 0xe9]],
  ])('never makes other text of %s', (_, name, code) => {
    expect(decodeIn(bytes(...code), name)).toBeNull();
  });
});

describe('a declared encoding', () => {
  const russian = encoder('windows-1251')('Протокол заседания от вторника');

  it('is that of bytes which nothing else is certain of', () => {
    expect(decodeText(russian)).toMatchObject({ reason: 'encoding' });
    expect(decodeText(russian, 'windows-1251')).toEqual({
      ...{ text: 'Протокол заседания от вторника', encoding: 'windows-1251' },
    });
    // Short Japanese without kana is not certain by itself.
    const short = encoder('euc-jp')('議事録');
    expect(decodeText(short)).toMatchObject({ reason: 'encoding' });
    expect(decodeText(short, 'euc-jp')).toEqual({ text: '議事録', encoding: 'euc-jp' });
  });

  it.each([
    ['UTF-8', utf8('Grüße, 議事録'), 'utf-8', 'Grüße, 議事録'],
    ['ASCII', utf8('plain'), 'utf-8', 'plain'],
    ['a BOM of UTF-8', utf8('\uFEFFé'), 'utf-8', 'é'],
    ['a BOM of UTF-16', bytes(0xfe, 0xff, 0x8b, 0x70), 'utf-16be', '議'],
    [
      'UTF-16 that is certain',
      utf16('Minutes of the meeting', 'le'),
      'utf-16le',
      'Minutes of the meeting',
    ],
    ['ISO-2022-JP', bytes(0x1b, 0x24, 0x42, 0x35, 0x44, 0x1b, 0x28, 0x42), 'iso-2022-jp', '議'],
  ])('loses to %s', (_, file, encoding, text) => {
    for (const declared of ['shift_jis', 'windows-1252', 'gb18030']) {
      expect(decodeText(file, declared)).toEqual({ text, encoding });
    }
  });

  it('of UTF-16 decides where NULs alone do not tell', () => {
    const text = '羅針盤 灯台 果樹園';
    for (const order of ['le', 'be'] as const) {
      const file = utf16(text, order);
      expect(decodeText(file, `utf-16${order}`)).toEqual({ text, encoding: `utf-16${order}` });
    }
    expect(decodeText(utf8('plain ASCII'), 'utf-16le')).toMatchObject({ encoding: 'utf-8' });
    expect(decodeText(bytes(0, 0, 0, 0, 1, 0, 0, 0), 'utf-16le')).toMatchObject({
      reason: 'binary',
    });
  });

  it('that a file is not in leaves it out, and says so', () => {
    expect(decodeText(russian, 'shift_jis')).toEqual({
      ...{ reason: 'encoding', detail: 'not the shift_jis its source declares' },
    });
    expect(decodeText(russian, 'utf-8')).toMatchObject({ reason: 'encoding' });
    const damaged = bytes(...utf8('これは途中で切れた文書です。'), 0xff);
    expect(decodeText(damaged, 'windows-1251')).toMatchObject({ detail: /^damaged UTF-8/ });
    expect(decodeText(bytes(0x89, 0x50, 0, 0, 0, 0, 0x10), 'windows-1251')).toMatchObject({
      reason: 'binary',
    });
  });
});
