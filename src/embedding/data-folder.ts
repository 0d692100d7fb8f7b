/**
 * Where the built-in embedder's data is. The bundled command line is a file of dist/cli/: only from
 * a file as deep as that in src/ does one relative path lead there from both.
 */

/** The folder data/builtin/ of the package. */
export const BUILTIN_DATA: URL = new URL('../../data/builtin/', import.meta.url);
