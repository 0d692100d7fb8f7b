/**
 * Walks Markdown's block tree and lays the document out as pieces. A block that fits is one piece;
 * only what is too large is opened.
 */
import type { SyntaxNode } from '@lezer/common';
import { tokenUnits } from '../text/tokens.ts';
import { shortHeader } from './context.ts';
import { plainHeading } from './heading-text.ts';
import { htmlHeading } from './html-heading.ts';
import { type Part, parseParts } from './markdown-parts.ts';
import { Border, type BorderKind, type Pieces } from './pieces.ts';
import type { CutFinder } from './prose.ts';
import { CODE, HTML, PROSE, pushRange, type Range, ROW } from './split.ts';

/** How leaf blocks other than paragraphs are cut. */
const FINDERS: ReadonlyMap<string, readonly CutFinder[]> = new Map([
  ['FencedCode', CODE],
  ['CodeBlock', CODE],
  ['HTMLBlock', HTML],
  ['CommentBlock', HTML],
  ['ProcessingInstructionBlock', HTML],
]);

/** A block of the tree with the whole lines that belong to it. */
interface Block extends Range {
  readonly node: SyntaxNode;
}

/** Adds the Markdown of `text` from `from` on; `text` has no lone CR. */
export function pushMarkdown(pieces: Pieces, text: string, from: number): void {
  const body = from === 0 ? text : text.slice(from);
  let before = NOTHING;
  for (const part of parseParts(body)) before = pushPart({ pieces, text, from }, part, before);
}

/** What of a block decides the border behind it. Data alone: a node would keep its tree in memory. */
interface BlockEnd {
  readonly isRule: boolean;
  readonly leadsIn: boolean;
}

const NOTHING: BlockEnd = { isRule: false, leadsIn: false };

/** @param from where the body begins */
function pushPart(
  { pieces, text, from }: { readonly pieces: Pieces; readonly text: string; readonly from: number },
  { root, border, ...part }: Part,
  before: BlockEnd,
): BlockEnd {
  const walker = new Walker(pieces, text, from + part.from);
  const start = from + part.from;
  const first = border ?? walker.borderBehind(before, root.firstChild, Border.Block);
  return walker.pushChildren(root, { start, end: from + part.to, border: first }, Border.Block);
}

class Walker {
  readonly #pieces: Pieces;
  readonly #text: string;
  /** Where position 0 of the tree is in the text. */
  readonly #base: number;

  constructor(pieces: Pieces, text: string, base: number) {
    this.#pieces = pieces;
    this.#text = text;
    this.#base = base;
  }

