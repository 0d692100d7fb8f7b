/**
 * Takes the markup out of a paragraph of Markdown: emphasis, code marks, link targets, tags, escapes. In
 * linear time: what has to be looked for ahead is bounded, or looked for once. Pure.
 */
import { ENTITIES } from './entities.ts';

/** How far the end of a target or tag is looked for. In UTF-16 units. */
const MAX_TARGET = 1000;

const ORDINARY = /[^\\`*_~<[\]!&{]+/y;
const TAG = new RegExp(
  `<(?:/?(?<name>[A-Za-z][A-Za-z0-9-]*)(?:[\\s/][^<>]{0,${MAX_TARGET}})?|[!?][^<>]{0,${MAX_TARGET}})>`,
  'y',
);
const AUTOLINK = new RegExp(
  `<(?<address>[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\\s<>]{0,${MAX_TARGET}}|[^\\s<>@]{1,64}@[^\\s<>]{1,255})>`,
  'y',
);
const WIKI_LINK = /\[\[(?<page>[^[\]|\n]{1,200})(?:\|(?<text>[^[\]|\n]{1,200}))?\]\]/y;
const FOOTNOTE = /\[\^[^\]\s]{1,50}\]/y;
const ENTITY = /&(?:amp|lt|gt|quot|apos|nbsp|#39);/y;
const MDX_COMMENT = /\{\/\*[^*]{0,500}\*\/\}/y;

/** As people write them, and the apostrophe as programs do. */
const DECODED: Readonly<Record<string, string>> = { ...ENTITIES, '&#39;': "'" };

/** Tags that part what stands on their sides. */
const PARTING = /^(?:br|dd|div|dt|hr|li|p|td|th|tr)$/i;

/**
 * A paragraph without its markup.
 *
 * @returns as many line ends as the source has, each between the same words
 */
export function withoutInlineMarkup(source: string): string {
  if (!/[\\`*_~<[\]&{]/.test(source)) return source;
  const scanner = new InlineScanner(source);
  while (scanner.next()) {}
  return scanner.text();
}

/** Goes through a paragraph once. Openers stay in the text until what closes them is found. */
class InlineScanner {
  readonly #source: string;
  #at = 0;
  readonly #out: string[] = [];
  /** Places in `out` of `[` and `![` that may begin a link. */
  readonly #brackets: number[] = [];
  /** Places in `out` of marks that may begin emphasis, by the marks. */
  readonly #openers = new Map<string, number[]>();
  /** Lengths of code marks that nothing closes any more. */
  readonly #unclosed = new Set<number>();

  constructor(source: string) {
    this.#source = source;
  }

  text(): string {
    return this.#out.join('');
  }

  /** @returns false at the end */
  next(): boolean {
    const ordinary = this.#match(ORDINARY);
    if (ordinary !== null) {
      this.#out.push(ordinary[0]);
      this.#at += ordinary[0].length;
    }
    const sign = this.#source[this.#at];
    if (sign === undefined) return false;
    if (sign === '\\') this.#escape();
    else if (sign === '`') this.#code();
    else if (sign === '<') this.#tag();
    else if (sign === '[' || sign === '!') this.#openLink(sign);
    else if (sign === ']') this.#closeLink();
    else if (sign === '&') this.#replace(ENTITY, ([entity]) => DECODED[entity] ?? entity);
    else if (sign === '{') this.#replace(MDX_COMMENT, () => '');
    else this.#emphasis(sign);
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#source);
  }

