/**
 * Where lines begin, as an editor shows them: LF, CRLF and a lone CR each end one line.
 * Hits name lines, so one wrong count sends people to the wrong place.
 */

const LF = 10;
const CR = 13;

/** The line starts of one text. */
export interface LineMap {
  /** Number of lines; a text that ends with a line end has an empty last line. */
  readonly count: number;
  /** The 1-based line that holds the UTF-16 unit at `offset` (a line end belongs to its line). */
  lineAt(offset: number): number;
  /** The offset at which the line that holds `offset` begins. */
  lineStart(offset: number): number;
}

/** Maps offsets (UTF-16 units) of `text` to lines. Linear to build, logarithmic to ask. */
export function mapLines(text: string): LineMap {
  const starts = findLineStarts(text);
  const indexOf = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    count: starts.length,
    lineAt: (offset) => indexOf(offset) + 1,
    lineStart: (offset) => starts[indexOf(offset)] ?? 0,
  };
}

function findLineStarts(text: string): Uint32Array {
  let starts = new Uint32Array(1024);
  let count = 1;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > CR) continue;
    const ends = code === LF || (code === CR && text.charCodeAt(index + 1) !== LF);
    if (!ends) continue;
    if (count === starts.length) starts = grow(starts);
    starts[count] = index + 1;
    count += 1;
  }
  return starts.subarray(0, count);
}

function grow(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
