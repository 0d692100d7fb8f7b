/** Hits for people: place, similarity, headings, and the part of the passage that tells most. */
import type { FusedScore, Hit, Place } from '../../model/search.ts';
import { createFinder, type FindMatches } from '../../text/matches.ts';
import { fileName } from '../../text/title.ts';
import { shownPath } from '../paths.ts';
import {
  type Colors,
  colorsFor,
  printable,
  printableName,
  type World,
  widthOf,
} from '../terminal.ts';
import { paintLine } from './paint.ts';
import { clip, clipStart, ELLIPSIS } from './width.ts';
import { type Slice, wrap } from './wrap.ts';

/** In front of a passage. */
const INDENT = '   ';

/** Lines of a passage that is not printed whole. */
const EXCERPT_LINES = 3;

/** Other places of a passage that are named. */
const OTHER_PLACES = 3;

/** Columns of a passage in a terminal that is hardly one. */
const MIN_COLUMNS = 20;

/** What is printed: the passages whole, or an excerpt of each. */
export interface PeopleOptions {
  /** Its words are highlighted; null for none. */
  readonly query: string | null;
  readonly full: boolean;
  /** A line about the lists that it was found in. */
  readonly explain: boolean;
}

/** How hits are painted. */
interface Style {
  readonly cwd: string;
  /** Of a passage. */
  readonly columns: number;
  readonly colors: Colors;
  readonly find: FindMatches;
  readonly full: boolean;
  readonly explain: boolean;
}

/** All hits as text. */
export function hitsForPeople(world: World, hits: readonly Hit[], options: PeopleOptions): string {
  const style: Style = {
    cwd: world.cwd,
    columns: Math.max(MIN_COLUMNS, widthOf(world.stdout) - INDENT.length - 1),
    colors: colorsFor(world.stdout, world.env),
    find: createFinder(printable(options.query ?? '')),
    full: options.full,
    explain: options.explain,
  };
  return hits
    .map((hit) => `${[...headOf(hit, style), ...bodyOf(hit, style)].join('\n')}\n`)
    .join('\n');
}

/** `path:line  similarity`, and what there is to say below it. The place is one that editors open. */
function headOf(hit: Hit, style: Style): readonly string[] {
  const { cwd, colors, columns, explain } = style;
  const path = printableName(shownPath(hit, cwd));
  const number = hit.similarity === null ? hit.score.toFixed(1) : hit.similarity.toFixed(3);
  const lines = [colors.bold(`${path}:${hit.line}`) + colors.dim(`  ${number}`)];
  const trail = trailOf(hit);
  if (trail.length > 0) {
    const headings = clipStart(printableName(trail.join(' › ')), columns);
    lines.push(INDENT + colors.cyan(headings));
  }
  if (explain) lines.push(INDENT + colors.dim(explanation(hit)));
  if (hit.otherPlaces.length > 0) {
    lines.push(INDENT + colors.dim(otherPlaces(hit.otherPlaces, cwd)));
  }
  return lines;
}

/** `rerank 0.98 · semantic #3 0.412 · lexical #1 7.9 · score 0.871 = …`; what there is not is left out. */
function explanation({ lists, score, rerankScore, fusion }: Hit): string {
  const { semantic, lexical } = lists;
  const parts: string[] = [];
  if (rerankScore !== null) parts.push(`rerank ${rerankScore.toFixed(3)}`);
  if (semantic !== null) parts.push(`semantic #${semantic.rank} ${semantic.score.toFixed(3)}`);
  if (lexical !== null) parts.push(`lexical #${lexical.rank} ${lexical.score.toFixed(1)}`);
  const sum = fusion === null ? '' : ` = ${sumOf(fusion)}`;
  return [...parts, `score ${score.toFixed(3)}${sum}`].join(' · ');
}

function sumOf({ share, meaning, words, path, trust }: FusedScore): string {
  const number = (value: number): string => value.toFixed(3);
  const all =
    trust === 1
      ? `words ${number(words)}`
      : `(path ${number(path)} + trust ${number(trust)} × other words ${number(words - path)})`;
  const rest = Number((1 - share).toFixed(3));
  return `${share} × meaning ${number(meaning)} + ${rest} × ${all}`;
}

/** `also in a.md:3, b.md:9 and 2 more`. */
function otherPlaces(places: readonly Place[], cwd: string): string {
  const named = places
    .slice(0, OTHER_PLACES)
    .map((place) => `${printableName(shownPath(place, cwd))}:${place.startLine}`);
  const more = places.length - named.length;
  return `also in ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Title and headings; the first heading is often the title. The file's name stands above them already. */
function trailOf({ path, title, headings }: Hit): readonly string[] {
  const named = title === fileName(path) ? headings : [title, ...headings];
  return [...new Set(named)].filter((name) => name !== '');
}

function bodyOf(hit: Hit, style: Style): readonly string[] {
  const shown = style.full ? wholeOf(hit) : excerptOf(hit, style);
  // On a stream without colours nothing is looked for.
  const matches = style.colors.isColorSupported ? style.find(shown.text) : [];
  const lines = shown.lines.map((line) =>
    line.end === line.start
      ? ''
      : INDENT + paintLine(shown.text, line, { matches, paint: style.colors.yellow }),
  );
  return [...around(hit.before, style), ...lines, ...around(hit.after, style)];
}

/** Lines before or after a passage: whole if it is, else what fits of each. */
function around(context: string, { columns, colors, full }: Style): readonly string[] {
  const text = printable(context)
    .replace(/^(?:[^\S\n]*\n)+/, '')
    .trimEnd();
  if (text === '') return [];
  return text
    .split('\n')
    .map((line) =>
      line.trim() === '' ? '' : INDENT + colors.dim(full ? line : clip(line, columns)),
    );
}

/** A text and the lines that it is printed on. */
interface Shown {
  readonly text: string;
  readonly lines: readonly Slice[];
}

/** A whole passage, line by line as it stands. */
function wholeOf(hit: Hit): Shown {
  const text = printable(hit.text);
  const lines: Slice[] = [];
  let start = 0;
  for (const line of text.trimEnd().split('\n')) {
    lines.push({ start, end: start + line.length });
    start += line.length + 1;
  }
  return { text, lines };
}

/** A hit's excerpt, flowing; on a terminal with fewer columns its end is left out. */
function excerptOf({ excerpt: { text, isCut } }: Hit, { columns }: Style): Shown {
  const flowing = printable(text).replace(/\s+/gu, ' ').trim();
  const open = (isCut.before ? ELLIPSIS : '') + flowing + (isCut.after ? ELLIPSIS : '');
  const lines = wrap(open, columns, EXCERPT_LINES + 1);
  const last = lines[EXCERPT_LINES - 1];
  if (last === undefined || lines.length <= EXCERPT_LINES) return { text: open, lines };
  const tail = clip(open.slice(last.start), columns);
  const cut = { start: last.start, end: last.start + tail.length };
  return {
    text: open.slice(0, last.start) + tail,
    lines: [...lines.slice(0, EXCERPT_LINES - 1), cut],
  };
}
