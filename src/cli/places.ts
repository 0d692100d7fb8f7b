/** Places in documents as people type them. Pure. */
import type { LineRange } from '../model/search.ts';

/** A document, and lines of it where some were named. */
export interface TypedPlace {
  readonly path: string;
  readonly lines: LineRange | null;
}

/** Splits `guide.md`, `guide.md:42` and `guide.md:40-60`; what is no number belongs to the name. */
export function splitPlace(place: string): TypedPlace {
  const parts = /^(?<path>.+):(?<start>[1-9]\d{0,8})(?:-(?<end>[1-9]\d{0,8}))?$/su.exec(
    place,
  )?.groups;
  if (parts === undefined) return { path: place, lines: null };
  const start = Number(parts['start']);
  const end = parts['end'] === undefined ? start : Number(parts['end']);
  return { path: parts['path'] ?? place, lines: { start, end } };
}
