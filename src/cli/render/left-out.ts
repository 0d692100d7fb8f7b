/** Texts that were left out, and what would take them: nobody looks for what is not missed. */
import type { IndexSummary } from '../../model/indexing.ts';
import { count } from './numbers.ts';

/** Extensions of files that are mostly prose, or that people keep notes in. */
const TEXTS = new Set(
  '.asc .htm .html .ipynb .log .rdoc .rtf .srt .tex .typ .vtt .wiki .xhtml'.split(' '),
);

/** Extensions that are named. */
const NAMED = 3;

/** What could be taken; no lines if there is nothing. */
export function leftOutLines(
  summary: Pick<IndexSummary, 'skipped' | 'skipCounts'>,
): readonly string[] {
  return [...extensionLines(summary), ...encodingLines(summary)];
}

function encodingLines({ skipCounts }: Pick<IndexSummary, 'skipCounts'>): readonly string[] {
  if ((skipCounts.encoding ?? 0) === 0) return [];
  return ['           where you know the encoding: --encoding <name> declares it for a source'];
}

/** A line about the most frequent extensions; none if there are none. */
function extensionLines({ skipped }: Pick<IndexSummary, 'skipped'>): readonly string[] {
  const counts = new Map<string, number>();
  for (const { reason, detail } of skipped) {
    const extension = detail?.toLowerCase() ?? '';
    if (reason !== 'extension' || !TEXTS.has(extension)) continue;
    counts.set(extension, (counts.get(extension) ?? 0) + 1);
  }
  const most = [...counts].sort(([, a], [, b]) => b - a).slice(0, NAMED);
  if (most.length === 0) return [];
  const named = most.map(([extension, files]) => `${count(files)} ${extension}`).join(', ');
  const globbed = ['.md', '.txt', ...most.map(([extension]) => extension)].join(',');
  // An include narrows: what is taken anyway has to be in it.
  return [`           ${named} may be text: --include '**/*{${globbed}}' takes them`];
}
