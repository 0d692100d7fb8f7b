/**
 * The lines of a document, rebuilt from its stored passages: the file itself may have changed. What
 * passages have in common is there once, and a line that is in several of them is put together again.
 */
import { MAX_FILE_BYTES } from '../../model/defaults.ts';
import { CorpusError } from '../../model/errors.ts';
import type { Passage } from '../../store/reading-types.ts';

/** White space inside a line that no passage holds: put back as so many spaces, if they are few. */
const MAX_GAP = 1000;

/** Lines of one document. */
export interface DocumentLines {
  /** The first line that a passage holds, 1-based; 0 if there are none. */
  readonly first: number;
  /** The last one; 0 if there are none. */
  readonly last: number;
  /**
   * Some lines, as far as they are between the first and the last one; '' if none is. Lines that no
   * passage holds are blank, or front matter, and are empty.
   */
  text(start: number, end: number): string;
}

/** A line that is known, and where what is known of it ends in the document. */
interface KnownLine {
  text: string;
  endOffset: number;
}

/**
 * Puts the lines of a document together.
 *
 * @param passages all of the document, in its order
 * @throws CorpusError `CORPUS_DAMAGED` for lines that no document can have
 */
export function joinLines(passages: readonly Passage[]): DocumentLines {
  const known = new Map<number, KnownLine>();
  for (const passage of passages) addLines(known, passage);
  const numbers = [...known.keys()];
  const first = numbers.reduce((a, b) => Math.min(a, b), numbers[0] ?? 0);
  const last = numbers.reduce((a, b) => Math.max(a, b), 0);
  return {
    ...{ first, last },
    text: (start, end) => {
      const from = Math.max(first, start);
      const to = Math.min(last, end);
      const lines: string[] = [];
      for (let line = from; line <= to; line++) lines.push(known.get(line)?.text ?? '');
      return lines.join('\n');
    },
  };
}

function addLines(known: Map<number, KnownLine>, { text, startLine, startOffset }: Passage): void {
  let line = startLine;
  let offset = startOffset;
  for (const piece of text.split(/(\r\n?|\n)/)) {
    if (/^[\r\n]/.test(piece)) line += 1;
    else addPiece(known, line, { text: piece, startOffset: offset });
    offset += piece.length;
  }
  // A file that is larger is not indexed; a corpus may come from elsewhere and say anything.
  if (Number.isSafeInteger(line) && startLine >= 1 && line <= MAX_FILE_BYTES + 1) return;
  const message = 'A passage of this corpus says that it stands on a line that no document has.';
  throw new CorpusError('CORPUS_DAMAGED', message, { remedy: { code: 'doctor' } });
}

/** Puts a piece behind what is known of its line, without what both have. */
function addPiece(
  known: Map<number, KnownLine>,
  line: number,
  piece: { readonly text: string; readonly startOffset: number },
): void {
  const endOffset = piece.startOffset + piece.text.length;
  const before = known.get(line);
  if (before === undefined) {
    known.set(line, { text: piece.text, endOffset });
    return;
  }
  const gap = piece.startOffset - before.endOffset;
  if (endOffset <= before.endOffset) return;
  const between = gap > 0 ? ' '.repeat(Math.min(gap, MAX_GAP)) : '';
  before.text += between + piece.text.slice(Math.max(0, -gap));
  before.endOffset = endOffset;
}
