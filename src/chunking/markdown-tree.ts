/**
 * Markdown's block structure from a real parser, and only that: inline markup decides no cut, and
 * leaving it out is most of the speed. Also where hostile input is made harmless (docs/internals/chunking.md).
 */
import type { Tree } from '@lezer/common';
import {
  type BlockContext,
  parser as commonMark,
  type Line,
  type MarkdownParser,
  Table,
} from '@lezer/markdown';
import { LineInput } from './line-input.ts';

/**
 * Quotes and lists deeper than this are text: a line's cost grows with the depth around it, and
 * nobody reads the 33rd level.
 */
const MAX_DEPTH = 32;

const blockParser: MarkdownParser = commonMark.configure([
  Table,
  {
    // A definition is a paragraph to us, and its parser rescans an unclosed title on every line.
    remove: ['LinkReference'],
    parseBlock: [{ name: 'DepthLimit', before: 'IndentedCode', parse: endNesting }],
    parseInline: [{ name: 'NoInline', before: 'Escape', parse: (cx) => cx.end }],
  },
]);

/** Takes a line as a paragraph once the blocks around it are too deep. */
function endNesting(cx: BlockContext, line: Line): boolean {
  if (cx.depth <= MAX_DEPTH) return false;
  const from = cx.lineStart + line.pos;
  const to = cx.lineStart + line.text.length;
  cx.nextLine();
  cx.addElement(cx.elt('Paragraph', from, to));
  return true;
}

/**
 * Parses `text` from `from` on. Positions in the tree are relative to `from`.
 *
 * @param text whose lines all end with LF (`withLineFeeds`)
 */
export function parseBlocks(text: string, from: number): Tree {
  return blockParser.parse(new LineInput(from === 0 ? text : text.slice(from)));
}

/** The same text, unit for unit, with a lone CR as LF: every line then ends with LF. */
export function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r(?!\n)/g, '\n') : text;
}
