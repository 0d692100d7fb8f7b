/** Real temporary folders for the tests of the crawl. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';

/** Paths with `/` → content; a path that ends in `/` is an empty folder. */
export type Tree = Readonly<Record<string, string | Uint8Array>>;

/** Makes temporary folders that are gone after each test of the file that calls it. */
export function temporaryTrees(): (tree: Tree) => Promise<string> {
  const made: string[] = [];
  afterEach(async () => {
    for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
  });
  return async (tree) => {
    const root = await realpath(await mkdtemp(path.join(tmpdir(), 'umekomi-corpus-')));
    made.push(root);
    await plant(root, tree);
    return root;
  };
}

/** Writes a tree into a folder. */
async function plant(root: string, tree: Tree): Promise<void> {
  for (const [name, content] of Object.entries(tree)) {
    const target = path.join(root, name);
    await mkdir(name.endsWith('/') ? target : path.dirname(target), { recursive: true });
    if (!name.endsWith('/')) await writeFile(target, content);
  }
}
