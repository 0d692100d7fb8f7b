/**
 * YAML that does not parse, read line by line: `title: Retro: what we learned` is an error for one colon, and
 * its writer still means a title. Only keys at the margin with a plain value or a list of plain values.
 */
import type { JsonObject } from '../model/types.ts';

/** What could be read. */
export interface LinesRead {
  /** null if nothing could. */
  readonly data: JsonObject | null;
  /** True if no line was left out. */
  readonly complete: boolean;
}

const KEY = /^([\p{L}_][\p{L}\p{N}_.-]{0,60}):(?:[ \t]+(.*))?$/u;
const ITEM = /^[ \t]*-[ \t]+(.*)$/;
const COMMENT = /(?:^|[ \t])#.*$/;
const LIST = /^\[([^[\]{}"']*)\]$/;
/** Anchors, aliases, tags, blocks and nested values. */
const NOT_PLAIN = /^(?:[&!|>[{]|\*[\w-]+$)/;

/** Reads the lines between the fences. */
export function readYamlLines(source: string): LinesRead {
  const data = new Map<string, string | string[]>();
  let complete = true;
  let list: string[] | null = null;
  for (const line of source.split(/\r?\n/)) {
    const bare = line.replace(COMMENT, '').trimEnd();
    if (bare === '') continue;
    const item = list === null ? null : ITEM.exec(bare);
    const text = item === null ? null : plainValue(item[1] ?? '');
    if (text !== null) {
      list?.push(text);
      continue;
    }
    const entry = KEY.exec(bare);
    const value = entry === null ? null : readValue(entry[2]?.trim() ?? '');
    list = Array.isArray(value) ? value : null;
    if (entry === null || value === null) complete = false;
    else data.set(entry[1] ?? '', value);
  }
  return { data: data.size === 0 ? null : Object.fromEntries(data), complete };
}

/** An empty value may be the head of a list; null if it cannot be read. */
function readValue(source: string): string | string[] | null {
  if (source === '') return [];
  const list = LIST.exec(source);
  if (list === null) return plainValue(source);
  const entries = (list[1] ?? '').split(',').map((entry) => entry.trim());
  return entries.filter((entry) => entry !== '');
}

/** Without its quotes; null if it is more than plain text. */
function plainValue(source: string): string | null {
  if (NOT_PLAIN.test(source)) return null;
  return /^(["'])(.*)\1$/.exec(source)?.[2] ?? source;
}
