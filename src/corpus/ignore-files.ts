/** Where ignore rules come from: the folders of the walk and, in a git repository, those above. */
import path from 'node:path';
import type { Skip } from '../types.ts';
import { type CrawlFileSystem, isMissing } from './file-system.ts';
import { IGNORE_FILES, type IgnoreFile, type OuterIgnoreFile } from './ignore-rules.ts';
import { readDocument } from './read.ts';

/** What was read, and what could not be. */
export interface IgnoreFilesFound<File> {
  readonly files: readonly File[];
  readonly problems: readonly Pick<Skip, 'path' | 'detail'>[];
}

/**
 * Reads ignore files that are known to be in a folder.
 *
 * @param folder absolute
 * @param names the folder's regular files
 */
export async function readIgnoreFiles(
  folder: string,
  names: ReadonlySet<string>,
): Promise<IgnoreFilesFound<IgnoreFile>> {
  const files: IgnoreFile[] = [];
  const problems: Pick<Skip, 'path' | 'detail'>[] = [];
  for (const kind of IGNORE_FILES) {
    if (!names.has(kind)) continue;
    const result = await readDocument(path.join(folder, kind));
    if (result.kind === 'read') files.push({ kind, text: result.text });
    else problems.push({ path: kind, detail: `ignore file: ${result.detail ?? result.reason}` });
  }
  return { files, problems };
}

/**
 * The ignore files between the source and the root of the git repository it lies in (both
 * excluded and included), and `.git/info/exclude`. None outside a repository.
 *
 * @param root the source's absolute path
 */
export async function readOuterIgnoreFiles(
  root: string,
  fs: CrawlFileSystem,
): Promise<readonly OuterIgnoreFile[]> {
  const repository = await repositoryOf(root, fs);
  if (repository === null) return [];
  const files: OuterIgnoreFile[] = [];
  for (let folder = root; folder !== repository; ) {
    folder = path.dirname(folder);
    const way = wayTo(folder, root);
    for (const kind of IGNORE_FILES) {
      const result = await readDocument(path.join(folder, kind));
      if (result.kind === 'read') files.push({ kind, text: result.text, way });
    }
  }
  const exclude = await readDocument(path.join(repository, '.git', 'info', 'exclude'));
  if (exclude.kind === 'read') {
    files.push({ kind: '.gitignore', text: exclude.text, way: wayTo(repository, root) });
  }
  return files;
}

function wayTo(folder: string, root: string): string {
  return path.relative(folder, root).split(path.sep).join('/');
}

/** The nearest folder upwards that holds `.git` (a folder, or a file in a worktree). */
async function repositoryOf(root: string, fs: CrawlFileSystem): Promise<string | null> {
  for (let folder = root; ; folder = path.dirname(folder)) {
    try {
      await fs.lstat(path.join(folder, '.git'));
      return folder;
    } catch (error) {
      if (!isMissing(error)) return null;
    }
    if (folder === path.dirname(folder)) return null;
  }
}
