/** Where ignore rules come from: the folders of the walk and, in a git repository, those above. */
import { constants } from 'node:fs';
import path from 'node:path';
import { type CrawlFileSystem, isMissing } from './file-system.ts';
import {
  IGNORE_FILES,
  type IgnoreFile,
  type IgnoreFileName,
  type OuterIgnoreFile,
} from './ignore-rules.ts';
import { readDocument } from './read.ts';

/** The ignore files of a folder. */
export interface FolderIgnoreFiles {
  readonly files: readonly IgnoreFile[];
  /** What is wrong with some of them. */
  readonly problems: readonly IgnoreProblem[];
}

/** An ignore file that does not say what it should. */
export interface IgnoreProblem {
  readonly name: IgnoreFileName;
  readonly detail: string;
  /** Nothing of it is known: to read the folder could bring in what must stay out. */
  readonly blocks: boolean;
}

/**
 * Reads ignore files that are known to be in a folder. In one whose encoding is unknown the
 * patterns in ASCII hold.
 *
 * @param folder absolute
 * @param names the folder's regular files
 */
export async function readIgnoreFiles(
  folder: string,
  names: ReadonlySet<string>,
  fs: CrawlFileSystem,
): Promise<FolderIgnoreFiles> {
  const files: IgnoreFile[] = [];
  const problems: IgnoreProblem[] = [];
  for (const kind of IGNORE_FILES.filter((name) => names.has(name))) {
    const result = await readDocument(path.join(folder, kind), { open: fs.open });
    if (result.kind === 'read') files.push({ kind, text: result.text });
    else if (result.reason !== 'vanished') {
      const blocks = result.reason !== 'encoding';
      problems.push({ name: kind, detail: result.detail ?? result.reason, blocks });
      if (!blocks) files.push({ kind, text: await readLatin1(path.join(folder, kind), fs) });
    }
  }
  return { files, problems };
}

async function readLatin1(file: string, fs: CrawlFileSystem): Promise<string> {
  const handle = await fs.open(file, constants.O_RDONLY);
  try {
    return await handle.readFile('latin1');
  } finally {
    await handle.close();
  }
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
      const result = await readDocument(path.join(folder, kind), { open: fs.open });
      if (result.kind === 'read') files.push({ kind, text: result.text, way });
    }
  }
  const exclude = await readDocument(path.join(repository, '.git', 'info', 'exclude'), {
    open: fs.open,
  });
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
