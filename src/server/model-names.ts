/**
 * Model names as people type them and as servers list them. Ollama fills in registry, namespace
 * and tag; Open WebUI wants the listed id to the letter and may put a prefix of its own before it.
 */
import { normalModelName, sameModelName } from '../model/model-name.ts';

/** What a typed name turned out to be among the listed ones. */
export type NameMatch =
  | { readonly found: 'one'; readonly name: string }
  | { readonly found: 'several'; readonly names: readonly string[] }
  | { readonly found: 'none'; readonly near: readonly string[] };

/** A listed model, as far as its name matters. */
export interface NamedModel {
  readonly name: string;
  readonly digest: string | null;
}

/**
 * Finds a typed name among the listed ones: to the letter, then in normal form, then behind an
 * Open WebUI connection prefix (`box1.bge-m3:latest`). Several prefixed ids of one digest are the
 * same model behind several connections: the first is taken.
 */
export function matchModelName(typed: string, models: readonly NamedModel[]): NameMatch {
  const exact = models.find(({ name }) => name === typed.trim());
  if (exact) return { found: 'one', name: exact.name };
  const same = models.find(({ name }) => sameModelName(name, typed));
  if (same) return { found: 'one', name: same.name };
  const prefixed = models.filter(({ name }) => isBehindPrefix(name, typed));
  const first = prefixed[0];
  if (first === undefined) return { found: 'none', near: nearNames(typed, models) };
  const digests = new Set(prefixed.map(({ digest }) => digest));
  const isOneModel = prefixed.length === 1 || (digests.size === 1 && !digests.has(null));
  return isOneModel
    ? { found: 'one', name: first.name }
    : { found: 'several', names: prefixed.map(({ name }) => name) };
}

/** Open WebUI writes `prefix.model`; the prefix is one word of the admin's choice. */
function isBehindPrefix(listed: string, typed: string): boolean {
  const name = normalModelName(listed);
  const wanted = normalModelName(typed);
  return name.endsWith(`.${wanted}`) && !name.slice(0, -wanted.length - 1).includes('/');
}

/** How many near misses are worth reading. */
const MAX_SUGGESTIONS = 3;

/** Listed names that the typed one may have meant, nearest first. */
export function nearNames(typed: string, models: readonly NamedModel[]): readonly string[] {
  const wanted = family(typed);
  return models
    .map(({ name }) => ({ name, far: howFar(wanted, family(name)) }))
    .filter(({ far }) => far <= 0.34)
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ name }) => name);
}

/** The last part of a name without its tag: what people remember. */
function family(name: string): string {
  const normal = normalModelName(name);
  return normal.slice(normal.lastIndexOf('/') + 1).replace(/:[^:]*$/, '');
}

/** 0 = equal, 1 = nothing in common; a name inside the other one is near. */
function howFar(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length >= 3 && b.length >= 3 && (a.includes(b) || b.includes(a))) return 0.1;
  return editDistance(a, b) / Math.max(a.length, b.length);
}

/** Levenshtein's distance, one row at a time; names are short. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** Names in a message: enough to choose from. */
const MAX_LISTED = 20;

/** Names as a message lists them, the first twenty of many. */
export function listNames(names: readonly string[]): string {
  const more = names.length > MAX_LISTED ? `, and ${names.length - MAX_LISTED} more` : '';
  return names.slice(0, MAX_LISTED).join(', ') + more;
}
