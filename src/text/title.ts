/**
 * The title that people and programs are shown. A document whose author gave none goes by its file's name. That
 * name is put in where an answer is made and nowhere else: what is stored, embedded and searched stays the
 * author's.
 */

/**
 * The title of a document, or the name of its file.
 *
 * @param title as it is stored; null if the author gave none
 * @param path inside its source, with `/`
 */
export function shownTitle(title: string | null, path: string): string {
  return title || fileName(path);
}

/** The last part of a path with `/`. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
