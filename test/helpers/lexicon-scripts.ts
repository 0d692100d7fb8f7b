/** The scripts that make the built-in embedder's data files, with types: they are plain JavaScript. */

/** A stem with its probability. */
export type Weighted = readonly [stem: string, p: number];

export interface Meaning {
  readonly stems: readonly Weighted[];
  readonly half: boolean;
}

interface Packing {
  packLexicon(translations: ReadonlyMap<string, Meaning>): Uint8Array;
  packCommonness(weights: ReadonlyMap<number, number>): Uint8Array;
}

interface Entry {
  readonly names: readonly string[];
  readonly inflected: boolean;
  readonly mostlyKana: boolean;
  readonly common: boolean;
  readonly glosses: readonly { readonly text: string; readonly archaic: boolean }[];
}

interface Edict {
  parseEdict(file: Uint8Array): Entry[];
  asKey(name: string, mostUnits: number): string | null;
}

type Weights = Map<string, Map<string, number>>;

interface Translations {
  addEntries(weights: Weights, entries: readonly Entry[], fileWeight: number): void;
  probabilities(weights: Weights, weightOf: (stem: string) => number): Map<string, Meaning>;
}

interface English {
  wordnetGlosses(file: string): string[];
  featureFrequencies(texts: readonly string[]): Map<number, number>;
  inverseFrequency(p: number): number;
}

async function load<T>(name: string): Promise<T> {
  return (await import(new URL(`../../scripts/lexicon/${name}`, import.meta.url).href)) as T;
}

export const packing: Packing = await load<Packing>('pack.mjs');
export const edict: Edict = await load<Edict>('edict.mjs');
export const translations: Translations = await load<Translations>('translations.mjs');
export const english: English = await load<English>('english.mjs');
