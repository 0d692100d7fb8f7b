/**
 * Markdown as people read it: lines without the signs that make headings, tables, quotes, code blocks and
 * links of them. Not a parser: part of a document is looked at, in linear time whatever is in it, and what
 * is no markup for certain stays.
 */
import { withoutInlineMarkup } from './inline-markup.ts';

/** A line without its markup. */
export interface PlainLine {
  readonly text: string;
  /** Which line of the source it is, from 0. */
  readonly line: number;
  readonly isHeading: boolean;
}

/** The lines of a Markdown text that have any text. */
export function plainLines(markdown: string): readonly PlainLine[] {
  const lines = splitLines(markdown);
  const reader = new BlockReader(lines);
  for (let line = 0; line < lines.length; line++) reader.read(line);
  return reader.end();
}

/** The lines of a text without markup that have any text. */
export function textLines(text: string): readonly PlainLine[] {
  return splitLines(text)
    .map((one, line) => ({ text: one.trim(), line, isHeading: false }))
    .filter((one) => one.text !== '');
}

function splitLines(text: string): readonly string[] {
  return text.split(/\r\n?|\n/);
}

const QUOTE = /^(?: {0,3}> ?)+/;
const FENCE = /^\s*(?:[-*+]\s+)?(?<marks>`{3,}|~{3,})(?<info>[^`]*)$/;
const BREAK = /^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const UNDERLINE = /^(?:=+|-+)$/;
const HEADING = /^#{1,6}(?=[ \t]|$)/;
const DEFINITION = /^\[[^\]]{1,200}\]:[ \t]*\S/;
const FOOTNOTE = /^\[\^[^\]]{1,200}\]:/;

/** Lines that belong together: inline markup may begin on one and end on another. */
interface Paragraph {
  readonly start: number;
  readonly lines: string[];
}

/** Tells blocks apart, line by line. */
class BlockReader {
  readonly #lines: readonly string[];
  readonly #plain: PlainLine[] = [];
  #paragraph: Paragraph | null = null;
  /** The marks that a code block began with. */
  #fence: string | null;
  #inTable = false;
  #inComment = false;
  readonly #lastCommentEnd: number;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
    this.#fence = beginsInside(lines) ? '```' : null;
    this.#lastCommentEnd = lines.findLastIndex((line) => line.includes('-->'));
  }

  /** Reads the line of this number; they are read in order. */
  read(line: number): void {
    const source = this.#lines[line] ?? '';
    const quoted = source.replace(QUOTE, '');
    if (this.#fence !== null) {
      if (isEndOf(this.#fence, quoted)) this.#fence = null;
      else this.#add(source.trimEnd(), line);
      return;
    }
    const fence = fenceOf(quoted)?.marks;
    if (fence !== undefined) {
      this.#fence = fence;
      this.#endParagraph();
      return;
    }
    this.#readText(this.#withoutComments(quoted, line).trim(), line);
  }

  /** @returns what was read */
  end(): readonly PlainLine[] {
    this.#endParagraph();
    return this.#plain;
  }

  #readText(text: string, line: number): void {
    if (UNDERLINE.test(text) && this.#paragraph !== null) {
      this.#endParagraph(true);
    } else if (text === '' || BREAK.test(text) || UNDERLINE.test(text)) {
      this.#endParagraph();
      this.#inTable = false;
    } else if (isTableRule(text)) {
      this.#endParagraph();
      this.#inTable = true;
    } else if (this.#isTableRow(text, line)) {
      this.#endParagraph();
      this.#add(cellsOf(text).join('  '), line);
    } else if (HEADING.test(text)) {
      this.#endParagraph();
      this.#add(collapse(withoutInlineMarkup(headingText(text))), line, true);
    } else if (!DEFINITION.test(text)) {
      this.#addToParagraph(text, line);
    } else if (FOOTNOTE.test(text)) {
      this.#addToParagraph(text.replace(FOOTNOTE, '').trim(), line);
    } else {
      this.#addToParagraph('', line);
    }
  }

  #isTableRow(text: string, line: number): boolean {
    if (text.startsWith('|')) return true;
    return (
      text.includes('|') && (this.#inTable || isTableRule(this.#lines[line + 1]?.trim() ?? ''))
    );
  }

  /** A comment may go on over lines; one without an end is none. */
  #withoutComments(text: string, line: number): string {
    let rest = text;
    let kept = '';
    for (;;) {
      if (this.#inComment) {
        const end = rest.indexOf('-->');
        if (end < 0) return kept;
        this.#inComment = false;
        rest = rest.slice(end + '-->'.length);
      }
      const start = rest.indexOf('<!--');
      if (start < 0) return kept + rest;
      const ends = line < this.#lastCommentEnd || rest.indexOf('-->', start) >= 0;
      if (!ends || rest[start - 1] === '`') return kept + rest;
      kept += rest.slice(0, start);
      rest = rest.slice(start + '<!--'.length);
      this.#inComment = true;
    }
  }

  #addToParagraph(text: string, line: number): void {
    this.#paragraph ??= { start: line, lines: [] };
    this.#paragraph.lines.push(text);
  }

  #endParagraph(isHeading: boolean = false): void {
    const paragraph = this.#paragraph;
    this.#paragraph = null;
    if (paragraph === null) return;
    const plain = withoutInlineMarkup(paragraph.lines.join('\n'));
    plain.split('\n').forEach((text, at) => {
      this.#add(collapse(text), paragraph.start + at, isHeading);
    });
  }

  #add(text: string, line: number, isHeading: boolean = false): void {
    if (text.trim() !== '') this.#plain.push({ text, line, isHeading });
  }
}

