/** What feeds a corpus: folders and files with their rules. */

/** Which files of a source belong to the corpus. */
export interface SourceRules {
  /** Globs; empty means every text and Markdown file. */
  readonly include: readonly string[];
  /** Globs of what is left out. */
  readonly exclude: readonly string[];
  /** True if .gitignore and its like are obeyed. */
  readonly ignoreFiles: boolean;
}

/** A folder or file that feeds a corpus. */
export interface Source extends SourceRules {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'folder' | 'file';
  /**
   * The encoding of those of its files that are not recognised with certainty, by the name in the WHATWG
   * standard; null where that is found out, or the file left out.
   */
  readonly encoding: string | null;
}
