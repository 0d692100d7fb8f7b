import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentTerms, queryTerms } from '../../../src/text/terms.ts';

function stream(text: string): string {
  return documentTerms(text).stream.join(' ');
}

function whole(text: string): string {
  return documentTerms(text).whole.join(' ');
}

function kanji(text: string): string {
  return documentTerms(text).kanji.join(' ');
}

function asked(text: string): string {
  return queryTerms(text)
    .map(({ term, prefix }) => (prefix ? `${term}*` : term))
    .join(' ');
}

describe('spellings of one text meet', () => {
  it.each([
    ['half-width katakana', 'ﾃﾞｰﾀﾍﾞｰｽ', 'データベース'],
    ['full-width Latin and digits', 'ＡＰＩ　Ｖ２', 'api v2'],
    ['NFD kana', 'がぎパ'.normalize('NFD'), 'がぎパ'],
    ['spacing 濁点', 'か゛は゜', 'がぱ'],
    ['half-width 濁点', 'ｶﾞﾊﾟ', 'ガパ'],
    ['case', 'ΟΔΟΣ Straße İstanbul', 'οδοσ strasse istanbul'],
    ['accents', 'Café naïve', 'cafe naive'],
    ['circled and squared characters', '①㈱㌔', '1(株)キロ'],
    ['middle dots in katakana', 'データ・ベース ﾃﾞｰﾀ･ﾍﾞｰｽ', 'データベース データベース'],
    ['long marks at the end', 'サーバー コンピュータ', 'サーバ コンピューター'],
    ['small and large katakana', 'ウィルス キヤノン', 'ウイルス キャノン'],
    ['ヴ and the sounds of b', 'ヴァイオリン ルーヴル', 'バイオリン ルーブル'],
    ['dashes for long marks', 'サ−バ デ―タ', 'サーバ データ'],
    ['kanji shapes', '葛\u{e0100}飾', '葛飾'],
    ['soft hyphens and zero-width spaces', 'em\u00adbed\u200bding', 'embedding'],
  ])('%s', (_, one, other) => {
    expect(documentTerms(one)).toEqual(documentTerms(other));
    expect(queryTerms(one)).toEqual(queryTerms(other));
  });

  it('keeps a short katakana word that ends in a long mark', () => {
    expect(stream('キー')).toBe('キー ー');
    expect(stream('コピー')).toBe('コピ ピー ー');
  });
});

describe('Japanese', () => {
  it('is cut into pairs, the last character alone', () => {
    expect(stream('東京都は')).toBe('東京 京都 都は は');
  });

  it('has every kanji by itself as well', () => {
    expect(kanji('東京の城')).toBe('東 京 城');
    expect(kanji('クラウド 々〆')).toBe('');
  });

  it('of one kanji is found wherever it stands', () => {
    expect(asked('猫')).toBe('猫');
    expect(kanji('黒猫と猫背')).toBe('黒 猫 猫 背');
  });

  it('of another single character is found by prefix', () => {
    expect(asked('ネ')).toBe('ネ*');
    expect(stream('カネ')).toContain(' ネ');
    expect(stream('ネコ')).toMatch(/^ネ/);
  });

  it.each([
    ['一字の語', '緑茶を飲む', 'お茶の効能'],
    ['複合語', 'クラウドサービスの料金', 'クラウド'],
    ['送り仮名', '申し込みの方法', '申込'],
    ['送り仮名', '受付の窓口', '受け付け'],
    ['数', '十二時間', '12'],
    ['数', '12 時間', '十二'],
    ['ラテン文字', 'Linuxサーバを使う', 'linux'],
  ])('%s: %s is found by %s', (_, document, query) => {
    const { stream: pairs, whole: wholes, kanji: own } = documentTerms(document);
    const all = [...pairs, ...wholes, ...own];
    expect(queryTerms(query).some(({ term }) => all.includes(term))).toBe(true);
  });

  it('leaves out a single particle between others, and nothing if it is all', () => {
    expect(asked('Docker の使い方')).toBe('docker の使 使い い方 使 方');
    expect(asked('TypeScript を Docker で')).toBe('type script typescript docker');
    expect(asked('を')).toBe('を*');
  });

  it('does not cut characters beyond the BMP in two', () => {
    expect(stream('𩸽野家')).toBe('𩸽野 野家 家');
    expect(asked('𩸽')).toBe('𩸽');
    expect(kanji('𩸽野家🎉')).toBe('𩸽 野 家');
    expect(stream('家𩸽')).toBe('家𩸽 𩸽');
  });

  it('weighs pairs with hiragana half where there are others', () => {
    const weights = new Map(queryTerms('東京は大きい').map(({ term, weight }) => [term, weight]));
    expect(weights.get('東京')).toBe(2);
    expect(weights.get('京は')).toBe(1);
    expect(weights.get('京')).toBe(0.2);
    expect(weights.get('大'), 'a word of one kanji').toBe(2);
    const [question] = queryTerms('何ですか').filter(({ term }) => term === '何');
    expect(question?.weight, 'a question').toBeCloseTo(0.2);
    expect(queryTerms('りんご').map(({ weight }) => weight)).toEqual([1, 1]);
  });

  it('next to Latin letters and digits is apart from them', () => {
    expect(stream('Dockerコンテナ第3章')).toBe('docker コン ンテ テナ ナ第 第 3 章');
  });

  it('has Hangul beside it: words carry their endings', () => {
    expect(stream('한국어')).toBe('한국 국어 어');
  });
});

