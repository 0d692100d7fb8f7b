/** The lines around a passage, rebuilt from the stored chunks: the file itself may have changed. */
import type { Database } from 'better-sqlite3';
import { documentPassages } from '../../store/sqlite/passages.ts';

/** A stretch of a document. */
export interface Stretch {
  readonly documentId: number;
  readonly startLine: number;
  readonly endLine: number;
}

/**
 * Up to `lines` lines before and after a stretch. Lines that no chunk has are blank (or front
 * matter, which is not shown).
 *
 * @returns '' where there are none
 */
export function surroundings(
  db: Database,
  { documentId, startLine, endLine }: Stretch,
  lines: number,
): { before: string; after: string } {
  if (lines === 0) return { before: '', after: '' };
  const known = new Map<number, string>();
  let [first, last] = [startLine, endLine];
  for (const passage of documentPassages(db, documentId)) {
    first = Math.min(first, passage.startLine);
    last = Math.max(last, passage.endLine);
    const texts = passage.text.split(/\r\n?|\n/);
    texts.forEach((text, i) => {
      const line = passage.startLine + i;
      // A long line may be in several chunks: its parts follow each other.
      known.set(line, known.has(line) ? `${known.get(line)} ${text}` : text);
    });
  }
  const take = (from: number, to: number): string => {
    const range = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
    return range.map((line) => known.get(line) ?? '').join('\n');
  };
  return {
    before: take(Math.max(first, startLine - lines), startLine - 1),
    after: take(endLine + 1, Math.min(last, endLine + lines)),
  };
}
