/** One folder of a source: which of its entries are documents, which are left out, and why. */
import type { Dirent } from 'node:fs';
import path from 'node:path';
import type { Source } from '../model/source.ts';
import type { DocumentFormat } from '../model/types.ts';
import { type CrawlFileSystem, errorCode, isMissing } from './file-system.ts';
import { readIgnoreFiles } from './ignore-files.ts';
import type { IgnoreRules } from './ignore-rules.ts';
import { absolutePath, joinPath } from './paths.ts';
import type { Selection } from './patterns.ts';
import { selectEntry } from './select-entry.ts';
import type { SkipList } from './skips.ts';

/** A file that would be indexed. */
export interface FileEntry {
  /**
   * Relative to the source's root, with `/`, the name exactly as found. A source that is a file
   * has one entry with the file's name.
   */
  readonly path: string;
  readonly format: DocumentFormat;
  /** Bytes. */
  readonly size: number;
  /** Modification time, nanoseconds since the epoch. */
  readonly mtimeNs: bigint;
  /** When the file system last noted any change of it, which no program can set. */
  readonly ctimeNs: bigint;
}

/** Where a crawl collects what it finds. */
export interface Findings {
  readonly files: FileEntry[];
  readonly skips: SkipList;
  readonly unobserved: Set<string>;
}

/** What decides about entries. */
export interface FolderReaderOptions {
  readonly fs: CrawlFileSystem;
  readonly found: Findings;
  /** Bytes. */
  readonly maxBytes: number;
  readonly selection: Selection;
  /** Ignore rules at the source's root; null: ignore files are not followed. */
  readonly rules: IgnoreRules | null;
}

/** Files whose sizes and times are asked for at once: enough for a network disk. */
const STATS_AT_ONCE = 64;

/** Reads the folders of one source. A folder is read after the one that holds it. */
export class FolderReader {
  readonly #source: Source;
  readonly #options: FolderReaderOptions;
  /** Rules of folders that are yet to be read. */
  readonly #inherited: Map<string, IgnoreRules | null>;

  constructor(source: Source, options: FolderReaderOptions) {
    this.#source = source;
    this.#options = options;
    this.#inherited = new Map([['', options.rules]]);
  }

  /**
   * Collects the documents of a folder.
   *
   * @param folder relative to the source; '' is its root
   * @param only look at this entry alone
   * @returns names of the folders that are to be entered
   */
  async read(folder: string, only?: string): Promise<string[]> {
    const entries = await this.#list(folder);
    if (entries === null) return [];
    const rules = await this.#rulesOf(folder, entries);
    if (rules === 'blocked') return [];
    const wanted = entries.filter(({ name }) => only === undefined || name.toString() === only);
    const options = { ...this.#options, rules };
    const folders: string[] = [];
    const take = async (entry: Dirent<Buffer>): Promise<void> => {
      const name = entry.name.toString();
      const at = joinPath(folder, name);
      const verdict = await selectEntry(this.#source, at, entry, options);
      if (verdict === 'enter') {
        folders.push(name);
        this.#inherited.set(at, rules);
      } else if (typeof verdict === 'string') await this.#takeFile(at, at, verdict);
      else this.#options.found.skips.add({ path: at, ...verdict });
    };
    for (let from = 0; from < wanted.length; from += STATS_AT_ONCE) {
      await Promise.all(wanted.slice(from, from + STATS_AT_ONCE).map(take));
    }
    return folders;
  }

  /** Collects a source that is a file. */
  async takeSource(format: DocumentFormat): Promise<void> {
    await this.#takeFile('', path.basename(this.#source.path), format);
  }

  async #list(folder: string): Promise<Dirent<Buffer>[] | null> {
    try {
      return await this.#options.fs.readdir(absolutePath(this.#source, folder));
    } catch (error) {
      this.#failed(folder, error);
      return null;
    }
  }

  /** `blocked`: an ignore file cannot be read, so nothing in the folder may be. */
  async #rulesOf(
    folder: string,
    entries: readonly Dirent<Buffer>[],
  ): Promise<IgnoreRules | null | 'blocked'> {
    const { fs, found } = this.#options;
    const rules = this.#inherited.get(folder) ?? null;
    this.#inherited.delete(folder);
    if (rules === null) return null;
    const names = new Set(entries.filter((one) => one.isFile()).map((one) => one.name.toString()));
    const here = absolutePath(this.#source, folder);
    const { files, problems } = await readIgnoreFiles(here, names, fs);
    for (const { name, detail } of problems) {
      const skip = { path: joinPath(folder, name), reason: 'unreadable', detail } as const;
      found.skips.add(skip);
    }
    if (!problems.some((one) => one.blocks)) return rules.enter(folder, files);
    found.unobserved.add(folder);
    return 'blocked';
  }

  /** @param at where it is; @param listed what it is called, which differs for a source */
  async #takeFile(at: string, listed: string, format: DocumentFormat): Promise<void> {
    const { fs, found, maxBytes } = this.#options;
    try {
      const stats = await fs.lstat(absolutePath(this.#source, at));
      const size = Number(stats.size);
      if (!stats.isFile()) found.skips.add({ path: listed, reason: 'not-a-file' });
      else if (size > maxBytes) {
        found.skips.add({ path: listed, reason: 'too-large', detail: `${size} bytes` });
      } else {
        const { mtimeNs, ctimeNs } = stats;
        found.files.push({ path: listed, format, size, mtimeNs, ctimeNs });
      }
    } catch (error) {
      this.#failed(at, error);
    }
  }

  #failed(at: string, error: unknown): void {
    const reason = at !== '' && isMissing(error) ? 'vanished' : 'unreadable';
    this.#options.found.skips.add({ path: at, reason, detail: errorCode(error) });
    this.#options.found.unobserved.add(at);
  }
}
