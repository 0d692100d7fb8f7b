/**
 * What front matter says about a document in words: aliases, tags, a description. People search for them;
 * numbers of a layout or a colour do no harm.
 */
import type { JsonObject, JsonValue } from '../../model/types.ts';

/** Longer ones are data, not words about the document. In UTF-16 units. */
const MAX_TEXT = 1000;
const MAX_TOTAL = 8000;
/** Deeper is data of some program. */
const MAX_DEPTH = 4;

/** The short texts and numbers of front matter, a line each; the title has a field of its own. */
export function frontMatterTexts(data: JsonObject): string {
  const lines: string[] = [];
  let room = MAX_TOTAL;
  const visit = (value: JsonValue, depth: number): void => {
    if (room <= 0 || depth > MAX_DEPTH) return;
    if (typeof value === 'object' && value !== null) {
      for (const entry of Object.values(value)) visit(entry, depth + 1);
    } else if (typeof value === 'string' || typeof value === 'number') {
      const line = String(value);
      if (line.length > MAX_TEXT) return;
      lines.push(line);
      room -= line.length;
    }
  };
  for (const [key, value] of Object.entries(data)) if (key !== 'title') visit(value, 1);
  return lines.join('\n\n');
}
