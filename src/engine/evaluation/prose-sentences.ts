/**
 * The sentences of a document that people could have asked for: whole sentences of its paragraphs, and no
 * headings, code or tables. Pure.
 */
import { parseParts } from '../../chunking/markdown-parts.ts';
import { Border } from '../../chunking/pieces.ts';
import { type CutFinder, findParagraphLine, findSentence } from '../../chunking/prose.ts';
import type { DocumentFormat } from '../../model/types.ts';
import { withoutRuby, withoutWraps } from '../../text/as-read.ts';
import { withoutInlineMarkup } from '../../text/inline-markup.ts';
import { mapLines } from '../../text/lines.ts';
import { hasJapanese } from '../../text/scripts.ts';
import { estimateTokens } from '../../text/tokens.ts';

/** A sentence and where it stands. */
export interface ProseSentence {
  /** As it is read: on one line, without markup. */
  readonly text: string;
  /** As it stands in the document. */
  readonly source: string;
  /** The line that it begins on, from 1, and the one that it ends on. */
  readonly startLine: number;
  readonly endLine: number;
  /** Where on its first line it begins: UTF-16 units, from 1. */
  readonly column: number;
}

/** Estimated tokens of a sentence that says something and nothing else: 7 to 35 English words, 18 to 90 kana. */
const LENGTH = { min: 12, max: 60 };

/** Letters among the signs that are no white space: less is a formula, a path, a row of numbers. */
const LETTER_SHARE = 0.7;

/** What ends a sentence, with what may close behind it. */
const ENDED = /[.!?。！？｡．]['"’”」』）)\]]*$/;
/** Addresses, cells of tables, comments, and rules under headings. */
const NO_PROSE = /:\/\/|[|｜]|\{\/|([=~^#*_+-])\1{3}/;
const UNDERLINE = /^([=~^#*_+-])\1{3}/;
const INDENTED = /^(?: {4}|\t)/m;
/** The mark of an item, in formats that are read as text. */
const ITEM = /^(?:[-*+•・●○]|\d{1,3}[.)])[ \t\u3000]+/;

/**
 * Finds them.
 *
 * @param text whose lines all end with LF
 * @param format `text` has no marks for code: what is indented by four spaces or a tab is left out there
 */
export function proseSentences(text: string, format: DocumentFormat): readonly ProseSentence[] {
  const lines = mapLines(text);
  const ranges = format === 'markdown' ? markdownParagraphs(text) : textParagraphs(text);
  const sentences = ranges.flatMap((range) => cutBy(findSentence, text, range));
  return sentences.flatMap((sentence) => {
    const { end } = sentence;
    const start = skipLead(text, sentence);
    const source = text.slice(start, end).trimEnd();
    const read = asSentence(source);
    if (!isUseful(read)) return [];
    const startLine = lines.lineAt(start);
    const endLine = lines.lineAt(start + source.length - 1);
    return { text: read, source, startLine, endLine, column: start - lines.lineStart(start) + 1 };
  });
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function markdownParagraphs(text: string): readonly Range[] {
  const ranges: Range[] = [];
  for (const { root, from, to } of parseParts(text)) {
    const cursor = root.cursor();
    do {
      // A part may end inside of a block that goes on in the next one.
      const end = Math.min(from + cursor.to, to);
      const start = from + cursor.from;
      if (cursor.name === 'Paragraph' && start < end) ranges.push({ start, end });
    } while (cursor.next());
  }
  return ranges;
}

function textParagraphs(text: string): readonly Range[] {
  const cuts = cutBy(findParagraphLine, text, { start: 0, end: text.length });
  return cuts.filter(({ start, end }) => {
    const isCode = INDENTED.test(text.slice(start, end));
    const isHeading = UNDERLINE.test(text.slice(end, end + 4));
    return !isCode && !isHeading;
  });
}

/** The parts of a range that a finder's borders make, without the line ends inside of sentences. */
function cutBy(finder: CutFinder, text: string, { start, end }: Range): readonly Range[] {
  const parts: Range[] = [];
  let from = start;
  let at = start;
  while (at < end) {
    const { offset, border } = finder(text, at, end);
    at = offset;
    if (border === Border.Line && at < end) continue;
    parts.push({ start: from, end: at });
    from = at;
  }
  return parts;
}

/** Where the words begin, behind blanks and the mark of an item. */
function skipLead(text: string, { start, end }: Range): number {
  const part = text.slice(start, end).trimStart();
  const item = ITEM.exec(part)?.[0].length ?? 0;
  return Math.min(end, end - part.length + item);
}

function asSentence(source: string): string {
  const joined = withoutWraps(withoutRuby(source, [])).replace(/\n(?:[ \t]*>)*/g, ' ');
  return withoutInlineMarkup(joined).replace(/\s+/g, ' ').trim();
}

function isUseful(sentence: string): boolean {
  if (!ENDED.test(sentence) || NO_PROSE.test(sentence)) return false;
  // The rest of a sentence whose first line was taken for a paragraph.
  if (/^\p{Ll}/u.test(sentence) && !hasJapanese(sentence)) return false;
  const signs = sentence.replace(/\s/g, '');
  const letters = signs.match(/\p{L}/gu)?.length ?? 0;
  if (letters < LETTER_SHARE * signs.length) return false;
  const tokens = estimateTokens(sentence);
  return LENGTH.min <= tokens && tokens <= LENGTH.max;
}
