/**
 * Why nothing was found. What was asked is asked again with less: whatever would have let something through
 * has taken it. Costs a few searches, and only where there is nothing to show.
 */
import type { DocumentFilters, NothingFound } from '../../model/search.ts';
import type { StoreInfo } from '../../store/reading-types.ts';
import type { StoreReader } from '../../store/store.ts';
import type { QuotedPhrase } from '../../text/phrase.ts';
import { type LexicalQuery, withoutPhrases } from '../../text/query.ts';
import { type Retrieval, retrieve } from './retrieve.ts';

/** Filters that may have been given, by their names as options. */
const FILTERS = ['paths', 'sources', 'since', 'until', 'where'] as const;

/** True if there is something when these options are left out. */
type Probe = (without: ReadonlySet<string>) => Promise<boolean>;

/** Why a search has no hits. */
export async function whyNoHits(
  store: StoreReader,
  sources: StoreInfo['sources'],
  retrieval: Retrieval,
): Promise<NothingFound> {
  if (!(await hasDocuments(store, {}))) return { because: 'no-documents' };
  const { filter, maxDistance, mode, words, text, required, excluded } = retrieval;
  // In hybrid mode phrases were taken as words before this is asked.
  const ordinary = words === null || text === null ? null : withoutPhrases(text);
  const relaxed = ordinary === null ? null : { ...ordinary, phrases: required };
  const looked = { words: mode === 'hybrid' ? relaxed : words, k: 1, contextLines: 0 };
  const asked = { ...retrieval, ...looked, rerank: null };
  const isFound = async (changes: Partial<Retrieval>): Promise<boolean> =>
    ((await retrieve(store, sources, { ...asked, ...changes }))?.hits ?? []).length > 0;
  const probe: Probe = (without) =>
    isFound({
      filter: filterWithout(filter, without),
      maxDistance: without.has('minSimilarity') ? null : maxDistance,
    });
  const given = [...givenFilters(filter), ...(maxDistance === null ? [] : ['minSimilarity'])];
  const options = await takenBy(given, probe);
  if (options !== null) return options;
  const unsigned = {
    ...{ filter: {}, maxDistance: null, required: [], excluded: [] },
    words: mode === 'lexical' && words !== null ? withoutThese(words, required) : ordinary,
  };
  const hasSigns = required.length + excluded.length > 0;
  if (hasSigns && (await isFound(unsigned))) return { because: 'signs' };
  const isPhrase = mode === 'lexical' && words !== null && words.phrases.length > required.length;
  if (isPhrase && (await isFound({ ...unsigned, words: ordinary }))) return { because: 'phrases' };
  return { because: mode === 'lexical' ? 'words' : 'nothing-alike' };
}

/** Words whose phrases are those in quotes only: what `+` demands is among its ordinary words anyway. */
function withoutThese(words: LexicalQuery, required: readonly QuotedPhrase[]): LexicalQuery {
  return { ...words, phrases: words.phrases.filter((phrase) => !required.includes(phrase)) };
}

/** Why a list of documents is empty. @param filter as the store takes it */
export async function whyNoDocuments(
  store: StoreReader,
  filter: DocumentFilters,
): Promise<NothingFound> {
  const probe: Probe = (without) => hasDocuments(store, filterWithout(filter, without));
  return (await takenBy(givenFilters(filter), probe)) ?? { because: 'no-documents' };
}

/** Each option that alone has taken everything; all of them where only together they have; null if none has. */
async function takenBy(given: readonly string[], probe: Probe): Promise<NothingFound | null> {
  const alone: string[] = [];
  for (const name of given) if (await probe(new Set([name]))) alone.push(name);
  if (alone.length > 0) return { because: 'options', options: alone, together: false };
  const isTogether = given.length > 1 && (await probe(new Set(given)));
  return isTogether ? { because: 'options', options: given, together: true } : null;
}

function givenFilters(filter: DocumentFilters): readonly string[] {
  return FILTERS.filter((name) => {
    const value = filter[name];
    return value !== undefined && !(Array.isArray(value) && value.length === 0);
  });
}

function filterWithout(filter: DocumentFilters, without: ReadonlySet<string>): DocumentFilters {
  const kept = Object.entries(filter).filter(([name]) => !without.has(name));
  return Object.fromEntries(kept) as DocumentFilters;
}

async function hasDocuments(store: StoreReader, filter: DocumentFilters): Promise<boolean> {
  for await (const _ of store.documents(filter)) return true;
  return false;
}
