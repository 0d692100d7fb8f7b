/** An API key as it is sent. */
import { EmbeddingError } from '../model/errors.ts';

/**
 * The value of the Authorization header for a key, which may have `Bearer` before it.
 *
 * @returns null for none
 * @throws EmbeddingError `ENDPOINT_UNAUTHORIZED`; not even the characters of a bad key are in it
 */
export function bearerOf(given: string | undefined): string | null {
  const key = given?.trim().replace(/^Bearer\s+/i, '');
  if (key === undefined || key === '') return null;
  if (!/^[\x21-\x7e]+$/.test(key)) {
    const message =
      'The API key holds characters that no key has (a space, a line end, a letter outside ASCII). Copy it again.';
    throw new EmbeddingError('ENDPOINT_UNAUTHORIZED', message);
  }
  return `Bearer ${key}`;
}
