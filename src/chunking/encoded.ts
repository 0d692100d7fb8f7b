/**
 * Parts of a text that are data in letters: pictures as `data:` addresses, base64, keys and certificates, dumps,
 * minified code, paths of SVG. Nobody searches for them, each would cost hundreds of inputs, and the passages
 * around them would begin with their ends. They become gaps between chunks. The rules are in docs/chunking.md.
 */

import { findEncodedLines } from './encoded-lines.ts';
import { isBare, withFrame, withMarkup } from './encoded-markup.ts';
import { findDataAddresses, findPaths, findRuns } from './encoded-runs.ts';
import type { Gap } from './gap.ts';

/** A text without its encoded parts. */
export interface ShownText {
  /** The text, unit for unit, with blanks in the place of what is encoded; lines stay. */
  readonly shown: string;
  /** What is in no chunk: what is encoded, with the markup that holds nothing else. In order, apart. */
  readonly gaps: readonly Gap[];
}

/** Finds what is encoded. @param text whose lines all end with LF */
export function withoutEncoded(text: string): ShownText {
  const found = inOrder([
    ...findDataAddresses(text),
    ...findPaths(text),
    ...findRuns(text),
    ...findEncodedLines(text),
  ]);
  if (found.length === 0) return { shown: text, gaps: [] };
  const wider = joined(text, inOrder(found.map((gap) => withMarkup(text, gap))));
  const gaps = inOrder(wider.map((gap) => withFrame(text, gap)));
  return { shown: blankedOut(text, found), gaps };
}

/** Sorted; what overlaps is one. */
function inOrder(gaps: readonly Gap[]): Gap[] {
  const ordered: Gap[] = [];
  for (const gap of [...gaps].sort((a, b) => a.start - b.start)) {
    const last = ordered.at(-1);
    if (last === undefined || gap.start > last.end) ordered.push(gap);
    else ordered[ordered.length - 1] = { start: last.start, end: Math.max(last.end, gap.end) };
  }
  return ordered;
}

/** What stands between two gaps without a letter or digit is no passage. */
function joined(text: string, gaps: readonly Gap[]): Gap[] {
  const result: Gap[] = [];
  for (const gap of gaps) {
    const last = result.at(-1);
    if (last === undefined || !isBare(text.slice(last.end, gap.start))) result.push(gap);
    else result[result.length - 1] = { start: last.start, end: gap.end };
  }
  return result;
}

/** The text with blanks in the place of gaps, its line ends as they are. */
export function blankedOut(text: string, gaps: readonly Gap[]): string {
  const parts: string[] = [];
  let done = 0;
  for (const { start, end } of gaps) {
    parts.push(text.slice(done, start));
    for (done = start; done < end; ) {
      const lineEnd = text.indexOf('\n', done);
      const stop = lineEnd < 0 || lineEnd >= end ? end : lineEnd;
      const returns = stop < end && stop > done && text.charCodeAt(stop - 1) === 13 ? 1 : 0;
      parts.push(
        ' '.repeat(stop - done - returns),
        text.slice(stop - returns, stop < end ? stop + 1 : stop),
      );
      done = stop < end ? stop + 1 : stop;
    }
  }
  parts.push(text.slice(done));
  return parts.join('');
}
