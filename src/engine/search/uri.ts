/** Addresses of passages: `umekomi://<source>/<path>#L3-9`, the same through every door. Pure. */
import { basename, dirname } from 'node:path';
import { UsageError } from '../../model/errors.ts';
import type { LineRange } from '../../model/search.ts';
import type { StoredSource } from '../../store/reading-types.ts';

/** A document by its source and its path in there. */
interface DocumentName {
  /** Absolute path of the source. */
  readonly source: string;
  readonly path: string;
}

/** What an address says. */
export interface PassageAddress {
  /** Name of the source's folder. */
  readonly name: string;
  /** Id of the source; null where its name is enough. */
  readonly sourceId: number | null;
  /** Path inside the source, with '/'. */
  readonly path: string;
  /** null for the whole document. */
  readonly lines: LineRange | null;
}

/** The address of some lines of a document. */
export function passageUri(
  { source, path }: DocumentName,
  lines: LineRange,
  sources: readonly StoredSource[],
): string {
  const own = sources.find((one) => one.path === source);
  const name = own === undefined ? basename(source) : sourceName(own);
  const isShared = sources.filter((one) => sourceName(one) === name).length > 1;
  const query = isShared && own !== undefined ? `?source=${own.id}` : '';
  const inside = path.split('/').map(encode).join('/');
  const end = lines.end === lines.start ? '' : `-${lines.end}`;
  return `umekomi://${encode(name)}/${inside}${query}#L${lines.start}${end}`;
}

/**
 * Takes an address apart.
 *
 * @throws UsageError `USAGE` if it is none
 */
export function parsePassageUri(uri: string): PassageAddress {
  const parts = ADDRESS.exec(uri)?.groups;
  const { name = '', path = '', source, start, end = start } = parts ?? {};
  const lines = start === undefined ? null : { start: Number(start), end: Number(end) };
  if (parts === undefined || (lines !== null && lines.end < lines.start)) throw malformed();
  try {
    return {
      name: decodeURIComponent(name),
      sourceId: source === undefined ? null : Number(source),
      path: path.split('/').map(decodeURIComponent).join('/'),
      lines,
    };
  } catch (cause) {
    throw malformed({ cause });
  }
}

/** Lines and ids of nine digits at most: every one that a corpus can have. */
const ADDRESS =
  /^umekomi:\/\/(?<name>[^/?#]*)\/(?<path>[^?#]+)(?:\?source=(?<source>\d{1,9}))?(?:#L(?<start>[1-9]\d{0,8})(?:-L?(?<end>[1-9]\d{0,8}))?)?$/;

/** The name under which people know a source: its folder's, or that of the folder that holds the file. */
export function sourceName({ path, kind }: Pick<StoredSource, 'path' | 'kind'>): string {
  return basename(kind === 'file' ? dirname(path) : path).normalize('NFC');
}

function encode(part: string): string {
  return encodeURIComponent(part.toWellFormed());
}

function malformed(options: ErrorOptions = {}): UsageError {
  const message = 'The address of a passage is umekomi://<source>/<path>#L3-9, as hits have it.';
  return new UsageError('USAGE', message, options);
}
