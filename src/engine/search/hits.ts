/** From ranked passages to the hits that people and programs are given. */
import type { Passage } from '../../store/sqlite/passages.ts';
import type { RankedPassageId } from './rank.ts';
import { joinTexts, type PassageGroup } from './results.ts';
import type { Searched } from './searched.ts';
import { surroundings } from './surroundings.ts';
import type { Hit, HitOptions, Place } from '../../model/search.ts';

/** A stored passage with its place in the ranking. */
export interface FoundPassage extends Passage {
  readonly place: RankedPassageId;
}

/** Hits in the order of the groups. */
export function toHits(
  { db, sources }: Searched,
  groups: readonly PassageGroup<FoundPassage>[],
  { contextLines = 0 }: HitOptions,
): readonly Hit[] {
  const roots = new Map(sources.map(({ id, path }) => [id, path]));
  const placeOf = ({ sourceId, path, startLine, endLine }: Passage): Place => ({
    source: roots.get(sourceId) ?? '',
    ...{ path, startLine, endLine },
  });
  return groups.map(({ best, passages, elsewhere }, index): Hit => {
    const first = passages[0] ?? best;
    const last = passages.at(-1) ?? best;
    const { place } = best;
    const lines = { startLine: first.startLine, endLine: last.endLine };
    const stretch = { documentId: best.documentId, ...lines };
    return {
      rank: index + 1,
      ...placeOf(best),
      ...lines,
      startOffset: first.startOffset,
      endOffset: last.endOffset,
      headings: best.headings,
      title: best.title,
      text: joinTexts(passages),
      similarity: place.distance === null ? null : 1 - place.distance,
      distance: place.distance,
      score: place.score,
      lists: { semantic: place.semantic, lexical: place.lexical },
      otherPlaces: elsewhere.map(placeOf),
      ...surroundings(db, stretch, contextLines),
    };
  });
}
