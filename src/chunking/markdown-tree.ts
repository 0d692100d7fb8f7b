/**
 * Markdown's block structure from a real parser, and only that: inline markup decides no cut, and
 * leaving it out is most of the speed. Also where hostile input is made harmless (docs/internals/chunking.md).
 */
import type { Tree } from '@lezer/common';
import {
  type BlockContext,
  type BlockParser,
  parser as commonMark,
  type LeafBlockParser,
  type Line,
  type MarkdownParser,
  Table,
} from '@lezer/markdown';
import { LineInput, type Stretch } from './line-input.ts';
import type { Underlines } from './underlines.ts';

/**
 * Quotes and lists deeper than this are text: a line's cost grows with the depth around it, and
 * nobody reads the 33rd level.
 */
const MAX_DEPTH = 32;

const blockParser: MarkdownParser = commonMark.configure([
  { ...Table, parseBlock: (Table.parseBlock ?? []).map(withoutCells) },
  {
    // A definition is a paragraph to us, and its parser rescans an unclosed title on every line.
    remove: ['LinkReference'],
    parseBlock: [{ name: 'DepthLimit', before: 'IndentedCode', parse: endNesting }],
    parseInline: [{ name: 'NoInline', before: 'Escape', parse: (cx) => cx.end }],
  },
]);

/** Header and delimiters say where a table's body begins; no row is looked at. */
const TABLE_LINES = 1;

/** The rule for tables without nodes for rows and cells: each of them takes a hundred bytes or more. */
function withoutCells(rule: BlockParser): BlockParser {
  const { leaf } = rule;
  if (leaf === undefined) return rule;
  return {
    ...rule,
    leaf: (cx, block) => {
      const parser = leaf(cx, block);
      // The same object: the rule tells by its class that a table is open.
      return parser === null ? null : withFirstLines(parser);
    },
  };
}

function withFirstLines(parser: LeafBlockParser): LeafBlockParser {
  const nextLine = parser.nextLine.bind(parser);
  let seen = 0;
  parser.nextLine = (cx, line, block) => {
    seen += 1;
    return seen <= TABLE_LINES && nextLine(cx, line, block);
  };
  return parser;
}

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
 * Parses part of a text. Positions in the tree are relative to the part.
 *
 * @param text whose lines all end with LF (`withLineFeeds`)
 * @param underlines of the whole text
 */
export function parseBlocks(text: string, part: Stretch, underlines: Underlines): Tree {
  return blockParser.parse(new LineInput(text, part, underlines));
}

/** The same text, unit for unit, with a lone CR as LF: every line then ends with LF. */
export function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r(?!\n)/g, '\n') : text;
}
