/**
 * The plain text of a heading, as a reader sees it: it becomes title, heading path and part of the
 * embedding input, where `**`, link targets and anchors would be noise.
 */
import type { TreeCursor } from '@lezer/common';
import { parser as commonMark, GFM, type MarkdownParser } from '@lezer/markdown';

const inlineParser: MarkdownParser = commonMark.configure(GFM);

/** More of a heading is never shown; also bounds what inline parsing can cost. In UTF-16 units. */
const MAX_SOURCE = 1000;

/** Most headings: nothing that inline parsing would change. */
const NO_MARKUP = /^#{1,6}\s+[^#*_`~[\]<>&\\!{}:@/.]*$/;
/** An anchor or note for translators in MDX. */
const MDX_COMMENT = /\{\/\*.*?\*\/\}/g;
/** Anchors and attributes at the end, as Docusaurus, Pandoc and kramdown write them. */
const ANCHOR = /\s*\{[#.:][^{}]*\}\s*$/;

/** Nodes whose source no reader sees. */
const HIDDEN = new Set([
  'HeaderMark',
  'EmphasisMark',
  'CodeMark',
  'LinkMark',
  'LinkTitle',
  'StrikethroughMark',
  'HTMLTag',
  'Comment',
  'ProcessingInstruction',
]);

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&nbsp;': ' ',
};

/**
 * Strips markup from a heading.
 *
 * @param source the heading's lines, with `#` or underline
 * @param setext whether its last line is an underline
 */
export function plainHeading(source: string, setext: boolean): string {
  const lines = setext ? source.slice(0, source.lastIndexOf('\n')) : source;
  const line = setext ? `# ${lines.replace(/\s*\n\s*/g, ' ')}` : lines;
  const short = line.slice(0, MAX_SOURCE).trim();
  if (NO_MARKUP.test(short)) return short.replace(/^#+/, '').replace(/\s+/g, ' ').trim();
  return stripInline(short.replace(MDX_COMMENT, ''))
    .replace(ANCHOR, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function stripInline(source: string): string {
  let plain = '';
  let position = 0;
  const cursor = inlineParser.parse(source).cursor();
  do {
    if (cursor.from < position) continue;
    const replacement = replacementOf(cursor, source);
    if (replacement === null) continue;
    plain += source.slice(position, cursor.from) + replacement;
    position = cursor.to;
  } while (cursor.next());
  return plain + source.slice(position);
}

/** What a reader sees of a node; null if its source (or that of its children) is shown. */
function replacementOf(cursor: TreeCursor, source: string): string | null {
  if (HIDDEN.has(cursor.name)) return '';
  const text = source.slice(cursor.from, cursor.to);
  if (cursor.name === 'Escape') return text.slice(1);
  if (cursor.name === 'Entity') return ENTITIES[text] ?? text;
  if (cursor.name === 'URL') return isTarget(cursor) ? '' : text;
  return null;
}

/** The target of a link, not an address that is its own text. */
function isTarget(cursor: TreeCursor): boolean {
  const parent = cursor.node.parent?.name;
  return parent === 'Link' || parent === 'Image';
}
