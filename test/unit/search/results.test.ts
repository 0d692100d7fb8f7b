import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  joinTexts,
  type PassageGroup,
  type ResultOptions,
  Results,
} from '../../../src/engine/search/results.ts';
import type { RankedPassage } from '../../../src/store/reading-types.ts';

/** `a1` is the passage of document `a` at ordinal 1. */
function passage(name: string, text: string = name, score: number = 1): RankedPassage {
  const documentId = name.charCodeAt(0);
  const ordinal = Number(name.slice(1));
  // A line each: one line end between two neighbours.
  const place = { startLine: ordinal, endLine: ordinal, startOffset: ordinal * 100 };
  const endOffset = place.startOffset + 99;
  return {
    id: documentId * 1000 + ordinal,
    ...{ documentId, ordinal, text, ...place, endOffset },
    ...{ source: '/notes', path: name.charAt(0), title: null, headings: [], context: '' },
    ...{ score, distance: null, semantic: null, lexical: null, fusion: null },
  };
}

const JOINED: ResultOptions & { readonly k: number } = {
  ...{ k: 9, perDocument: null, joinsNeighbours: true },
};

function assemble(
  pages: readonly (readonly RankedPassage[])[],
  { k, ...options }: typeof JOINED,
): readonly PassageGroup[] {
  const results = new Results(options);
  for (const page of pages) results.addPage(page);
  return results.first(k);
}

const nameOf = ({ path, ordinal }: RankedPassage): string => `${path}${ordinal}`;

/** `a1=text@score`, the pages apart by `|`. */
function assembled(names: string, k = 10, perDocument: number | null = null): string {
  const pages = names.split(' | ').map((page) =>
    page.split(' ').map((name) => {
      const [, place = '', text, score] = /^([^=@]+)(?:=([^@]+))?(?:@(.+))?$/.exec(name) ?? [];
      return passage(place, text, score === undefined ? 1 : Number(score));
    }),
  );
  return assemble(pages, { ...JOINED, k, perDocument })
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

  it('leave a neighbour that is much worse a hit of its own', () => {
    expect(assembled('a1@1 b5@0.9 a2@0.81')).toBe('a1+a2 b5');
    expect(assembled('a1@1 b5@0.9 a2@0.79')).toBe('a1 b5 a2');
    expect(assembled('a1@1 a3@0.8 a2@0.75')).toBe('a1 a2+a3');
  });

  it('of a page stay as they are, but for their other places', () => {
    expect(assembled('a1 b5 | a2 c1')).toBe('a1 b5 a2 c1');
    expect(assembled('a1=x b5 | c3=x a3')).toBe('a1(c3) b5 a3');
    expect(assembled('a1 b5 | a2 a5', 10, 1)).toBe('a1 b5');
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
    expect(assembled('a1=x b1=x a2=y c1=z d1=w c2=v', 2)).toBe('a1+a2(b1) c1+c2');
    expect(assembled('a1 b1 a2 c1', 2)).toBe('a1+a2 b1');
  });

  it('of semantic mode stay apart; equal texts are one there as well', () => {
    const ranking = [passage('a1'), passage('a2'), passage('b1', 'a1'), passage('b2')];
    const hits = assemble([ranking], { ...JOINED, joinsNeighbours: false });
    expect(hits.map(({ best }) => nameOf(best))).toEqual(['a1', 'a2', 'b2']);
    expect(hits[0]?.elsewhere.map(nameOf)).toEqual(['b1']);
  });

  it('name the best passage of a hit', () => {
    const [hit] = assemble([[passage('a2'), passage('a1')]], { ...JOINED, k: 1 });
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
        const hits = assemble([ranking], { ...JOINED, k, perDocument: 3 });
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
    expect(assemble([[one, two]], JOINED)).toHaveLength(2);
    // Right behind each other: nothing stands between them.
    const next = { ...two, startOffset: 3, endOffset: 6 };
    expect(assemble([[one, next]], JOINED)).toHaveLength(1);
  });
});
