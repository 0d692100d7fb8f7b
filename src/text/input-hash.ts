/** What identifies an embedding input, and with it its vector. */
import { createHash } from 'node:crypto';

/** SHA-256 of `context + text` in UTF-8. */
export function inputHashOf({ context, text }: { context: string; text: string }): Buffer {
  return createHash('sha256').update(context, 'utf8').update(text, 'utf8').digest();
}
