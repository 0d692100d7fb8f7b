/** Hits for people: place, similarity, headings, and the part of the passage that tells most. */
import type { Hit } from '../../index.ts';
import { shownPath } from '../paths.ts';
import {
  type Colors,
  colorsFor,
  printable,
  printableName,
  type World,
  widthOf,
} from '../terminal.ts';
import { type Excerpt, excerpt } from './excerpt.ts';
import { withoutShownHeadings } from './headings.ts';
import { findTerms, type Match, queryTerms } from './highlight.ts';
import { clipStart } from './width.ts';
import type { Slice } from './wrap.ts';

/** In front of a passage. */
const INDENT = '   ';

/** Lines of a passage that is not printed whole. */
const EXCERPT_LINES = 3;

/** Columns of a passage in a terminal that is hardly one. */
const LEAST_COLUMNS = 20;

/** What is printed: the passages whole, or an excerpt of each. */
export interface PeopleOptions {
  /** Its words are highlighted; null for none. */
  readonly query: string | null;
  readonly full: boolean;
}

/** How hits are painted. */
interface Style {
  readonly cwd: string;
  /** Of a passage. */
  readonly columns: number;
  readonly colors: Colors;
  readonly find: (text: string) => readonly Match[];
  readonly full: boolean;
}

/** All hits as text. */
export function hitsForPeople(world: World, hits: readonly Hit[], options: PeopleOptions): string {
  const terms = options.query === null ? [] : queryTerms(printable(options.query));
  const style: Style = {
    cwd: world.cwd,
    columns: Math.max(LEAST_COLUMNS, widthOf(world.stdout) - INDENT.length - 1),
    colors: colorsFor(world.stdout, world.env),
    find: (text) => findTerms(text, terms),
    full: options.full,
  };
  return hits
    .map((hit) => `${[...headOf(hit, style), ...bodyOf(hit, style)].join('\n')}\n`)
    .join('\n');
}

/** `path:line-line  similarity`, and the headings below it. The place is whole: it is copied. */
function headOf(hit: Hit, { cwd, colors, columns }: Style): readonly string[] {
  const path = printableName(shownPath(hit, cwd));
  const end = hit.startLine === hit.endLine ? '' : `-${hit.endLine}`;
  const similarity = hit.similarity === null ? '' : colors.dim(`  ${hit.similarity.toFixed(3)}`);
  const place = colors.bold(`${path}:${hit.startLine}${end}`) + similarity;
  const trail = trailOf(hit);
  if (trail.length === 0) return [place];
  const headings = clipStart(printableName(trail.join(' › ')), columns);
  return [place, INDENT + colors.cyan(headings)];
}

/** Title and headings; the first heading is often the title. */
function trailOf({ title, headings }: Hit): readonly string[] {
  return [...new Set([title, ...headings])].filter(
    (name) => name !== null && name !== '',
  ) as string[];
}

function bodyOf(hit: Hit, style: Style): readonly string[] {
  const { columns, full, find } = style;
  const text = printable(hit.text);
  const shown = full
    ? linesOf(text)
    : excerpt(withoutShownHeadings(text, trailOf(hit)), { columns, lines: EXCERPT_LINES }, find);
  // On a stream without colours nothing is looked for.
  const matches = style.colors.isColorSupported ? find(shown.text) : [];
  return shown.lines.map((line) =>
    line.end === line.start ? '' : INDENT + paint(shown.text, line, { matches, style }),
  );
}

/** A whole passage, line by line as it stands. */
function linesOf(text: string): Excerpt {
  const lines: Slice[] = [];
  let start = 0;
  for (const line of text.trimEnd().split('\n')) {
    lines.push({ start, end: start + line.length });
    start += line.length + 1;
  }
  return { text, lines };
}

/** One line with the terms highlighted, also one that goes on on the next line. */
function paint(
  text: string,
  line: Slice,
  { matches, style }: { matches: readonly Match[]; style: Style },
): string {
  let painted = '';
  let at = line.start;
  for (const match of matches) {
    const start = Math.max(match.start, at);
    const end = Math.min(match.end, line.end);
    if (start >= end) continue;
    painted += text.slice(at, start) + style.colors.yellow(text.slice(start, end));
    at = end;
  }
  return painted + text.slice(at, line.end);
}
