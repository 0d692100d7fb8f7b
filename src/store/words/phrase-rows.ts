/** Rows that have all terms of quoted phrases; whether they hold the phrases only their text can tell. */
import type { QuotedPhrase } from '../../text/phrase.ts';
import { lowerBound, type WeightedList } from './max-score.ts';
import type { LookedUp } from './postings.ts';

/** The rows of a term, ascending. */
type RowsOf = (term: LookedUp) => Uint32Array;

/** Rows, ascending, that have the terms of every phrase. */
export function rowsOfPhrases(phrases: readonly QuotedPhrase[], rowsOf: RowsOf): Uint32Array {
  return intersection(phrases.map((phrase) => rowsOfPhrase(phrase, rowsOf)));
}

/** All its terms, or the whole where the phrase is one word of several parts. */
function rowsOfPhrase({ terms, openEnd }: QuotedPhrase, rowsOf: RowsOf): Uint32Array {
  const last = terms.stream.length - 1;
  const parts = terms.stream.map((term, i) => rowsOf({ term, prefix: openEnd && i === last }));
  const whole = terms.whole.map((term) => rowsOf({ term, prefix: false }));
  return whole.reduce(union, intersection(parts));
}

/** The shortest list first, so that the least is looked up. */
function intersection(lists: readonly Uint32Array[]): Uint32Array {
  const [first, ...others] = lists.toSorted((a, b) => a.length - b.length);
  let rows = first ?? new Uint32Array(0);
  for (const other of others) {
    let at = 0;
    rows = rows.filter((row) => {
      at = lowerBound(other, row, at, other.length);
      return other[at] === row;
    });
  }
  return rows;
}

function union(a: Uint32Array, b: Uint32Array): Uint32Array {
  return Uint32Array.from(new Set([...a, ...b])).sort();
}

/** The scores of rows, which are ascending. */
export function scoreRows(rows: Uint32Array, lists: readonly WeightedList[]): Float64Array {
  const scores = new Float64Array(rows.length);
  for (const { list, weight } of lists) {
    let at = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      at = lowerBound(list.rows, row, at, list.rows.length);
      if (list.rows[at] !== row) continue;
      scores[i] = (scores[i] as number) + weight * (list.impacts[at] as number);
    }
  }
  return scores;
}
