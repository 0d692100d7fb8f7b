/** Reading values of unknown JSON: what is missing or of another kind is null. Pure. */

/** The value under a key; undefined if there is none. */
export function valueAt(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

/** The text under a key; null if it is empty or no text. */
export function textAt(value: unknown, key: string): string | null {
  const text = valueAt(value, key);
  return typeof text === 'string' && text !== '' ? text : null;
}

/** The whole number above 0 under a key. */
export function countAt(value: unknown, key: string): number | null {
  const count = valueAt(value, key);
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : null;
}

/** The array under a key; also the bare array that some versions of Open WebUI answer with. Empty if there is none. */
export function arrayAt(value: unknown, key: string): readonly unknown[] {
  const list = Array.isArray(value) ? value : valueAt(value, key);
  return Array.isArray(list) ? list : [];
}

/** The count under the first key that ends so: `model_info` names its keys after the architecture. */
export function countBySuffix(info: unknown, suffix: string): number | null {
  if (typeof info !== 'object' || info === null) return null;
  const key = Object.keys(info).find((each) => each.endsWith(suffix));
  return key === undefined ? null : countAt(info, key);
}

/** When a manifest was written, in a server's own words. In a list and in what `/api/show` says. */
export function modifiedAtOf(entry: unknown): string | null {
  const time = textAt(entry, 'modified_at');
  return time !== null && time.length <= MAX_TIME_LENGTH ? time : null;
}

/** Ollama's have 35 UTF-16 units. */
const MAX_TIME_LENGTH = 100;