/**
 * Part of a document may begin inside a code block. Then its fences are odd in number, and behind the first
 * one, which ends that block, a blank line follows.
 */
function beginsInside(lines: readonly string[]): boolean {
  const fences = lines.flatMap((line, at) => {
    const fence = fenceOf(line.replace(QUOTE, ''));
    return fence === null ? [] : [{ at, ...fence }];
  });
  const [first] = fences;
  if (first === undefined || fences.length % 2 === 0 || first.info.trim() !== '') return false;
  return (lines[first.at + 1] ?? '').trim() === '';
}

/** The marks with which a line begins a code block, and what stands behind them. */
function fenceOf(line: string): { readonly marks: string; readonly info: string } | null {
  if (!line.includes('```') && !line.includes('~~~')) return null;
  const { marks, info } = FENCE.exec(line)?.groups ?? {};
  return marks === undefined ? null : { marks, info: info ?? '' };
}

function isEndOf(fence: string, line: string): boolean {
  const marks = line.trim();
  return marks.startsWith(fence) && marks === fence.charAt(0).repeat(marks.length);
}

function isTableRule(text: string): boolean {
  return text.includes('|') && text.includes('-') && /^[|:\- \t]+$/.test(text);
}

function cellsOf(row: string): readonly string[] {
  return row
    .split(/(?<!\\)\|/)
    .map((cell) => collapse(withoutInlineMarkup(cell.replaceAll('\\|', '|'))))
    .filter((cell) => cell !== '');
}

/** Without the marks on both sides, and an anchor at the end. */
function headingText(line: string): string {
  const text = line.replace(HEADING, '').trim();
  let end = text.length;
  while (text[end - 1] === '#') end -= 1;
  const isClosed = end < text.length && (end === 0 || /\s/.test(text[end - 1] ?? ''));
  const open = isClosed ? text.slice(0, end).trimEnd() : text;
  const anchor = open.endsWith('}') ? open.lastIndexOf('{') : -1;
  return anchor >= 0 && /[#.:]/.test(open[anchor + 1] ?? '') ? open.slice(0, anchor) : open;
}

function collapse(text: string): string {
  return text.replace(/\t[ \t]*| [ \t]+/g, ' ').trim();
}
