/**
 * Where else the text of a hit stands. Each place is named once: neighbours there are one place, as they are
 * in the hit, and a file that two sources hold is one file. Pure.
 */
import { absolutePath } from '../../files/paths.ts';
import type { Place } from '../../model/search.ts';
import type { Passage, StoredSource } from '../../store/reading-types.ts';
import type { PassageGroup } from './results.ts';

/** The other places of a hit, in the order of the ranking. */
export function otherPlaces(
  { passages, elsewhere }: PassageGroup,
  sources: readonly StoredSource[],
): readonly Place[] {
  const kinds = new Map(sources.map(({ path, kind }) => [path, kind]));
  const fileOf = ({ source, path }: Passage): string =>
    absolutePath({ path: source, kind: kinds.get(source) ?? 'folder' }, path);
  const lineOf = (passage: Passage): string => `${fileOf(passage)}\0${passage.startLine}`;
  const named = new Set(passages.map(lineOf));
  const places: Place[] = [];
  for (const group of together(elsewhere)) {
    const isNew = group.filter((passage) => !named.has(lineOf(passage)));
    for (const passage of group) named.add(lineOf(passage));
    const [first] = isNew;
    if (first === undefined) continue;
    const { source, path, startLine } = first;
    places.push({ source, path, startLine, endLine: isNew.at(-1)?.endLine ?? first.endLine });
  }
  return places;
}

/** Passages of a document that follow each other, in its order. */
function together(passages: readonly Passage[]): readonly (readonly Passage[])[] {
  const groups: Passage[][] = [];
  const byPlace = new Map<string, Passage[]>();
  const ordered = passages.toSorted((a, b) => a.ordinal - b.ordinal);
  for (const passage of ordered) {
    const { documentId, ordinal } = passage;
    const group = byPlace.get(`${documentId} ${ordinal - 1}`) ?? [];
    if (group.push(passage) === 1) groups.push(group);
    byPlace.set(`${documentId} ${ordinal}`, group);
  }
  const place = new Map(passages.map((passage, at) => [passage, at]));
  const firstOf = (group: readonly Passage[]): number =>
    Math.min(...group.map((passage) => place.get(passage) ?? 0));
  return groups.sort((a, b) => firstOf(a) - firstOf(b));
}