  /** Goes on behind so many units, with something in their place; line ends among them stay. */
  #take(length: number, shown: string): void {
    const taken = this.#source.slice(this.#at, this.#at + length);
    const missing = lineEnds(taken) - lineEnds(shown);
    this.#out.push(missing > 0 ? shown + '\n'.repeat(missing) : shown);
    this.#at += length;
  }

  /** Puts something in the place of what matches here; without a match the sign stays. */
  #replace(pattern: RegExp, shown: (match: RegExpExecArray) => string): boolean {
    const match = this.#match(pattern);
    if (match === null) this.#take(1, this.#source.charAt(this.#at));
    else this.#take(match[0].length, shown(match));
    return match !== null;
  }

  #escape(): void {
    const next = this.#source[this.#at + 1] ?? '';
    if (/[!-/:-@[-`{-~]/.test(next)) this.#take(2, next);
    else this.#take(1, next === '\n' ? '' : '\\');
  }

  #code(): void {
    const marks = runAt(this.#source, this.#at);
    const start = this.#at + marks;
    const end = this.#unclosed.has(marks) ? -1 : this.#closingMarks(start, marks);
    if (end < 0) {
      this.#unclosed.add(marks);
      this.#take(marks, '`'.repeat(marks));
      return;
    }
    const code = this.#source.slice(start, end);
    this.#take(end + marks - this.#at, /^ .* $/s.test(code) ? code.slice(1, -1) : code);
  }

  /** Where exactly so many marks stand next; -1 for nowhere. */
  #closingMarks(from: number, marks: number): number {
    for (let at = this.#source.indexOf('`', from); at >= 0; ) {
      const run = runAt(this.#source, at);
      if (run === marks) return at;
      at = this.#source.indexOf('`', at + run);
    }
    return -1;
  }

  #tag(): void {
    const link = this.#match(AUTOLINK);
    if (link !== null) this.#take(link[0].length, link.groups?.['address'] ?? '');
    else this.#replace(TAG, ({ groups }) => (PARTING.test(groups?.['name'] ?? '') ? ' ' : ''));
  }

  #openLink(sign: string): void {
    if (sign === '!' && this.#source[this.#at + 1] !== '[') {
      this.#take(1, sign);
      return;
    }
    const note = this.#match(FOOTNOTE);
    const page = this.#match(WIKI_LINK);
    if (note !== null) this.#take(note[0].length, '');
    else if (page !== null) {
      this.#take(page[0].length, page.groups?.['text'] ?? page.groups?.['page'] ?? '');
    } else {
      this.#brackets.push(this.#out.length);
      const marks = sign === '!' ? '![' : '[';
      this.#take(marks.length, marks);
    }
  }

  #closeLink(): void {
    const open = this.#brackets.pop();
    const end = open === undefined ? -1 : targetEnd(this.#source, this.#at + 1);
    if (open === undefined || end < 0) {
      this.#take(1, ']');
      return;
    }
    this.#out[open] = '';
    this.#take(end - this.#at, '');
  }

  #emphasis(sign: string): void {
    const length = runAt(this.#source, this.#at);
    const marks = sign.repeat(length);
    const before = this.#source.slice(Math.max(0, this.#at - 2), this.#at);
    const after = this.#source.slice(this.#at + length, this.#at + length + 2);
    const openers = this.#openers.get(marks) ?? [];
    this.#openers.set(marks, openers);
    const isMarkup = sign === '~' ? length === 2 : length <= 3 && !isInWord(marks, before, after);
    const opener = isMarkup && /\S$/.test(before) ? openers.pop() : undefined;
    if (opener !== undefined) {
      this.#out[opener] = '';
      this.#take(length, '');
      return;
    }
    if (isMarkup && /^\S/.test(after)) openers.push(this.#out.length);
    this.#take(length, marks);
  }
}

/**
 * `snake_case`, `__init__.py` and `2*3*4` are what they are; two asterisks, or one in Japanese, may stand
 * inside a word.
 */
function isInWord(marks: string, before: string, after: string): boolean {
  if (marks.startsWith('_')) {
    return /[\p{L}\p{N}]$/u.test(before) && /^[.:/]?[\p{L}\p{N}]/u.test(after);
  }
  return marks.length === 1 && /[A-Za-z0-9]$/.test(before) && /^[A-Za-z0-9]/.test(after);
}

/** How often the sign at a place follows itself. */
function runAt(source: string, start: number): number {
  let end = start + 1;
  while (source[end] === source[start]) end += 1;
  return end - start;
}

/** Behind the target of a link, `(…)` or `[…]`; -1 if there is none. */
function targetEnd(source: string, start: number): number {
  const most = Math.min(source.length, start + MAX_TARGET);
  if (source[start] === '[') {
    const end = source.slice(start, most).indexOf(']');
    return end < 0 ? -1 : start + end + 1;
  }
  if (source[start] !== '(') return -1;
  let depth = 0;
  for (let at = start; at < most; at++) {
    const sign = source[at];
    if (sign === '\\') at += 1;
    else if (sign === '(') depth += 1;
    else if (sign === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return -1;
}

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
