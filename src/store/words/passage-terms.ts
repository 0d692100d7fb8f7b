/** The terms of a passage with their frequencies: what its row in the index of words is made from. */
import { documentTerms } from '../../text/terms.ts';

/** What the terms of a passage are cut from. */
export interface PassageFields {
  readonly text: string;
  /** Outermost first. */
  readonly headings: readonly string[];
  readonly title: string | null;
  /** Inside the source. */
  readonly path: string;
  /** Of the document's first passage, what front matter says beside the title; '' for the others. */
  readonly frontMatter: string;
}

/** The terms of a passage, each once, and how long it is. */
export interface PassageTerms {
  /** In no order. None is empty or has a space in it, and all are well-formed UTF-16. */
  readonly terms: readonly string[];
  /** Of each term, its occurrences weighted by field; from 1 to {@link MAX_FREQUENCY}. */
  readonly frequencies: Uint8Array;
  /** Occurrences of terms in all fields, without kanji by themselves. */
  readonly length: number;
}

/**
 * Weights of an occurrence in text, headings (with title), path and front matter, and of an identifier in one piece. A
 * title's word says more about a passage than one of its own. docs/internals/lexical-search.md has the measurements.
 */
const WEIGHTS = { text: 1, headings: 3, path: 3, frontMatter: 1, whole: 1 };

/** More occurrences count as so many: BM25 gives the 255th less than a thousandth of the first. */
export const MAX_FREQUENCY = 255;

/** Cuts the fields of a passage into terms. */
export function passageTerms(fields: PassageFields): PassageTerms {
  const counts = new Map<string, number>();
  let length = 0;
  const { text, path } = fields;
  const parts = [
    [text, WEIGHTS.text],
    [headingsOf(fields), WEIGHTS.headings],
    [pathText(path), WEIGHTS.path],
    [fields.frontMatter, WEIGHTS.frontMatter],
  ] as const;
  for (const [part, weight] of parts) length += addTerms(counts, part, weight);
  const terms = [...counts.keys()];
  if (!terms.every((term) => term.isWellFormed())) return { ...wellFormed(counts), length };
  return { terms, frequencies: capped(counts.values(), terms.length), length };
}

/** The terms that a path gives to each passage of its document, with their weighted occurrences. */
export function pathTerms(path: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  addTerms(counts, pathText(path), WEIGHTS.path);
  return counts;
}

/** Counts the terms of a field. @returns how many they are; kanji by themselves are parts of others */
function addTerms(counts: Map<string, number>, field: string, weight: number): number {
  const { stream, whole, kanji } = documentTerms(field);
  const count = (terms: readonly string[], each: number): void => {
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + each);
  };
  count(stream, weight);
  count(whole, WEIGHTS.whole);
  count(kanji, weight);
  return stream.length + whole.length;
}

/** A long word may be cut inside of a character, which no file can store: such terms become one. */
function wellFormed(counts: ReadonlyMap<string, number>): Omit<PassageTerms, 'length'> {
  const sums = new Map<string, number>();
  for (const [term, count] of counts) {
    const stored = term.toWellFormed();
    sums.set(stored, (sums.get(stored) ?? 0) + count);
  }
  return { terms: [...sums.keys()], frequencies: capped(sums.values(), sums.size) };
}

function capped(counts: Iterable<number>, size: number): Uint8Array {
  const frequencies = new Uint8Array(size);
  let at = 0;
  for (const count of counts) frequencies[at++] = Math.min(MAX_FREQUENCY, count);
  return frequencies;
}

/** Title and headings, outermost first; a title that is the first heading counts once. */
function headingsOf({ headings, title }: PassageFields): string {
  return (title === null || title === headings[0] ? headings : [title, ...headings]).join('\n');
}

/** The extension apart: `my-page.md` is my-page, in one piece as well. */
function pathText(path: string): string {
  return path.replace(/\.[^./]+$/, ' $&');
}
