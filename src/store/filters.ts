/** Which documents a search may look at: by path, source, time and front matter. Pure. */

import { UsageError } from '../model/errors.ts';
import type { DocumentFilters } from '../model/search.ts';
import type { JsonObject, JsonValue } from '../model/types.ts';
import { compilePathFilter, type FilteredDocument, memoize } from './path-filter.ts';

/** A document as filters see it. */
export interface FilterableDocument extends FilteredDocument {
  readonly id: number;
  /** Nanoseconds since 1970; there where a time is asked for. */
  readonly mtimeNs?: bigint | undefined;
  /** There where a condition on it is given. */
  readonly frontMatter?: JsonObject | null | undefined;
}

/** What has to be read of documents, besides their names. */
export interface FilterNeeds {
  readonly mtime: boolean;
  readonly frontMatter: boolean;
}

/** A condition on documents. */
export interface DocumentFilter {
  readonly needs: FilterNeeds;
  keeps(document: FilterableDocument): boolean;
}

/**
 * Compiles filters; null if none is given.
 *
 * @throws UsageError `USAGE` for an empty glob, a condition without `=`, or an empty span of time
 */
export function compileFilters(filters: DocumentFilters): DocumentFilter | null {
  const tests = compileTests(filters);
  if (tests.length === 0) return null;
  const needs = {
    mtime: filters.since !== undefined || filters.until !== undefined,
    frontMatter: (filters.where ?? []).length > 0,
  };
  return { needs, keeps: (document) => tests.every((test) => test(document)) };
}

/**
 * Ids of the documents that fulfil the filters, ascending; null if no filter is given.
 *
 * @param documents reads them, with what the filters need
 * @throws what {@link compileFilters} does
 */
export function filterDocuments(
  documents: (needs: FilterNeeds) => Iterable<FilterableDocument>,
  filters: DocumentFilters,
): readonly number[] | null {
  const filter = compileFilters(filters);
  if (filter === null) return null;
  const kept: number[] = [];
  for (const document of documents(filter.needs)) {
    if (filter.keeps(document)) kept.push(document.id);
  }
  return kept.sort((a, b) => a - b);
}

type Test = (document: FilterableDocument) => boolean;

/** The tests, cheapest first. */
function compileTests({ paths, sources, since, until, where }: DocumentFilters): readonly Test[] {
  const tests: Test[] = [];
  if (sources !== undefined && sources.length > 0) {
    const wanted = new Set(sources.map(comparablePath));
    const wantedOnes = memoize((source) => wanted.has(comparablePath(source)));
    tests.push(({ source }) => wantedOnes(source));
  }
  if (paths !== undefined && paths.length > 0) tests.push(compilePathFilter(paths));
  if (since !== undefined && until !== undefined && since >= until) {
    throw new UsageError('USAGE', 'No time is both since and until the times given; swap them.');
  }
  if (since !== undefined) {
    const from = nanoseconds(since);
    tests.push(({ mtimeNs }) => mtimeNs !== undefined && mtimeNs >= from);
  }
  if (until !== undefined) {
    const to = nanoseconds(until);
    tests.push(({ mtimeNs }) => mtimeNs !== undefined && mtimeNs < to);
  }
  for (const condition of where ?? []) tests.push(compileWhere(condition));
  return tests;
}

function comparablePath(path: string): string {
  return path.normalize('NFC').replace(/(?<=.)\/$/, '');
}

function nanoseconds(milliseconds: number): bigint {
  return BigInt(Math.round(milliseconds)) * 1_000_000n;
}

/**
 * Compiles `key=value` to a test of front matter. Keys with dots reach into objects, unless the whole
 * key is there. A list fulfils it if one of its items does. Texts are compared in NFKC and lower
 * case, numbers and booleans as they are written; `key=` asks for an empty or missing value.
 *
 * @throws UsageError `USAGE` if there is no `=`, or nothing before it
 */
function compileWhere(
  condition: string,
): (document: { readonly frontMatter?: JsonObject | null | undefined }) => boolean {
  const sign = condition.indexOf('=');
  const key = condition.slice(0, sign).trim();
  if (sign < 0 || key === '') {
    throw new UsageError('USAGE', 'A condition on front matter is key=value, as in tags=recipe.');
  }
  const wanted = comparable(condition.slice(sign + 1));
  return ({ frontMatter }) => holds(lookUp(frontMatter, key), wanted);
}

function lookUp(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const object = value as JsonObject;
  if (Object.hasOwn(object, key)) return object[key];
  const dot = key.indexOf('.');
  if (dot < 0) return undefined;
  const head = key.slice(0, dot);
  return Object.hasOwn(object, head) ? lookUp(object[head], key.slice(dot + 1)) : undefined;
}

/** Lists in lists that are looked into: front matter that we stored has no more. */
const MAX_DEPTH = 64;

function holds(value: JsonValue | undefined, wanted: string, depth: number = 0): boolean {
  if (value === undefined || value === null) return wanted === '';
  if (Array.isArray(value)) {
    if (depth > MAX_DEPTH) return false;
    return value.length === 0 ? wanted === '' : value.some((one) => holds(one, wanted, depth + 1));
  }
  return typeof value !== 'object' && comparable(String(value)) === wanted;
}

function comparable(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}
