/** The outside world of a command: passed in, so that commands can be run anywhere. */
import type { Readable, Writable } from 'node:stream';
import { createColors } from 'picocolors';

/** A stream that may be a terminal. */
export interface Output extends Writable {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** What a command may touch. */
export interface World {
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  /** The process's number: others that find the corpus locked are told it. */
  readonly pid: number;
  /** The user's number; null where there are none (Windows). */
  readonly uid: number | null;
  /** Aborted on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** Colours, or the same functions doing nothing. */
export type Colors = ReturnType<typeof createColors>;

/** Colours for a stream: on a terminal, unless NO_COLOR; FORCE_COLOR turns them on anywhere. */
export function colorsFor(output: Output, env: World['env']): Colors {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return createColors(forced !== '0');
  const refused = (env['NO_COLOR'] ?? '') !== '';
  return createColors(output.isTTY === true && !refused && env['TERM'] !== 'dumb');
}

/** Columns of a terminal; 80 where there is none. */
export function widthOf(output: Output): number {
  const { columns } = output;
  return columns !== undefined && columns > 0 ? columns : 80;
}

/**
 * Text of indexed files and their names, made safe to print: control, C1 and bidi characters
 * become U+FFFD, so that they cannot move the cursor or turn the line around. Tabs and line ends
 * stay.
 */
export function printable(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(UNSAFE, '\uFFFD');
}

/** The same for a name: it stays on one line. */
export function printableName(name: string): string {
  return printable(name).replace(/[\n\t]/g, '\uFFFD');
}

/** C0 but tab and line feed, DEL and C1, bidi marks, embeddings and isolates, line separators. */
const UNSAFE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** JSON for a terminal or a pipe: on one line, with C1 and bidi characters escaped as well. */
export function toJson(value: unknown): string {
  return JSON.stringify(value).replace(
    UNSAFE,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * A name for `--files`: as it is, or in quotes as git writes it if it holds characters that a
 * terminal must not get or a line cannot hold.
 */
export function quotedName(name: string): string {
  if (name.search(UNSAFE) === -1 && !/[\n\t"]/.test(name)) return name;
  const quoted = name.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\t/g, '\\t');
  return `"${quoted.replace(UNSAFE, octalBytes)}"`;
}

function octalBytes(char: string): string {
  return [...Buffer.from(char, 'utf8')]
    .map((byte) => `\\${byte.toString(8).padStart(3, '0')}`)
    .join('');
}

/** Writes and waits until it is taken, so that a pipe's reader sets the pace. */
export function write(output: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(text, (error) => {
      if (error == null) resolve();
      else reject(error);
    });
  });
}

/**
 * Writes what is for people beside the result, and waits until it is taken. That nobody can be told (a full
 * disk, a closed pipe) is no failure of what was done.
 */
export async function tell({ stderr }: Pick<World, 'stderr'>, text: string): Promise<void> {
  await write(stderr, text).catch(() => {});
}
