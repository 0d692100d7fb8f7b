/** What happens to one entry of a folder: indexed, entered, or left out for a reason. */
import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import path from 'node:path';
import type { Source } from '../model/source.ts';
import type { DocumentFormat, SkipReason } from '../model/types.ts';
import { type CrawlFileSystem, errorCode } from './file-system.ts';
import { formatOf } from './formats.ts';
import type { IgnoreRules } from './ignore-rules.ts';
import { absolutePath, isInside } from './paths.ts';
import type { Selection } from './patterns.ts';

/** Left out. */
export interface LeftOut {
  readonly reason: SkipReason;
  readonly detail?: string | undefined;
}

/** A format: index it; `enter`: it is a folder to walk; otherwise it is left out. */
export type EntrySelection = DocumentFormat | 'enter' | LeftOut;

/** What verdicts depend on. */
export interface SelectOptions {
  readonly fs: CrawlFileSystem;
  readonly selection: Selection;
  /** Of the folder that holds the entry; null: ignore files are not followed. */
  readonly rules: IgnoreRules | null;
}

/**
 * @param at the entry's path inside the source
 * @param entry its name as bytes, and its kind
 */
export async function selectEntry(
  source: Source,
  at: string,
  entry: Dirent<Buffer>,
  options: SelectOptions,
): Promise<EntrySelection> {
  const name = entry.name.toString();
  if (!isUtf8(entry.name)) return { reason: 'name-not-utf8' };
  if (name.startsWith('.') && !options.selection.names(name)) return { reason: 'hidden' };
  if (entry.isSymbolicLink())
    return { reason: 'symlink', detail: await linkDetail(source, at, options.fs) };
  if (entry.isDirectory()) return selectFolder(at, name, options);
  if (entry.isFile()) return selectFile(at, options);
  return { reason: 'not-a-file', detail: kindOf(entry) };
}

function selectFolder(
  at: string,
  name: string,
  { selection, rules }: SelectOptions,
): EntrySelection {
  if (name === 'node_modules' && !selection.names(name)) return { reason: 'ignored-folder' };
  if (selection.excluded(at)) return { reason: 'excluded', detail: 'exclude' };
  if (!selection.mayHold(at)) return { reason: 'excluded', detail: 'not included' };
  const ignoredBy = rules?.ignoredBy(at, true) ?? null;
  return ignoredBy === null ? 'enter' : { reason: 'ignored-folder', detail: ignoredBy };
}

function selectFile(at: string, { selection, rules }: SelectOptions): EntrySelection {
  const { wanted, explicit } = selection.file(at);
  if (!wanted) return { reason: 'excluded', detail: 'not included' };
  const format = formatOf(at) ?? (explicit ? 'text' : null);
  if (format === null) return { reason: 'extension', detail: path.posix.extname(at) || undefined };
  if (selection.excluded(at)) return { reason: 'excluded', detail: 'exclude' };
  const ignoredBy = rules?.ignoredBy(at, false) ?? null;
  return ignoredBy === null ? format : { reason: 'excluded', detail: ignoredBy };
}

/** Links are never followed; where one leads is only told. */
async function linkDetail(source: Source, at: string, fs: CrawlFileSystem): Promise<string> {
  try {
    const target = await fs.realpath(absolutePath(source, at));
    const relative = path.relative(source.path, target).split(path.sep).join('/');
    if (relative === '..' || relative.startsWith('../') || path.isAbsolute(relative)) {
      return 'leads out of the source';
    }
    return isInside(relative, at) ? 'loops' : `leads to ${relative}`;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ELOOP') return 'loops';
    return code === 'ENOENT' ? 'leads to nothing' : code;
  }
}

function kindOf(entry: Dirent<Buffer>): string {
  if (entry.isFIFO()) return 'named pipe';
  if (entry.isSocket()) return 'socket';
  return entry.isBlockDevice() || entry.isCharacterDevice() ? 'device' : 'unknown kind';
}
