/**
 * A Markdown text parsed in parts: a tree takes up to a kilobyte for every byte of its text, so that of ten
 * megabytes of nested lists would take all memory. A part ends where a block of the top level begins, which
 * makes the blocks those of the whole text, or an item of a list at the margin. Only what is larger than a large part,
 * and holds blocks itself, is parted between these.
 */
import type { SyntaxNode } from '@lezer/common';
import { parseBlocks } from './markdown-tree.ts';
import { Border, type BorderKind } from './pieces.ts';
import { underlinesOf } from './underlines.ts';

/** The least size of a part, unless the text ends before. In UTF-16 units; measured in docs/internals/chunking.md. */
const PART = 8192;
/** A part of this size may end inside of what an item or a quote holds. */
const LARGE_PART = 65_536;
/** A part of this size may end between lines of a paragraph, or of a fence in an item or quote: each line is a node. */
const LINES_PART = 262_144;

/** Part of a text with its blocks. */
export interface Part {
  /** Where position 0 of the tree is in the text. */
  readonly from: number;
  /** Where the next part begins; blocks from there on belong to it. */
  readonly to: number;
  /** The document of the tree. */
  readonly root: SyntaxNode;
  /** What it begins behind, if that is inside a block of the part before. */
  readonly border: BorderKind | null;
}

/** The parts of `text`, one after the other; they leave nothing out. */
export function* parseParts(text: string): Generator<Part> {
  const underlines = underlinesOf(text);
  let border: BorderKind | null = null;
  let size = PART;
  for (let from = 0; from < text.length; ) {
    const end = lineEnd(text, from + size);
    const root = parseBlocks(text, { from, to: end }, underlines).topNode;
    const next: Next | null =
      end === text.length ? { from: end, border: null } : nextPart(text, from, root, size);
    if (next === null) {
      // One paragraph, fence, table or block of HTML: as large as it is, its tree is small.
      size *= 2;
      continue;
    }
    yield { from, to: next.from, root, border };
    size = PART;
    ({ from, border } = next);
  }
}

type Next = Pick<Part, 'from' | 'border'>;

/** Where the last block begins that may go on behind the part; null if that is where the part begins. */
function nextPart(text: string, from: number, root: SyntaxNode, size: number): Next | null {
  let border: BorderKind | null = null;
  let isInside = false;
  let isParagraph = false;
  for (let parent: SyntaxNode | null = root; parent !== null; ) {
    let last: SyntaxNode | null = parent.lastChild;
    while (last?.name.endsWith('Mark') === true) last = last.prevSibling;
    if (last === null) break;
    const start = text.lastIndexOf('\n', from + last.from - 1) + 1;
    if (start > from) return { from: start, border };
    // Items of a list at the margin are parsed alike wherever the parser begins.
    isParagraph = last.name === 'Paragraph';
    isInside = parent !== root;
    border = last.name.endsWith('List') ? Border.Item : Border.Inner;
    const isTopList: boolean = parent === root && border === Border.Item;
    parent = HOLDERS.has(last.name) && (isTopList || size >= LARGE_PART) ? last : null;
  }
  if (!isParagraph && !isInside) return null;
  if (size < LINES_PART) return null;
  const line = text.lastIndexOf('\n', from + root.to - 2) + 1;
  return line > from ? { from: line, border: Border.Line } : null;
}

/** Blocks that hold blocks. */
const HOLDERS: ReadonlySet<string> = new Set([
  'BulletList',
  'OrderedList',
  'ListItem',
  'Blockquote',
]);

function lineEnd(text: string, offset: number): number {
  const end = offset < text.length ? text.indexOf('\n', offset) : -1;
  return end < 0 ? text.length : end + 1;
}