  /**
   * Adds the blocks inside `parent` up to the end of `range`; `inner` stands between them, `range.border`
   * before the first.
   */
  pushChildren(parent: SyntaxNode, range: Range, inner: BorderKind): BlockEnd {
    const top = parent.name === 'Document';
    let open: Block | null = null;
    for (let node = parent.firstChild; node !== null; node = node.nextSibling) {
      if (node.name.endsWith('Mark')) continue;
      const start = this.#lineStart(this.#base + node.from);
      // What follows belongs to the next part.
      if (start >= range.end) break;
      if (open === null) {
        open = { node, start: range.start, end: range.end, border: range.border };
        continue;
      }
      // Blocks on one line (`- - a`) share its start and stay together.
      if (start <= open.start) continue;
      this.#pushBlock({ ...open, end: start }, top);
      open = {
        node,
        start,
        end: range.end,
        border: this.borderBehind(this.#endOf(open.node), node, inner),
      };
    }
    if (open === null) pushRange(this.#pieces, this.#text, range, PROSE);
    else this.#pushBlock(open, top);
    return open === null ? NOTHING : this.#endOf(open.node);
  }

  #pushBlock(block: Block, top: boolean): void {
    if (top && this.#pushHeading(block)) return;
    const units = tokenUnits(this.#text, block.start, block.end);
    if (this.#pieces.fits(block.start, block.end, units)) {
      this.#pieces.push(block.start, block.border, units);
    } else this.#open(block);
  }

  /** Takes a block apart that is too large. */
  #open(block: Block): void {
    const { name } = block.node;
    if (name === 'BulletList' || name === 'OrderedList') {
      this.pushChildren(block.node, block, Border.Item);
    } else if (name === 'ListItem' || name === 'Blockquote') {
      this.pushChildren(block.node, block, Border.Inner);
    } else if (name === 'Table') {
      this.#openTable(block);
    } else {
      pushRange(this.#pieces, this.#text, block, FINDERS.get(name) ?? PROSE);
    }
  }

  #openTable(block: Block): void {
    let { start, border } = block;
    const bodyStart = this.#tableBody(block);
    const header = shortHeader(this.#text.slice(start, bodyStart));
    this.#pieces.tables.push({ bodyStart, end: block.end, header });
    while (start < block.end) {
      const lineEnd = this.#text.indexOf('\n', start);
      const next = start < bodyStart ? bodyStart : lineEnd < 0 ? block.end : lineEnd + 1;
      const end = Math.min(next, block.end);
      pushRange(this.#pieces, this.#text, { start, end, border }, ROW);
      border = end === bodyStart ? Border.LeadIn : Border.Item;
      start = end;
    }
  }

  /** Where the first row behind the delimiters begins; the end of a table without any. */
  #tableBody({ node, start, end }: Block): number {
    const delimiters = node.getChild('TableDelimiter');
    const last = delimiters === null ? start : this.#base + delimiters.from;
    const lineEnd = this.#text.indexOf('\n', last);
    const hasRows = lineEnd >= 0 && lineEnd + 1 < this.#base + node.to;
    return hasRows ? lineEnd + 1 : end;
  }

  /** False if the block is no heading. */
  #pushHeading(block: Block): boolean {
    const { start, end } = block;
    const found = this.#headingOf(block.node);
    if (found === null) return false;
    const { level } = found;
    const units = tokenUnits(this.#text, start, end);
    const heading = { start, end, ...found };
    if (this.#pieces.fits(start, end, units)) {
      this.#pieces.pushHeading(heading, units);
      return true;
    }
    this.#pieces.addHeading(heading);
    pushRange(this.#pieces, this.#text, { start, end, border: level }, PROSE);
    return true;
  }

  #headingOf(node: SyntaxNode): { readonly level: number; readonly text: string } | null {
    const level = headingLevel(node.name);
    if (level === 0 && node.name !== 'HTMLBlock') return null;
    const source = this.#text.slice(this.#base + node.from, this.#base + node.to);
    if (level === 0) return htmlHeading(source);
    const setext = node.name.startsWith('Setext');
    // A link definition with a rule below it: CommonMark says no heading (see `markdown-tree`).
    if (setext && /^\[[^\]]+\]:/.test(source)) return null;
    return { level, text: plainHeading(source, setext) };
  }

  /** The border between two blocks, the second of which may be missing. */
  borderBehind(before: BlockEnd, after: SyntaxNode | null, inner: BorderKind): BorderKind {
    if (before.isRule) return Border.Break;
    const isEnclosed = before.leadsIn || (after !== null && this.#closesTag(after));
    return isEnclosed ? Math.max(Border.LeadIn, inner) : inner;
  }

  #endOf(node: SyntaxNode): BlockEnd {
    return { isRule: node.name === 'HorizontalRule', leadsIn: this.#leadsIn(node) };
  }

  /** `As follows:` or an opening tag: what comes next belongs to it. */
  #leadsIn(node: SyntaxNode): boolean {
    const end = this.#base + node.to;
    if (node.name === 'Paragraph') return /[:：]\s*$/.test(this.#text.slice(end - 3, end));
    if (node.name !== 'HTMLBlock') return false;
    const source = this.#text.slice(
      this.#base + node.from,
      Math.min(end, this.#base + node.from + 500),
    );
    return /^<[A-Za-z]/.test(source) && !/<\/|\/>\s*$/.test(source);
  }

  #closesTag(node: SyntaxNode): boolean {
    return node.name === 'HTMLBlock' && this.#text.startsWith('</', this.#base + node.from);
  }

  #lineStart(offset: number): number {
    return Math.max(this.#text.lastIndexOf('\n', offset - 1) + 1, this.#base);
  }
}

function headingLevel(name: string): number {
  const level = /^(?:ATX|Setext)Heading(\d)$/.exec(name)?.[1];
  return level === undefined ? 0 : Number(level);
}
