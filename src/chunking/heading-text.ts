/**
 * The plain text of a heading, as a reader sees it: it becomes title, heading path and part of the
 * embedding input, where `**`, link targets and anchors would be noise.
 */
import type { TreeCursor } from '@lezer/common';
import { parser as commonMark, GFM, type MarkdownParser } from '@lezer/markdown';
import { withoutRuby } from '../text/as-read.ts';
import { ENTITIES } from '../text/entities.ts';
import { withHeadingSpace } from './line-input.ts';

const inlineParser: MarkdownParser = commonMark.configure(GFM);

/** More of a heading is never shown; also bounds what inline parsing can cost. In UTF-16 units. */
const MAX_SOURCE = 1000;

/** Most headings: nothing that inline parsing would change. */
const NO_MARKUP = /^#{1,6}\s+[^#*_`~[\]<>&\\!{}:@/.]*$/;
/** An anchor or note for translators in MDX. */
const MDX_COMMENT = /\{\/\*.*?\*\/\}/g;
/** Anchors and attributes at the end, as Docusaurus, Pandoc and kramdown write them. */
const ANCHOR = /\s*\{[#.:][^{}]*\}\s*$/;

/** [[page]] and [[page|name]], and the name of a block that links lead to, as Obsidian has them. */
const WIKI_LINK = /!?\[\[(?!\s)([^[\]|\n]+)(?:\|([^[\]|\n]+))?\]\]/g;
const BLOCK_NAME = /\s+\^[A-Za-z0-9-]+$/;
/** Emphasis that CommonMark does not see between Japanese letters and signs: `は**「重要」**です`. */
const BOLD = /\*\*(?=[^\s*])([^*]*[^\s*])\*\*/g;

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

/**
 * Strips markup from a heading.
 *
 * @param source the heading's lines, with `#` or underline
 * @param setext whether its last line is an underline
 */
export function plainHeading(source: string, setext: boolean): string {
  const lines = setext ? source.slice(0, source.lastIndexOf('\n')) : withHeadingSpace(source);
  const line = setext ? `# ${lines.replace(/\s*\n\s*/g, ' ')}` : lines;
  // Single spaces: what follows looks back over them from each one.
  const short = firstWords(line).slice(0, MAX_SOURCE).trim().replace(BLOCK_NAME, '');
  if (NO_MARKUP.test(short)) return short.replace(/^#+/, '').trim();
  const unlinked = withoutWikiLinks(withoutRuby(short, []));
  return stripInline(unlinked.replace(MDX_COMMENT, ''))
    .replace(ANCHOR, '')
    .replace(BOLD, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The beginning with single spaces, however long a run of blanks in it is. */
function firstWords(line: string): string {
  let words = '';
  for (const [word] of line.matchAll(/\S+/g)) {
    words += words === '' ? word : ` ${word}`;
    if (words.length > MAX_SOURCE) break;
  }
  return words;
}

/** Code may have brackets of its own. */
function withoutWikiLinks(source: string): string {
  if (source.includes('`')) return source;
  return source.replace(WIKI_LINK, (_, page: string, name: string | undefined) => name ?? page);
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
