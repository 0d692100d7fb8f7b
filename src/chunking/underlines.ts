/**
 * Which `---` and `===` make a heading of the lines above. CommonMark says all, and so a paragraph above a
 * rule becomes a heading of several lines, a table one of a hundred; people mean a rule. Also no underline:
 * `=` in a formula, and the middle of a conflict that git left.
 */
import { tokenUnits } from '../text/tokens.ts';

/** Tells what lines that look like underlines are meant as. */
export interface Underlines {
  /**
   * The line as it is to be parsed, of the same length.
   *
   * @param from where it stands in the text
   */
  asMeant(line: string, from: number): string;
}

const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*$/;
const CONFLICT_MIDDLE = /^={7}[ \t]*$/;
const TABLE_RULE = /^(?=.*\|)(?=.*-)[|:\- \t]+$/;
const FORMULA = /^[ \t]*(?:\$\$|\\\[|\\begin\b)/;
/** Begins a block of its own: what is above it is not part of the paragraph. */
const OTHER_BLOCK = /^ {0,3}(?:#{1,6}[ \t]|`{3}|~{3}|>|<!--)/;

/** A heading of more lines, or units of `text/tokens`, is a paragraph. */
const MAX_LINES = 2;
const MAX_UNITS = 4000;
/** No line of a heading is longer; longer ones need not be estimated. In UTF-16 units. */
const MAX_LINE = 400;

/** For the lines of one text, all of which end with LF. */
export function underlinesOf(text: string): Underlines {
  const hasConflict = /^<{7} /m.test(text) && /^>{7} /m.test(text);
  return {
    asMeant: (line, from) => {
      if (!UNDERLINE.test(line)) return line;
      if (!(hasConflict && CONFLICT_MIDDLE.test(line)) && underlines(text, line, from)) return line;
      // A rule stays one whatever is above it; anything else goes on as text.
      const sign = line.trim().startsWith('---') ? '*' : 'x';
      return line.replace(/[=-]/g, sign);
    },
  };
}

/** True if the lines above make a heading, or if there are none, which leaves it to the parser. */
function underlines(text: string, line: string, from: number): boolean {
  const above = linesAbove(text, from);
  const [last] = above;
  if (last === undefined) return true;
  if (line.trim().length < 2 || above.length > MAX_LINES) return false;
  if (above.some((one) => FORMULA.test(one) || TABLE_RULE.test(one) || one.length > MAX_LINE)) {
    return false;
  }
  // A sentence above a rule; titles have no full stop.
  if (line.includes('-') && /[.。．]["'”’」』)）]?\s*$/.test(last)) return false;
  return above.reduce((units, one) => units + tokenUnits(one, 0, one.length), 0) <= MAX_UNITS;
}

/** Lines of the paragraph that ends before `from`, the last one first; no more than are needed. */
function linesAbove(text: string, from: number): readonly string[] {
  const lines: string[] = [];
  let end = from - 1;
  while (end > 0 && lines.length <= MAX_LINES) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(start, end);
    if (line.trim() === '' || OTHER_BLOCK.test(line)) break;
    lines.push(line);
    end = start - 1;
  }
  return lines;
}
