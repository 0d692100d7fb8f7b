/** Loads sqlite-vec, or says what is missing: it has no binary for musl and Windows on ARM. */
import type { Database } from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import { CorpusError } from '../../model/errors.ts';

/**
 * Loads sqlite-vec into a connection.
 *
 * @throws CorpusError `VECTOR_EXTENSION_MISSING`
 */
export function loadVectorExtension(db: Database): void {
  try {
    sqliteVec.load(db);
  } catch (cause) {
    const message =
      'sqlite-vec could not be loaded: it has binaries for Linux (glibc, x64 and arm64), macOS and ' +
      'Windows (x64). On Alpine use a glibc image; elsewhere run npm install again with optional dependencies.';
    throw new CorpusError('VECTOR_EXTENSION_MISSING', message, { cause });
  }
}
