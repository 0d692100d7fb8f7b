import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RankedPassage } from '../../../src/engine/search/rank.ts';
import { assembleResults, joinTexts } from '../../../src/engine/search/results.ts';

/** `a1` is the passage of document `a` at ordinal 1. */
function passage(name: string, text: string = name): RankedPassage {
  const documentId = name.charCodeAt(0);
  const ordinal = Number(name.slice(1));
  // A line each: one line end between two neighbours.
  const place = { startLine: ordinal, endLine: ordinal, startOffset: ordinal * 100 };
  const endOffset = place.startOffset + 99;
  return {
    id: documentId * 1000 + ordinal,
    ...{ documentId, ordinal, text, ...place, endOffset },
    ...{ source: '/notes', path: name.charAt(0), title: null, headings: [] },
    ...{ score: 1, distance: null, semantic: null, lexical: null },
  };
}

const JOINED = { k: 9, perDocument: null, joinsNeighbours: true };

const nameOf = ({ path, ordinal }: RankedPassage): string => `${path}${ordinal}`;

function assembled(names: string, k = 10, perDocument: number | null = null): string {
  const ranking = names.split(' ').map((name) => {
    const [place = '', text] = name.split('=');
    return passage(place, text);
  });
  return assembleResults(ranking, { ...JOINED, k, perDocument })
    .map(({ passages, elsewhere }) => {
      const others = elsewhere.map(nameOf).join(',');
      return passages.map(nameOf).join('+') + (others === '' ? '' : `(${others})`);
    })
    .join(' ');
}

describe('results', () => {
  it('merge neighbours into one hit at the rank of the better one', () => {
    expect(assembled('a1 b5 a2 c1')).toBe('a1+a2 b5 c1');
    expect(assembled('a2 b5 a1')).toBe('a1+a2 b5');
  });

  it('merge two hits when the passage between them matches', () => {
    expect(assembled('b1 a1 c1 a3 a2')).toBe('b1 a1+a2+a3 c1');
  });

  it('do not grow into a whole document', () => {
    expect(assembled('a1 a2 a3 a4 a5 a6')).toBe('a1+a2+a3 a4+a5+a6');
    expect(assembled('a1 a2 a4 a5 a3')).toBe('a1+a2+a3 a4+a5');
  });

  it('list identical passages once, with their other places', () => {
    expect(assembled('a1=x b2=y c3=x d4=x')).toBe('a1(c3,d4) b2');
    expect(assembled('a1=x b2=y a2=z c3=z')).toBe('a1+a2(c3) b2');
  });

  it('hold at most perDocument hits of a document; merged ones count once', () => {
    expect(assembled('a1 a3 a5 b1', 10, 2)).toBe('a1 a3 b1');
    expect(assembled('a1 a2 a4 b1 a6', 10, 2)).toBe('a1+a2 a4 b1');
  });

  it('are counted by k after all that', () => {
    expect(assembled('a1=x b1=x a2=y c1=z d1=w', 2)).toBe('a1+a2(b1) c1');
    expect(assembled('a1 b1 a2 c1', 2)).toBe('a1+a2 b1');
  });

  it('of semantic mode stay apart; equal texts are one there as well', () => {
    const ranking = [passage('a1'), passage('a2'), passage('b1', 'a1'), passage('b2')];
    const hits = assembleResults(ranking, { ...JOINED, joinsNeighbours: false });
    expect(hits.map(({ best }) => nameOf(best))).toEqual(['a1', 'a2', 'b2']);
    expect(hits[0]?.elsewhere.map(nameOf)).toEqual(['b1']);
  });

  it('name the best passage of a hit', () => {
    const [hit] = assembleResults([passage('a2'), passage('a1')], { ...JOINED, k: 1 });
    expect(hit?.best.ordinal).toBe(2);
  });

  it('hold every passage at most once, and begin as the ranking does', () => {
    const any = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(9)), {
      selector: ([document, ordinal]) => `${document}${ordinal}`,
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 8 }), (places, k) => {
        const ranking = places.map(([document, ordinal]) =>
          passage(`${document}${ordinal}`, `${ordinal % 4}`),
        );
        const hits = assembleResults(ranking, { ...JOINED, k, perDocument: 3 });
        expect(hits.length).toBeLessThanOrEqual(k);
        const all = hits.flatMap(({ passages, elsewhere }) => [...passages, ...elsewhere]);
        expect(new Set(all.map(nameOf)).size).toBe(all.length);
        expect(hits[0]?.best).toBe(ranking[0]);
        const ranks = hits.map(({ best }) => ranking.indexOf(best));
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
        for (const { passages } of hits) {
          const first = passages[0]?.ordinal ?? 0;
          expect(passages.map(({ ordinal }) => ordinal - first)).toEqual(passages.map((_, i) => i));
        }
      }),
    );
  });
});

describe('the text of neighbours', () => {
  const document = 'one two\n\nthree four\nfive six';
  const at = (start: number, end: number) => ({
    text: document.slice(start, end),
    startOffset: start,
    endOffset: end,
    startLine: document.slice(0, start).split('\n').length,
    endLine: document.slice(0, end).split('\n').length,
  });

  it('is that of the document', () => {
    expect(joinTexts([at(0, 7), at(9, 19), at(20, 28)])).toBe(document);
  });

  it('has what overlaps once', () => {
    expect(joinTexts([at(0, 14), at(9, 28)])).toBe(document);
  });

  it('is not made where what stands between them is not known: text is exact or apart', () => {
    const place = { startLine: 1, endLine: 1 };
    const one = { ...passage('a1', 'one'), ...place, startOffset: 0, endOffset: 3 };
    // A space, a tab or an ideographic space: nobody knows.
    const two = { ...passage('a2', 'two'), ...place, startOffset: 4, endOffset: 7 };
    expect(assembleResults([one, two], JOINED)).toHaveLength(2);
    // Right behind each other: nothing stands between them.
    const next = { ...two, startOffset: 3, endOffset: 6 };
    expect(assembleResults([one, next], JOINED)).toHaveLength(1);
  });
});
