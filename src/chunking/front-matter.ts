/**
 * Front matter: metadata before the text, YAML between `---` or TOML between `+++`. It is kept as
 * data, and never embedded but for its description. Of YAML that does not parse, the lines that can be read
 * are data; if any cannot, all of it stays text as well, so that nothing is lost. The line that is at fault is
 * told, since other programs refuse such a file.
 */
import { parse as parseToml, TomlError } from 'smol-toml';
import { parseDocument, visit, YAMLParseError } from 'yaml';
import type { JsonObject, JsonValue } from '../model/types.ts';
import { isNestedDeeper } from './nesting.ts';
import { readYamlLines } from './yaml-lines.ts';

/** Longer front matter is text: no site has any, and YAML parsers are slow. In UTF-16 units. */
const MAX_LENGTH = 65_536;
/** More aliases are hostile: each is looked up in the whole document, and they multiply. */
const MAX_ALIASES = 100;
const MAX_VALUES = 20_000;
/** Text of all values and keys, in UTF-16 units: aliases repeat what they name. */
const MAX_TEXT = 2 * MAX_LENGTH;
const MAX_DEPTH = 64;

/** What stands before the body. */
export interface FrontMatter {
  /** null if there is none, or it holds nothing. */
  readonly data: JsonObject | null;
  /** Where the body begins; 0 if there is no front matter. */
  readonly bodyStart: number;
  /** True if what stands before the body could not be read whole and must be kept as plain text. */
  readonly malformed: boolean;
  /** The line on which it stops being valid YAML or TOML, 1-based; null if it is, or there is none. */
  readonly errorLine: number | null;
}

/** Keys that tell a second block from a text between two thematic breaks. */
const USUAL_KEYS = ['title', 'name', 'description', 'tags', 'aliases', 'date', 'author', 'type'];

const NONE: FrontMatter = { data: null, bodyStart: 0, malformed: false, errorLine: null };

/** Reads the front matter of `text` (lines end with LF or CRLF, no BOM), one block or two. Never throws. */
export function readFrontMatter(text: string): FrontMatter {
  const first = readBlock(text);
  return first.data === null || first.malformed ? first : withSecond(text, first);
}

/** Tools put a block of their own above the one that is there. The first one counts where both speak. */
function withSecond(text: string, first: FrontMatter): FrontMatter {
  const gap = /^\s*(?=---[ \t\r]*\n)/.exec(
    text.slice(first.bodyStart, first.bodyStart + MAX_LENGTH),
  );
  if (gap === null) return first;
  const start = first.bodyStart + gap[0].length;
  const second = readBlock(text.slice(start, start + MAX_LENGTH));
  const { data, malformed } = second;
  const isMeant = data !== null && USUAL_KEYS.some((key) => Object.hasOwn(data, key));
  const source = text.slice(start, start + second.bodyStart);
  if (!isMeant || /\n[ \t\r]*\n|^#/m.test(source)) return first;
  const linesBefore = text.slice(0, start).split('\n').length - 1;
  const errorLine = second.errorLine === null ? null : linesBefore + second.errorLine;
  return {
    data: { ...data, ...first.data },
    bodyStart: start + second.bodyStart,
    malformed,
    errorLine: first.errorLine ?? errorLine,
  };
}

function readBlock(text: string): FrontMatter {
  const opening = /^(---|\+\+\+)[ \t\r]*\n/.exec(text);
  const fence = opening?.[1];
  if (opening === null || fence === undefined) return NONE;
  const closing =
    fence === '---' ? /^(?:---|\.\.\.)[ \t\r]*(?:\n|$)/gm : /^\+\+\+[ \t\r]*(?:\n|$)/gm;
  const head = text.slice(0, MAX_LENGTH);
  closing.lastIndex = opening[0].length;
  const end = closing.exec(head);
  if (end === null) return NONE;
  const bodyStart = closing.lastIndex;
  const source = text.slice(opening[0].length, end.index);
  const whole = { bodyStart, malformed: false, errorLine: null };
  if (source.trim() === '') return { data: null, ...whole };
  const parsed = parseObject(source, fence);
  if (parsed.data !== null) return { data: parsed.data, ...whole };
  // Without a key it is ordinary text between two thematic breaks.
  if (!/^\s*[\w-]+\s*[:=]/.test(source)) return NONE;
  // The fence is the first line.
  const errorLine = 1 + parsed.errorLine;
  if (fence !== '---') return { data: null, bodyStart, malformed: true, errorLine };
  const lines = readYamlLines(source);
  return { data: lines.data, bodyStart, malformed: !lines.complete, errorLine };
}

/** What a parser made of the lines between the fences. */
interface Parsed {
  /** null if the source is malformed, hostile, or no object. */
  readonly data: JsonObject | null;
  /** Where it is malformed, 1-based; the first line where no line is to blame. */
  readonly errorLine: number;
}

function parseObject(source: string, fence: string): Parsed {
  if (isNestedDeeper(source, MAX_DEPTH)) return { data: null, errorLine: 1 };
  try {
    const parsed = fence === '---' ? parseYaml(source) : parseToml(source);
    const value = toJson(parsed, { values: MAX_VALUES, text: MAX_TEXT }, 0);
    return { data: isObject(value) ? value : null, errorLine: 1 };
  } catch (error) {
    return { data: null, errorLine: lineOf(error) };
  }
}

function lineOf(error: unknown): number {
  if (error instanceof TomlError) return error.line;
  return error instanceof YAMLParseError ? (error.linePos?.[0].line ?? 1) : 1;
}

/**
 * A repeated key is no error: its last value counts, and the check takes quadratic time.
 *
 * @throws YAMLParseError, RangeError
 */
function parseYaml(source: string): unknown {
  const document = parseDocument(source, { uniqueKeys: false, logLevel: 'silent' });
  let aliases = 0;
  visit(document, {
    Alias: () => {
      aliases += 1;
    },
  });
  const [error] = document.errors;
  if (error !== undefined) throw error;
  if (aliases > MAX_ALIASES) throw new RangeError('front matter has too many aliases');
  return document.toJS({ maxAliasCount: MAX_ALIASES });
}

/** What may still be read. */
interface Budget {
  values: number;
  text: number;
}

/** Plain JSON: dates as ISO strings, NaN and infinities as null. Bounds count, text and depth. */
function toJson(value: unknown, budget: Budget, depth: number): JsonValue {
  budget.values -= 1;
  if (typeof value === 'string') budget.text -= value.length;
  const isOver = budget.values < 0 || budget.text < 0 || depth > MAX_DEPTH;
  if (isOver) throw new RangeError('front matter is too large');
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map((entry) => toJson(entry, budget, depth + 1));
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value).map(([key, entry]) => {
    budget.text -= key.length;
    return [key, toJson(entry, budget, depth + 1)] as const;
  });
  return Object.fromEntries(entries);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
