/** What is encoded in whole lines: base64 that is wrapped, keys and certificates, dumps in hex, minified code. */
import type { Gap } from './gap.ts';
import { createLetterCount, type LetterCount } from './scrambled.ts';

/** Fewer lines are an example, which fits into a passage: a signature has seven. */
const MIN_WRAPPED_LINES = 8;
const MIN_DUMP_LINES = 16;
/** A shorter line of minified code is a line of code. In UTF-16 units. */
const MIN_MINIFIED = 1000;
/** No wrapped line and no line of a dump is longer; longer ones need not be matched. */
const MAX_WRAPPED = 1000;

const WRAPPED = /^[\s>"'#*|]*([A-Za-z0-9+/=_-]{40,})(?:[\s"'\\,;|][\s"'\\+,;|]*)?$/;
const REST = /^[\s>"'#*|]*([A-Za-z0-9+/=_-]{1,1000})(?:[\s"'\\,;|)][\s"'\\+,;|)]*)?$/;
const BEGIN = /^[\s>"'#*|]*-{5}BEGIN (?!PGP SIGNATURE)[A-Z0-9 ]{1,60}-{5}[\s"'\\+,;n]*$/;
const END = /^[\s>"'#*|]*-{5}END [A-Z0-9 ]{1,60}-{5}[\s"'\\+,;n]*$/;
/** `Proc-Type: 4,ENCRYPTED`, and blank lines. */
const HEADER = /^[\s>"'#*|]*(?:[A-Za-z-]{1,30}: .{0,200})?$/;
const DUMP =
  /^\s*(?:(?:0x)?[0-9a-f]{4,16}[:|]?\s+)?((?:[0-9a-f]{2}){1,4}(?:\s+(?:[0-9a-f]{2}){1,4}){6,})(?:\s.{0,80})?$/i;
const BYTES = /^\s*((?:0x[0-9a-f]{1,2}(?:\s*,)?\s*){8,})\\?$/i;

interface Line {
  readonly start: number;
  /** Without the line end. */
  readonly end: number;
  readonly text: string;
}

/** Blocks of encoded lines, and lines of minified code. */
export function findEncodedLines(text: string): Gap[] {
  const blocks = [new WrappedBlock(), new DumpBlock(), new KeyBlock()];
  const gaps: Gap[] = [];
  for (let start = 0; start <= text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const line = { start, end, text: end - start > MAX_WRAPPED ? '' : text.slice(start, end) };
    for (const block of blocks) block.add(line, gaps);
    if (end - start >= MIN_MINIFIED && isMinified(text.slice(start, end)))
      gaps.push({ start, end });
    start = end + 1;
  }
  for (const block of blocks) block.close(gaps);
  return gaps;
}

/** Lines that are being collected. */
interface Block {
  add(line: Line, gaps: Gap[]): void;
  close(gaps: Gap[]): void;
}

/** Base64 in lines of one length; the last one may be shorter. Lines of one case alone are hashes: a list of them. */
class WrappedBlock implements Block {
  #lines: Line[] = [];
  #length = 0;
  /** A blank line was among them, as Obsidian puts one between all. */
  #isParted = false;
  #count: LetterCount = createLetterCount();

  add(line: Line, gaps: Gap[]): void {
    const core = line.end - line.start < 40 ? undefined : WRAPPED.exec(line.text)?.[1];
    if (core !== undefined && (this.#lines.length === 0 || core.length === this.#length)) {
      this.#length = core.length;
      this.#lines.push(line);
      this.#count.add(core, 0, core.length);
      return;
    }
    if (this.#lines.length > 0 && line.text.trim() === '' && line.end - line.start < 40) {
      this.#isParted = true;
      return;
    }
    const rest = this.#lines.length === 0 ? undefined : REST.exec(line.text)?.[1];
    if (rest !== undefined && rest.length < this.#length && this.#isRest(rest)) {
      this.#lines.push(line);
      this.close(gaps);
      return;
    }
    this.close(gaps);
    if (core !== undefined) this.add(line, gaps);
  }

  /** A shorter last line; behind a blank one it could be a word or a date. */
  #isRest(rest: string): boolean {
    if (!this.#isParted) return /=$|\d/.test(rest);
    return (
      rest.endsWith('=') || (rest.length >= 16 && /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)/.test(rest))
    );
  }

  close(gaps: Gap[]): void {
    const [first] = this.#lines;
    const last = this.#lines.at(-1);
    const isBlock = this.#lines.length >= MIN_WRAPPED_LINES;
    if (isBlock && first !== undefined && last !== undefined) {
      if (this.#count.isScrambled() && this.#count.hasBothCases()) {
        gaps.push({ start: first.start, end: last.end });
      }
    }
    this.#lines = [];
    this.#isParted = false;
    this.#count = createLetterCount();
  }
}

/** Bytes in hex, as `xxd`, `hexdump` and C have them. Numbers without a letter among them are a table. */
class DumpBlock implements Block {
  #first = 0;
  #end = 0;
  #lines = 0;
  #digits = 0;
  #letters = 0;

  add({ start, end, text }: Line, gaps: Gap[]): void {
    const isLong = text.length >= 16;
    const bytes = isLong ? (DUMP.exec(text)?.[1] ?? BYTES.exec(text)?.[1]) : undefined;
    if (bytes === undefined) {
      this.close(gaps);
      return;
    }
    if (this.#lines === 0) this.#first = start;
    this.#end = end;
    this.#lines += 1;
    this.#digits += bytes.replace(/[^0-9]/g, '').length;
    this.#letters += bytes.replace(/[^a-f]/gi, '').length;
  }

  close(gaps: Gap[]): void {
    const isHex = this.#letters * 20 >= this.#digits;
    if (this.#lines >= MIN_DUMP_LINES && isHex) gaps.push({ start: this.#first, end: this.#end });
    this.#lines = 0;
    this.#digits = 0;
    this.#letters = 0;
  }
}

/**
 * What stands between `BEGIN` and `END`, with the latter; the former says what it was. A signature is as short as
 * an example, and as other lines of base64 if it is not.
 */
class KeyBlock implements Block {
  #open: Line | null = null;
  /** Where the first line that is encoded begins; -1 before it. */
  #from = -1;

  add(line: Line, gaps: Gap[]): void {
    const { text } = line;
    if (BEGIN.test(text)) {
      this.#open = line;
      this.#from = -1;
    } else if (this.#open === null) {
      return;
    } else if (END.test(text)) {
      if (this.#from >= 0) gaps.push({ start: this.#from, end: line.end });
      this.#open = null;
    } else if (REST.test(text)) {
      if (this.#from < 0) this.#from = line.start;
    } else if (!HEADER.test(text)) this.#open = null;
  }

  close(): void {
    this.#open = null;
  }
}

/** Shares of a line: blanks at most, signs of code at least. */
const MAX_BLANKS = 0.06;
const MIN_SIGNS = 0.15;
const MIN_BRACES = 0.01;
const MAX_FOREIGN = 0.02;
const FORMULA = /\\(?:frac|left|begin|sum|text|cdot|mathrm|mathbf|sqrt)/;

/** Code or JSON without blanks. A row of links, of values, or a formula is text. */
function isMinified(line: string): boolean {
  const counts = { blank: 0, sign: 0, brace: 0, foreign: 0 };
  for (let index = 0; index < line.length; index += 1) {
    const code = line.charCodeAt(index);
    if (code === 32 || code === 9) counts.blank += 1;
    else if (code > 126) counts.foreign += 1;
    else if (SIGNS.has(code)) counts.sign += 1;
    if (code === 123 || code === 125 || code === 59) counts.brace += 1;
  }
  const { length } = line;
  return (
    counts.blank <= length * MAX_BLANKS &&
    counts.sign >= length * MIN_SIGNS &&
    counts.brace >= length * MIN_BRACES &&
    counts.foreign <= length * MAX_FOREIGN &&
    !line.includes('](') &&
    !FORMULA.test(line)
  );
}

/** `!"#$%&'()*+,-./:;<=>?@[\]^{|}~` without those that stand between words: `# @ - . / ~`. */
const SIGNS: ReadonlySet<number> = new Set(
  [...'!"$%&\'()*+,:;<=>?[\\]^{|}'].map((sign) => sign.charCodeAt(0)),
);
