/**
 * fast-glob as the walker of folders. What is taken, skipped or entered is decided in the `readdir`
 * it is given, because fast-glob ends the whole walk on one EACCES (or hides it with
 * `suppressErrors`), reads ignored folders to the bottom, turns names into strings that need not
 * lead back to the file, and its matcher fails on folders with a line break in their name.
 */
import fg from 'fast-glob';

/** Reads a folder, given as its path below the start; answers with the folders to enter. */
export type ReadFolder = (below: string) => Promise<readonly string[]>;

type Adapter = NonNullable<NonNullable<Parameters<typeof fg.async>[1]>['fs']>;

/**
 * Reads a folder and everything below it that `read` wants to enter.
 *
 * @param start absolute
 * @throws what `read` throws, and the signal's reason
 */
export async function walkFolders(
  start: string,
  read: ReadFolder,
  signal?: AbortSignal | undefined,
): Promise<void> {
  // fast-glob writes the start with `/` for `\` on every system, and adds one unless it ends so.
  const cut = /[\\/]$/.test(start) ? start.length : start.length + 1;
  const readdir = (folder: string, _options: unknown, done: Done): void => {
    const entries = async (): Promise<FolderEntry[]> => {
      signal?.throwIfAborted();
      return (await read(folder.slice(cut))).map(folderEntry);
    };
    entries().then(
      (folders) => done(null, folders),
      (error: unknown) => done(error, []),
    );
  };
  await fg('**', {
    cwd: start,
    dot: true,
    followSymbolicLinks: false,
    // fast-glob calls it in this one form only; its type asks for every form of node's readdir.
    fs: { readdir: readdir as unknown as NonNullable<Adapter['readdir']> },
  });
}

type Done = (error: unknown, entries: readonly FolderEntry[]) => void;

/** As much of a Dirent as fast-glob looks at. */
interface FolderEntry {
  readonly name: string;
  isDirectory(): boolean;
  isFile(): boolean;
  isSymbolicLink(): boolean;
}

function folderEntry(name: string): FolderEntry {
  return { name, isDirectory: () => true, isFile: () => false, isSymbolicLink: () => false };
}
