/** The markup around what is encoded: left out with it where it holds nothing else, so that no passage is left of it. */
import type { Gap } from './gap.ts';

/** How far the beginning and the end of a tag or a link are looked for. In UTF-16 units. */
const REACH = 2000;

const FENCE = /^[ \t>]*(?:`{3,}|~{3,})[^`\n]*$/;
const FENCE_END = /^[ \t>]*(?:`{3,}|~{3,})[ \t]*$/;
const NAMED =
  /\b(?:alt|title|aria-label)\s*=\s*(?:"[^"\p{L}\p{N}]*[\p{L}\p{N}]|'[^'\p{L}\p{N}]*[\p{L}\p{N}])/u;

/** With its tag, its link or its quotes, and with the rest of its lines if that has no letter or digit. */
export function withMarkup(text: string, gap: Gap): Gap {
  const before = text.slice(Math.max(0, gap.start - REACH), gap.start);
  const after = text.slice(gap.end, gap.end + REACH);
  const [left, right] = tagAround(before, after) ??
    linkAround(before, after) ??
    definitionAround(before, after) ??
    quotesAround(before, after) ?? [0, 0];
  return withLineRest(text, { start: gap.start - left, end: gap.end + right });
}

/** Units to the left and to the right that go with it. */
type Reach = readonly [left: number, right: number];

/** `<img alt="…" src="` before it and `">` behind it; a side with a name for the reader keeps its part of the tag. */
function tagAround(before: string, after: string): Reach | null {
  const open = before.lastIndexOf('<');
  const attribute = /[\s"']([\w:-]{1,40}\s?=\s?["']?)[^"'<>]{0,200}$/.exec(before.slice(-300));
  if (open < 0 || before.lastIndexOf('>') > open || attribute === null) return null;
  if (!/^<[A-Za-z]/.test(before.slice(open))) return null;
  const close = after.indexOf('>');
  const head = before.slice(open);
  const tail = close < 0 ? '' : after.slice(0, close + 1);
  const left = NAMED.test(head) ? attribute[0].length - 1 : head.length;
  const right = tail === '' || NAMED.test(tail) ? (/^["']/.test(after) ? 1 : 0) : tail.length;
  return [left, right];
}

/** `![name](` before it and `"title")` behind it; a name stays. */
function linkAround(before: string, after: string): Reach | null {
  const opening = /\]\(\s?<?$/.exec(before);
  if (opening === null) return null;
  const label = before.lastIndexOf('[', opening.index);
  const hasName = label >= 0 && /[\p{L}\p{N}]/u.test(before.slice(label, opening.index));
  const image = before.charAt(label - 1) === '!' ? 1 : 0;
  const start = label < 0 || hasName ? opening.index : label - image;
  const closing = /^>?(?:\s{1,3}"[^"\n]{0,200}")?\s?\)/.exec(after);
  return [before.length - start, closing?.[0].length ?? 0];
}

/** `[name]: <`, as programs put pictures at the end of a document. */
function definitionAround(before: string, after: string): Reach | null {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  if (!/^ {0,3}\[[^\]\n]+\]:\s?<?$/.test(line)) return null;
  return [line.length, /^[^\n]*/.exec(after)?.[0].length ?? 0];
}

function quotesAround(before: string, after: string): Reach | null {
  const quote = before.slice(-1);
  return /["'`]/.test(quote) && after.startsWith(quote) ? [1, 1] : null;
}

function withLineRest(text: string, { start, end }: Gap): Gap {
  const lineStart = Math.max(text.lastIndexOf('\n', start - 1) + 1, start - REACH);
  const lineEnd = text.indexOf('\n', end);
  const stop = Math.min(lineEnd < 0 ? text.length : lineEnd, end + REACH);
  return {
    start: isBare(text.slice(lineStart, start)) ? lineStart : start,
    end: isBare(text.slice(end, stop)) ? stop : end,
  };
}

const TAG = /<\/?[A-Za-z][^<>]{0,2000}>/g;

/** True if nothing is left without tags but signs; names for the reader count. */
export function isBare(part: string): boolean {
  const rest = part.replace(TAG, (tag) => (NAMED.test(tag) ? tag : ''));
  return !/[\p{L}\p{N}]/u.test(rest);
}

/** With the tags or the fence on the lines around it, if they hold nothing else. */
export function withFrame(text: string, gap: Gap): Gap {
  return withFences(text, withTagLines(text, gap));
}

/** Lines of nothing but tags, as around the paths of a drawing. */
function withTagLines(text: string, { start, end }: Gap): Gap {
  const isTags = (line: string): boolean => /^\s*<.*>\s*$/.test(line) && isBare(line);
  let from = start;
  while (from > 0 && start - from < REACH && text.charCodeAt(from - 1) === 10) {
    const above = text.lastIndexOf('\n', from - 2) + 1;
    if (from - above > REACH || !isTags(text.slice(above, from - 1))) break;
    from = above;
  }
  let to = end;
  while (to < text.length && to - end < REACH && text.charCodeAt(to) === 10) {
    const found = text.indexOf('\n', to + 1);
    const below = found < 0 ? text.length : found;
    if (below - to > REACH || !isTags(text.slice(to + 1, below))) break;
    to = below;
  }
  return { start: from, end: to };
}

function withFences(text: string, gap: Gap): Gap {
  const above = text.slice(Math.max(0, gap.start - REACH), gap.start).trimEnd();
  const below = text.slice(gap.end, gap.end + REACH).trimStart();
  const opening = above.slice(above.lastIndexOf('\n') + 1);
  const closing = below.slice(0, below.indexOf('\n') < 0 ? undefined : below.indexOf('\n'));
  if (!FENCE.test(opening) || !FENCE_END.test(closing)) return gap;
  const start = Math.max(0, gap.start - REACH) + above.length - opening.length;
  return { start, end: text.indexOf(closing, gap.end) + closing.length };
}
