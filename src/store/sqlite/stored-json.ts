/** JSON as it stands in a corpus, which may come from elsewhere: checked to be what is stored there. */
import type { JsonObject } from '../../model/types.ts';
import { RowDamaged } from './sqlite-errors.ts';

/** A list of texts: headings, globs. @throws RowDamaged */
export function storedTexts(json: unknown): readonly string[] {
  const value = parse(json);
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
  throw new RowDamaged('a list of texts is something else');
}

/** Front matter; null if there is none. @throws RowDamaged */
export function storedObject(json: unknown): JsonObject | null {
  if (json === null) return null;
  const value = parse(json);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw new RowDamaged('front matter is no object');
}

function parse(json: unknown): unknown {
  try {
    return JSON.parse(json as string);
  } catch {
    throw new RowDamaged('something that is no JSON');
  }
}
