/** From passages put together to the hits that people and programs are given. */
import { hash } from 'node:crypto';
import { formatOf } from '../../files/formats.ts';
import type { Hit } from '../../model/search.ts';
import type { Passage, StoreInfo } from '../../store/reading-types.ts';
import type { StoreReader } from '../../store/store.ts';
import { createExcerpt, roomOf } from '../../text/excerpt.ts';
import { createFinder, type FindMatches } from '../../text/matches.ts';
import { shownTitle } from '../../text/title.ts';
import { joinLines } from './document-lines.ts';
import { otherPlaces } from './other-places.ts';
import { joinTexts, type PassageGroup } from './results.ts';
import { passageUri } from './uri.ts';

/** Where hits come from. */
interface HitSource {
  readonly store: StoreReader;
  readonly sources: StoreInfo['sources'];
}

/** How hits are told. */
export interface HitStyle {
  /** What was typed; its words are found in the hits. null for nothing. */
  readonly text: string | null;
  readonly contextLines: number;
  /** A reranker's scores by the ids of passages. */
  readonly rerankScores: ReadonlyMap<number, number>;
}

/** Three lines of a terminal; a list or a table has shorter ones. */
const EXCERPT_ROOM = roomOf({ columns: 220, lines: 6 });

/** Digits of a hit's id: 64 bits tell the passages of any corpus apart. */
const ID_DIGITS = 16;

/**
 * Hits in the order of the groups.
 *
 * @returns null if a document is not the one any more in which a passage was found
 */
export async function toHits(
  { store, sources }: HitSource,
  groups: readonly PassageGroup[],
  { text, contextLines, rerankScores }: HitStyle,
): Promise<readonly Hit[] | null> {
  const find = createFinder(text ?? '');
  const hits: Hit[] = [];
  for (const group of groups) {
    const around = await linesAround(store, group, contextLines);
    if (around === null) return null;
    const rerankScore = rerankScores.get(group.best.id) ?? null;
    const found = toHit(group, sources, find);
    hits.push({ rank: hits.length + 1, ...found, rerankScore, ...around });
  }
  return hits;
}

function toHit(
  { best, passages, elsewhere }: PassageGroup,
  sources: StoreInfo['sources'],
  find: FindMatches,
): Omit<Hit, 'rank' | 'rerankScore' | 'before' | 'after'> {
  const { source, path, title, distance, score } = best;
  const first = passages[0] ?? best;
  const last = passages.at(-1) ?? best;
  const lines = { startLine: first.startLine, endLine: last.endLine };
  const text = joinTexts(passages);
  const { bestLine, ...excerpt } = createExcerpt(text, {
    ...{ find, startLine: lines.startLine, room: EXCERPT_ROOM },
    isMarkdown: formatOf(path) === 'markdown',
    shownHeadings: [title ?? '', ...first.headings],
  });
  // Neighbours may stand under several headings: those above what is shown are named.
  const shown = passages.find(({ endLine }) => endLine >= excerpt.startLine) ?? best;
  return {
    id: idOf(source, path, text),
    uri: passageUri({ source, path }, { start: lines.startLine, end: lines.endLine }, sources),
    ...{ source, path, ...lines, line: bestLine },
    ...{ startOffset: first.startOffset, endOffset: last.endOffset },
    ...{ headings: shown.headings, title: shownTitle(title, path), text },
    matches: find(text).map(({ start, end }) => ({ start, end })),
    excerpt,
    similarity: distance === null ? null : 1 - distance,
    ...{ distance, score },
    lists: { semantic: best.semantic, lexical: best.lexical },
    fusion: best.fusion,
    otherPlaces: otherPlaces({ best, passages, elsewhere }, sources),
  };
}

function idOf(source: string, path: string, text: string): string {
  return hash('sha256', `${source}\0${path}\0${text}`, 'hex').slice(0, ID_DIGITS);
}

/** The lines before and after a hit; null if its document was replaced by another one. */
async function linesAround(
  store: StoreReader,
  { best, passages }: PassageGroup,
  count: number,
): Promise<Pick<Hit, 'before' | 'after'> | null> {
  if (count === 0) return { before: '', after: '' };
  const all = await store.passages(best.documentId);
  const byId = new Map(all.map((passage) => [passage.id, passage]));
  if (!passages.every((one) => isSamePassage(byId.get(one.id), one))) return null;
  const lines = joinLines(all);
  const startLine = passages[0]?.startLine ?? best.startLine;
  const endLine = passages.at(-1)?.endLine ?? best.endLine;
  return {
    before: lines.text(startLine - count, startLine - 1),
    after: lines.text(endLine + 1, endLine + count),
  };
}

function isSamePassage(a: Passage | undefined, b: Passage): boolean {
  return (
    a?.path === b.path &&
    a.source === b.source &&
    a.startOffset === b.startOffset &&
    a.text === b.text
  );
}
