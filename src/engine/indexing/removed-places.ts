/**
 * Places inside a source that were taken out by name. A source keeps them as excludes that match just the
 * place: a run leaves them out from then on, and naming the place takes it back. Pure.
 */
import { pathBelow } from '../../files/paths.ts';
import type { Source } from '../../model/source.ts';

/** The excludes of a place, such that no character of its name is a wildcard. */
export function excludesOf(inside: string): readonly string[] {
  const literal = inside.replace(/[*?[\]{}()!+@|\\]/g, '\\$&');
  return literal === inside ? [inside] : [literal, `${literal}/**`];
}

/**
 * A source without the excludes that name a place which is named now.
 *
 * @param named absolute paths
 */
export function withPlacesBack<T extends Source>(source: T, named: readonly string[]): T {
  const places = named.flatMap((path) => pathBelow(source.path, path) ?? []);
  const back = new Set(places.flatMap((place) => [...excludesOf(place), `${place}/**`].map(plain)));
  const exclude = source.exclude.filter((glob) => !back.has(plain(glob)));
  return exclude.length === source.exclude.length ? source : { ...source, exclude };
}

/** A disk may hold a name in another normal form; a person may type `./drafts/`. */
function plain(glob: string): string {
  return glob
    .replace(/^(?:\.\/+)+/, '')
    .replace(/\/+$/, '')
    .normalize('NFC');
}
