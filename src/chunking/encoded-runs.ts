/** What is encoded inside a line: `data:` addresses, paths of SVG, runs of letters and digits without a word. */
import type { Gap } from './gap.ts';
import { createLetterCount } from './scrambled.ts';

/**
 * A shorter run may be a hash, an identifier or a token (SHA-512 in hex has 128), a shorter `data:` address a
 * picture of one pixel in an example. In UTF-16 units.
 */
const MIN_RUN = 160;
/** A longer run inside an address is its payload; browsers and servers stop at about as much. */
const MAX_ADDRESS = 2000;
/** A shorter list of coordinates is an example. */
const MIN_PATH = 200;

const DATA = /\bdata:(?:[\w.+-]+\/[\w.+-]+)?((?:;[\w.+-]+(?:=[\w.+-]+)?){0,5}),/gi;
const PATH = /[\s"'](?:d|points)\s?=\s?(["'])/g;
/** Ends an address that stands in no quotes. */
const ADDRESS_END = new Set(' \t\r\n"\'()<>`\\');
const COORDINATES = new Set(' \t\r\n0123456789.,+-eMmLlHhVvCcSsQqTtAaZz');

/** `data:` addresses; one in quotes goes on to the closing one. */
export function findDataAddresses(text: string): Gap[] {
  const gaps: Gap[] = [];
  let done = 0;
  for (const match of text.matchAll(DATA)) {
    const start = match.index;
    if (start < done) continue;
    const from = start + match[0].length;
    const quote = text.charAt(start - 1);
    const isQuoted = (quote === '"' || quote === "'") && !/;base64$/i.test(match[1] ?? '');
    const end = isQuoted
      ? quoteEnd(text, from, quote)
      : endOf(text, from, (c) => !ADDRESS_END.has(c));
    done = end;
    if (end - from >= MIN_RUN) gaps.push({ start, end });
  }
  return gaps;
}

/** The closing quote on the same line; `from` if there is none. */
function quoteEnd(text: string, from: number, quote: string): number {
  return endOf(text, from, (character) => character !== quote && character !== '\n');
}

/** Coordinates in the attributes `d` and `points`. */
export function findPaths(text: string): Gap[] {
  const gaps: Gap[] = [];
  for (const match of text.matchAll(PATH)) {
    const start = match.index + match[0].length;
    const end = endOf(text, start, (character) => COORDINATES.has(character));
    if (end - start >= MIN_PATH && text.charAt(end) === match[1]) gaps.push({ start, end });
  }
  return gaps;
}

function endOf(text: string, from: number, isPart: (character: string) => boolean): number {
  let end = from;
  while (end < text.length && isPart(text.charAt(end))) end += 1;
  return end;
}

/** Runs of the signs of base64 and hex that no word is as mixed as. `\n` as programs write it is part of one. */
export function findRuns(text: string): Gap[] {
  const gaps: Gap[] = [];
  for (let start = 0; start < text.length; ) {
    let end = start;
    while (end < text.length) {
      if (isRunSign(text.charCodeAt(end)) && !isRuler(text, end)) end += 1;
      else if (isLineEndSign(text, end)) end += 2;
      else break;
    }
    if (end - start >= MIN_RUN && isEncodedRun(text, start, end)) gaps.push({ start, end });
    start = end + 1;
  }
  return gaps;
}

function isEncodedRun(text: string, start: number, end: number): boolean {
  const count = createLetterCount();
  count.add(text, start, end);
  return count.isScrambled() && (end - start > MAX_ADDRESS || !isInAddress(text, start));
}

/** `https://…` before it, with nothing between that ends an address. */
function isInAddress(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - MAX_ADDRESS), start);
  return /:\/\/[^\s"'<>`]*$/.test(before.slice(before.lastIndexOf('://')));
}

/** Letters, digits and `+ / = _ -`. */
function isRunSign(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 47 && code <= 57) ||
    code === 43 ||
    code === 45 ||
    code === 61 ||
    code === 95
  );
}

/** `-----BEGIN`: no run has two hyphens in a row but by chance. */
function isRuler(text: string, index: number): boolean {
  return text.startsWith('--', index) || text.startsWith('--', index - 1);
}

function isLineEndSign(text: string, index: number): boolean {
  if (text.charCodeAt(index) !== 92) return false;
  const next = text.charAt(index + 1);
  return next === 'n' || next === 'r';
}
