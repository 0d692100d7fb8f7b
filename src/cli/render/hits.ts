/** Hits for people, for scripts, and as names for other programs. */
import type { Hit } from '../../index.ts';
import type { HitFlags } from '../flags.ts';
import { shownPath } from '../paths.ts';
import {
  type Colors,
  colorsFor,
  printable,
  printableName,
  quotedName,
  toJson,
  type World,
  widthOf,
  write,
} from '../terminal.ts';
import { excerpt, queryTerms, termPattern, wrap } from './excerpt.ts';

/** Columns in front of a passage. */
const INDENT = '   ';

/** Lines of a passage that is not printed whole. */
const EXCERPT_LINES = 3;

/** Prints hits in the form that the flags ask for. */
export async function printHits(
  world: World,
  hits: readonly Hit[],
  query: string | null,
  flags: HitFlags,
): Promise<void> {
  const { stdout, cwd } = world;
  if (flags.json === true) {
    await write(stdout, `${toJson({ version: 1, query, mode: 'semantic', hits })}\n`);
  } else if (flags.jsonl === true) {
    await write(stdout, hits.map((hit) => `${toJson(hit)}\n`).join(''));
  } else if (flags.files === true || flags[0] === true) {
    const names = new Set(hits.map((hit) => shownPath(hit, cwd)));
    const end = flags[0] === true ? '\0' : '\n';
    const shown = [...names].map((name) => (flags[0] === true ? name : quotedName(name)));
    await write(stdout, shown.map((name) => name + end).join(''));
  } else {
    await write(stdout, forPeople(world, hits, query, flags.full === true));
  }
}

/** How hits are painted: the terminal's width and colours, and the words to highlight. */
interface Style {
  readonly cwd: string;
  readonly columns: number;
  readonly colors: Colors;
  readonly pattern: RegExp | null;
  readonly full: boolean;
}

function forPeople(
  world: World,
  hits: readonly Hit[],
  query: string | null,
  full: boolean,
): string {
  const style: Style = {
    cwd: world.cwd,
    columns: widthOf(world.stdout),
    colors: colorsFor(world.stdout, world.env),
    pattern: query === null ? null : termPattern(queryTerms(printable(query))),
    full,
  };
  return hits.map((hit) => headOf(hit, style) + bodyOf(hit, style)).join('\n');
}

/** `path:line-line  similarity`, and the headings below it. */
function headOf(hit: Hit, { cwd, colors }: Style): string {
  const path = printableName(shownPath(hit, cwd));
  const end = hit.startLine === hit.endLine ? '' : `-${hit.endLine}`;
  const similarity = hit.similarity === null ? '' : colors.dim(`  ${hit.similarity.toFixed(3)}`);
  const trail = [...new Set([hit.title, ...hit.headings])].filter((name) => name !== null);
  const headings = trail.length === 0 ? '' : `${INDENT}${printableName(trail.join(' › '))}\n`;
  return `${colors.bold(`${path}:${hit.startLine}${end}`)}${similarity}\n${colors.cyan(headings)}`;
}

function bodyOf(hit: Hit, { columns, colors, pattern, full }: Style): string {
  const text = printable(hit.text);
  const room = (columns - INDENT.length - 1) * EXCERPT_LINES;
  const shown = full ? text : excerpt(text, pattern, room);
  const lines = full ? shown.split('\n') : wrap(shown, columns - INDENT.length - 1);
  const paint = (line: string): string =>
    pattern === null ? line : line.replace(pattern, (term) => colors.yellow(term));
  return lines.map((line) => `${INDENT}${paint(line)}\n`).join('');
}
