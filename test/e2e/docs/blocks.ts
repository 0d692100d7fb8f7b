/**
 * Reads the repository's Markdown for tests that run it: code blocks, the commands in them, and
 * inline code.
 *
 * Convention: an HTML comment directly before a fenced block makes it run:
 *
 *     <!-- run -->          every command ends with 0
 *     <!-- run exit=1 -->   every command ends with 1
 *
 * Before a `json` block, a comment names the command whose answer has that shape:
 *
 *     <!-- shape of: umekomi search 埋め込み --json -->
 *
 * and before a `text` block, one whose output it is, to the letter:
 *
 *     <!-- output of: umekomi search 埋め込み -k 1 -->
 *
 * In an `sh` block only lines that begin with `umekomi` are commands; `#` lines are comments and
 * anything else is refused when the block is run. The blocks of one page run in order in one
 * folder, where `docs` is a copy of fixtures/corpus and `judged` one of fixtures/judged; fixtures/corpus is
 * there under its own name as well.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parser } from '@lezer/markdown';

/** The checkout. */
export const root: string = fileURLToPath(new URL('../../..', import.meta.url));

/** A fenced code block of a page. */
export interface Block {
  /** The page, relative to the checkout, and the line of the opening fence. */
  readonly at: string;
  readonly language: string;
  readonly code: string;
  /** The exit code that running it must give; null for a block that is only read. */
  readonly exit: number | null;
  /** The command line whose answer this block shows; null for others. */
  readonly shapeOf: string | null;
  /** The command line whose output this block is; null for others. */
  readonly outputOf: string | null;
}

/** Every page: for users, and for those who work on umekomi. */
export function pages(): string[] {
  const ofRoot = ['README.md', 'README.ja.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'];
  return [...ofRoot, ...pagesIn('docs'), ...pagesIn('docs/internals')];
}

function pagesIn(folder: string): string[] {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'));
  return names.sort().map((name) => `${folder}/${name}`);
}

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks: Block[] = [];
  let comment = '';
  const cursor = parser.parse(text).cursor();
  do {
    if (cursor.name === 'CommentBlock') {
      comment = text.slice(cursor.from, cursor.to).trim();
    } else if (cursor.name === 'FencedCode') {
      const line = text.slice(0, cursor.from).split('\n').length;
      const info = cursor.node.getChild('CodeInfo');
      const code = cursor.node.getChildren('CodeText');
      blocks.push({
        at: `${page}:${line}`,
        language: info ? text.slice(info.from, info.to) : '',
        code: code.map(({ from, to }) => text.slice(from, to)).join(''),
        exit: exitOf(comment),
        shapeOf: /^<!-- shape of: (.+) -->$/.exec(comment)?.[1] ?? null,
        outputOf: /^<!-- output of: (.+) -->$/.exec(comment)?.[1] ?? null,
      });
      comment = '';
    } else if (cursor.node.parent?.name === 'Document') {
      comment = '';
    }
  } while (cursor.next());
  return blocks;
}

function exitOf(comment: string): number | null {
  const match = /^<!-- run(?: exit=(\d+))? -->$/.exec(comment);
  return match ? Number(match[1] ?? 0) : null;
}

/** The inline code of a page, without its backticks. */
export function inlineCodeOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const found: string[] = [];
  parser.parse(text).iterate({
    enter: ({ name, from, to }) => {
      if (name === 'InlineCode') found.push(text.slice(from, to).replaceAll('`', '').trim());
    },
  });
  return found;
}

/** The targets of a page's links to files of the repository, without fragments; `/` begins at the checkout. */
export function fileLinksOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const found: string[] = [];
  parser.parse(text).iterate({
    enter: ({ name, from, to }) => {
      if (name === 'URL') found.push(text.slice(from, to).split('#')[0] ?? '');
    },
  });
  return found.filter((target) => target !== '' && !/^[a-z]+:/i.test(target));
}

/** The lines of an `sh` block without comments, continued lines joined. */
export function shellLines(block: Block): string[] {
  return block.code
    .replaceAll(/\\\r?\n\s*/g, '')
    .split(/\r?\n/)
    .map((line) => stripComment(line).trim())
    .filter((line) => line !== '');
}

function stripComment(line: string): string {
  const quoted = /^(?:[^"'#]|"[^"]*"|'[^']*'|(?<=\S)#)*/.exec(line);
  return quoted ? quoted[0] : line;
}

/** The words of a command line as a shell would pass them; refuses what needs a real shell. */
export function words(line: string): string[] {
  const tokens = line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return tokens.map((token) => {
    const bare = token.replaceAll(/"[^"]*"|'[^']*'/g, '');
    if (/[|<>;&$`*?()]/.test(bare)) throw new Error(`needs a shell: ${line}`);
    return token.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single);
  });
}
