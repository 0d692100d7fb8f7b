/** Where ignore rules come from: the folders of the walk and, in a git repository, those above. */
import { constants } from 'node:fs';
import path from 'node:path';
import { type CrawlFileSystem, isMissing } from './file-system.ts';
import {
  hazardOfRules,
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

/** The ignore files above a source. */
export interface OuterIgnoreFiles {
  readonly files: readonly OuterIgnoreFile[];
  /** Why one of them is not used: then nothing of the source may be read. */
  readonly problem: string | null;
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
  const take = (kind: IgnoreFileName, text: string): void => {
    const hazard = hazardOfRules(text);
    if (hazard === null) files.push({ kind, text });
    else problems.push({ name: kind, detail: hazard, blocks: true });
  };
  for (const kind of IGNORE_FILES.filter((name) => names.has(name))) {
    const result = await readDocument(path.join(folder, kind), { open: fs.open });
    if (result.kind === 'read') take(kind, result.text);
    else if (result.reason !== 'vanished') {
      const blocks = result.reason !== 'encoding';
      problems.push({ name: kind, detail: result.detail ?? result.reason, blocks });
      if (!blocks) take(kind, await readLatin1(path.join(folder, kind), fs));
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
): Promise<OuterIgnoreFiles> {
  const repository = await repositoryOf(root, fs);
  if (repository === null) return { files: [], problem: null };
  const files: OuterIgnoreFile[] = [];
  let problem: string | null = null;
  const take = async (file: string, kind: IgnoreFileName, way: string): Promise<void> => {
    const result = await readDocument(file, { open: fs.open });
    if (result.kind !== 'read') return;
    const hazard = hazardOfRules(result.text);
    if (hazard === null) files.push({ kind, text: result.text, way });
    else problem ??= `${file}: ${hazard}`;
  };
  for (let folder = root; folder !== repository; ) {
    folder = path.dirname(folder);
    for (const kind of IGNORE_FILES) await take(path.join(folder, kind), kind, wayTo(folder, root));
  }
  const exclude = path.join(repository, '.git', 'info', 'exclude');
  await take(exclude, '.gitignore', wayTo(repository, root));
  return { files, problem };
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
