/**
 * Grapheme borders near a position. Text is cut in many places and must never be cut inside what a
 * reader takes for one character; segmenting whole documents would cost more than embedding plans.
 */

/**
 * A grapheme longer than this is parted. In UTF-16 units. Unicode's stream-safe format (UAX #15) allows 30 marks
 * in a row, a family with four skin tones takes 19 units; so nothing that a reader takes for one character is
 * longer, and what no reader does (a million marks on one letter) still fits into one chunk of the default size.
 */
export const MAX_GRAPHEME = 128;

/** No sure border is looked for further back: scripts without any are segmented from here on. In UTF-16 units. */
const LOOK_BACK = 1024;

/**
 * The first grapheme border at or behind `offset`; at most {@link MAX_GRAPHEME} units behind it.
 *
 * @param start a known grapheme border at or before `offset`
 */
export function graphemeBorderFrom(text: string, start: number, offset: number): number {
  if (offset <= start || offset >= text.length)
    return Math.min(Math.max(offset, start), text.length);
  if (isSureBorder(text, offset)) return offset;
  const from = sureBorderBefore(text, start, offset);
  const to = Math.min(text.length, offset + MAX_GRAPHEME + 2);
  return from + borderInside(text.slice(from, to), offset - from);
}

/** The nearest sure border between `start` and `offset`, so that little is segmented. */
function sureBorderBefore(text: string, start: number, offset: number): number {
  const first = Math.max(start, offset - LOOK_BACK);
  let from = offset - 1;
  while (from > first && !isSureBorder(text, from)) from -= 1;
  return from > start ? wholePair(text, from) : start;
}

/** End of the first segment that ends at or behind `offset`; the length if that is the last one. */
function borderInside(text: string, offset: number): number {
  const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
  for (const { segment, index } of segmenter.segment(text)) {
    if (index >= offset) return index;
    if (segment.length <= MAX_GRAPHEME) continue;
    for (const part of partsOf(segment)) {
      if (index + part.index >= offset) return index + part.index;
    }
  }
  return text.length;
}

/** A grapheme in parts of at most {@link MAX_GRAPHEME} units; mostly one. */
function* partsOf(grapheme: string): Generator<Segment> {
  for (let index = 0; index < grapheme.length; ) {
    const end = partEnd(grapheme, index);
    yield { segment: grapheme.slice(index, end), index };
    index = end;
  }
}

/** Where a part that begins at `index` ends, with no pair of surrogates parted. */
function partEnd(text: string, index: number): number {
  const end = Math.min(text.length, index + MAX_GRAPHEME);
  return wholePair(text, end) === end ? end : end - 1;
}

/** True only where Unicode's rules break whatever stands around (UAX #29, rules GB3 to GB999). */
export function isSureBorder(text: string, offset: number): boolean {
  const before = text.charCodeAt(offset - 1);
  const after = text.charCodeAt(offset);
  if (before === 13 && after === 10) return false;
  return isPlain(before) && isPlain(after);
}

/** Latin, Greek and Cyrillic, kana and kanji, signs and punctuation that never join their neighbours. */
function isPlain(code: number): boolean {
  if (code < 0x300) return code !== 0xa9 && code !== 0xae && code !== 0xad;
  return (
    (code >= 0x370 && code <= 0x482) ||
    (code >= 0x48a && code <= 0x52f) ||
    (code >= 0x1e00 && code <= 0x1eff) ||
    (code >= 0x2010 && code <= 0x2027) ||
    (code >= 0x2030 && code <= 0x203b) ||
    (code >= 0x2070 && code <= 0x20cf) ||
    (code >= 0x2150 && code <= 0x218f) ||
    (code >= 0x2190 && code <= 0x2193) ||
    (code >= 0x2200 && code <= 0x22ff) ||
    (code >= 0x2460 && code <= 0x24c1) ||
    (code >= 0x2500 && code <= 0x257f) ||
    (code >= 0x3000 && code <= 0x3029) ||
    (code >= 0x3041 && code <= 0x3096) ||
    (code >= 0x309b && code <= 0x30ff) ||
    (code >= 0x3400 && code <= 0x9fff) ||
    (code >= 0xff01 && code <= 0xff9d)
  );
}

/** A user-perceived character, and where it stands. */
export interface Segment {
  readonly segment: string;
  /** UTF-16 units from the start of the text. */
  readonly index: number;
}

/**
 * The graphemes of a text, as Intl.Segmenter gives them; it is asked only about stretches that need
 * it. Making the first object of Intl costs a process about 10 ms: as much as a whole search.
 */
export function* graphemeSegments(text: string): Generator<Segment> {
  let segmenter: Intl.Segmenter | null = null;
  let index = 0;
  while (index < text.length) {
    let end = index + 1;
    while (end < text.length && !isSureBorder(text, end)) end += 1;
    if (end === index + 1) yield { segment: text.slice(index, end), index };
    else {
      segmenter ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
      yield* segmentsBetween(text, { start: index, end, segmenter });
    }
    index = end;
  }
}

/** A few hundred units at a time: a segmenter takes quadratic time on one long stretch. */
function* segmentsBetween(
  text: string,
  { start, end, segmenter }: { start: number; end: number; segmenter: Intl.Segmenter },
): Generator<Segment> {
  for (let from = start; from < end; ) {
    const to = wholePair(text, Math.min(end, from + STRETCH));
    const segments = [...segmenter.segment(text.slice(from, to))];
    // The last one may go on behind the window.
    const last = to < end ? segments.pop() : undefined;
    for (const { segment, index } of segments) {
      for (const part of partsOf(segment)) {
        yield { segment: part.segment, index: from + index + part.index };
      }
    }
    if (last === undefined) return;
    from += last.index;
    if (segments.length > 0) continue;
    // One grapheme fills the window.
    const next = partEnd(text, from);
    yield { segment: text.slice(from, next), index: from };
    from = next;
  }
}

/** Half a pair would join nothing, and part what stands before it. */
function wholePair(text: string, offset: number): number {
  const isHigh = (text.charCodeAt(offset - 1) & 0xfc00) === 0xd800;
  const isLow = (text.charCodeAt(offset) & 0xfc00) === 0xdc00;
  return isHigh && isLow ? offset + 1 : offset;
}

/** UTF-16 units that are segmented at once; more than a grapheme has. */
const STRETCH = 256;
