/**
 * Text that is piped in. A console in another code page (CP932) pipes bytes that are no UTF-8: read as if
 * they were, they would be a question that nobody asked.
 */
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { UsageError } from '../model/errors.ts';

/**
 * All of a stream as text, without a byte order mark.
 *
 * @throws UsageError `USAGE` if it is not UTF-8
 */
export async function pipedText(stream: Readable): Promise<string> {
  const bytes = await buffer(stream);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError('USAGE', 'What was piped in is not UTF-8: convert it first.');
  }
}