describe('identifiers are found by their parts and whole', () => {
  it.each([
    ['getUserName', 'get user name', 'getusernam'],
    ['get_user_name', 'get user name', 'getusernam'],
    ['get-user-name', 'get user name', 'getusernam'],
    ['get.user.name', 'get user name', 'getusernam'],
    ['GetUserName', 'get user name', 'getusernam'],
    ['getusername', 'getusernam', ''],
    ['HTTPServer', 'http server', 'httpserver'],
    ['node.js', 'node js', 'nodej'],
    ['src/text/fold.ts', 'src text fold ts', 'foldt'],
    ['IL-6', 'il 6', 'il6'],
    ['IL6', 'il6', ''],
    ['v1.2.3', 'v1 2 3', 'v1.2.3 1.2.3'],
    ['1.2.3', '1 2 3', '1.2.3'],
    ['1,000', '1 000', '1000'],
    ['100,20', '100 20', ''],
    ['2021-11-01', '2021 11 01', '2021.11.01'],
    ['C++ and C#', 'c and c', 'c++ c#'],
    ["Parkinson's Parkinson’s", 'parkinson parkinson', ''],
    ["don't", 'don t', 'dont'],
  ])('%s', (text, parts, one) => {
    expect(stream(text)).toBe(parts);
    expect(whole(text)).toBe(one);
  });

  it('is no name with more than eight parts', () => {
    expect(whole('a-b-c-d-e-f-g-h-i')).toBe('');
  });

  it('cuts words that are base64 or a missing space', () => {
    expect(stream('x'.repeat(100_000))).toBe('x'.repeat(64));
  });
});

describe('one word as long as a file', () => {
  // Quadratic work would take minutes here.
  it.each(['1.', 'a-', 'aB', 'ー', 'ーア', 'ア・', '漢', '"', '1,000', "a's'"])('%s', (piece) => {
    const { stream: terms } = documentTerms(piece.repeat(300_000));
    queryTerms(piece.repeat(300_000));
    expect(terms.every((term) => term.length <= 64)).toBe(true);
  });
});

describe('for any text', () => {
  const characters = fc.constantFrom(
    ...'aZ9éßİ_-.,\'"*+#:(){}^あゃがアーｶﾞ・−漢々𠮷🎉한 \u3000\n\0\u3099\ud83d\udc00\u0301\u00ad',
  );
  const text = fc.oneof(
    fc.string({ unit: characters, maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );

  it('terms are what the tokenizer of FTS5 leaves as it is', () => {
    fc.assert(
      fc.property(text, (any) => {
        const { stream: terms, whole: wholes } = documentTerms(any);
        for (const term of [...terms, ...wholes, ...queryTerms(any).map((one) => one.term)]) {
          expect(term).toMatch(/^(?:[a-z0-9.+#]|[^\0-\x7f])+$/);
          expect(Buffer.from(term, 'utf8').toString('utf8')).toBe(term);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('every term of a query is in a document of the same text', () => {
    fc.assert(
      fc.property(text, (any) => {
        const { stream: terms, whole: wholes, kanji: own } = documentTerms(any);
        const all = [...terms, ...wholes, ...own];
        for (const { term, prefix } of queryTerms(any)) {
          expect(all.some((one) => (prefix ? one.startsWith(term) : one === term))).toBe(true);
        }
      }),
    );
  });

  it('composed and decomposed forms meet', () => {
    fc.assert(
      fc.property(text, (any) => {
        expect(documentTerms(any.normalize('NFD'))).toEqual(documentTerms(any.normalize('NFC')));
        expect(documentTerms(any.normalize('NFKC'))).toEqual(documentTerms(any.normalize('NFKD')));
      }),
    );
  });
});
