/** Turns cuts into chunks: exact ranges without blank lines around them, lines, headings, context. */

import type { Chunk } from '../model/types.ts';
import { graphemeBorderFrom, isSureBorder } from '../text/graphemes.ts';
import { tokenUnits } from '../text/tokens.ts';
import { makeContext } from './context.ts';
import { type Outline, pathOf } from './outline.ts';
import { overlapStart } from './overlap.ts';
import type { Packed } from './packed.ts';
import type { SplitTable } from './pieces.ts';

/** So far from its start a first chunk may say what the description does. In UTF-16 units. */
const LOOKED_AT = 4000;

/** Pieces `first` up to, not including, `next`. */
interface Span {
  readonly first: number;
  readonly next: number;
}

/**
 * Makes the chunks; a span of nothing but white space makes none.
 *
 * @param ordinal of the first one
 */
export function toChunks(packed: Packed, ordinal: number): Chunk[] {
  const { cuts, pieces } = packed;
  const chunks: Chunk[] = [];
  cuts.forEach((first, index) => {
    const span = { first, next: cuts[index + 1] ?? pieces.count };
    const chunk = toChunk(
      packed,
      span,
      index > 0 ? cuts[index - 1] : undefined,
      ordinal + chunks.length,
    );
    if (chunk !== null) chunks.push(chunk);
  });
  return chunks;
}

function toChunk(
  packed: Packed,
  span: Span,
  before: number | undefined,
  ordinal: number,
): Chunk | null {
  const { text, clean, pieces, outline, lines } = packed;
  const from = pieces.starts[span.first] ?? 0;
  const to = pieces.starts[span.next] ?? packed.end;
  if (pieces.gapIn(from, from + 1) !== null) return null;
  const endOffset = trimEnd(clean, from, to);
  if (endOffset === from) return null;
  let startOffset = trimStart(clean, from, endOffset);
  const fits = tokenUnits(clean, from, endOffset) <= pieces.limit;
  if (before !== undefined && packed.overlapUnits > 0 && fits) {
    startOffset = overlapStart(packed, { before, first: span.first, startOffset });
  }
  const path = commonPath(outline, span);
  return {
    ordinal,
    text: text.slice(startOffset, endOffset),
    headings: path.map((index) => pieces.headings[index]?.text ?? '').filter((name) => name !== ''),
    context: contextOf(packed, span, path, startOffset),
    startLine: lines.lineAt(startOffset),
    endLine: lines.lineAt(endOffset - 1),
    startOffset,
    endOffset,
  };
}

/** Headings that hold for every piece of the span, as indexes. */
function commonPath(outline: Outline, { first, next }: Span): number[] {
  let path = pathOf(outline, first);
  for (let piece = first + 1; piece < next && path.length > 0; piece += 1) {
    if (outline.section[piece] === outline.section[piece - 1]) continue;
    const other = pathOf(outline, piece);
    path = path.filter((index, depth) => other[depth] === index);
  }
  return path;
}

/** Leaves out of title and path what the chunk's own text begins with or the other already says. */
function contextOf(packed: Packed, span: Span, path: readonly number[], start: number): string {
  const { pieces, title } = packed;
  const outer: string[] = [];
  for (const index of path) {
    const heading = pieces.headings[index];
    if (heading !== undefined && heading.text !== '' && heading.end <= start)
      outer.push(heading.text);
  }
  const own = pieces.headings[packed.outline.section[span.first] ?? -1];
  const said = own !== undefined && own.piece === span.first && own.end > start ? own.text : null;
  const needsTitle = title !== null && !outer.includes(title) && title !== said;
  return makeContext({
    path: needsTitle ? [title, ...outer] : outer,
    tableHeader: headerAbove(pieces.tables, start),
    description: span.first === 0 ? unsaid(packed, start) : '',
  });
}

/** The description, if the text does not begin with it anyway. */
function unsaid({ description, clean }: Packed, start: number): string {
  return clean.slice(start, start + LOOKED_AT).includes(description) ? '' : description;
}

/** The header of the table whose body `offset` is in; '' for none. */
function headerAbove(tables: readonly SplitTable[], offset: number): string {
  let low = 0;
  let high = tables.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((tables[middle]?.bodyStart ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const table = tables[low - 1];
  return table !== undefined && offset < table.end ? table.header : '';
}

/** Behind the last visible unit. */
function trimEnd(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && isSpace(text, end - 1)) end -= 1;
  if (end === from || end === to || isSureBorder(text, end)) return end;
  return graphemeBorderFrom(text, from, end);
}

/** Behind leading blank lines; indentation stays if the chunk begins with a whole line. */
function trimStart(text: string, from: number, end: number): number {
  let visible = from;
  while (visible < end && isSpace(text, visible)) visible += 1;
  for (let index = visible; index >= from; index -= 1) {
    if (startsLine(text, index)) return index;
  }
  if (visible === from || isSureBorder(text, visible)) return visible;
  return visible - 1;
}

function startsLine(text: string, offset: number): boolean {
  return offset === 0 || text.charCodeAt(offset - 1) === 10;
}

function isSpace(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (code > 32 && code < 0xa0) return false;
  return /\s/.test(text.charAt(index));
}
