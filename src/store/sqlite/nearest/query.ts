/** What the nearest passages are looked for by, and how they are told. */

import type { FindQuery, VectorSpace } from '../../reading-types.ts';
import { BY_PLACE } from '../place-order.ts';

/** What is looked for. */
export interface NearestQuery {
  readonly space: VectorSpace;
  /** Unit length, as many dimensions as the space. */
  readonly vector: Float32Array;
  /** Passages wanted. */
  readonly k: number;
  /** As in {@link FindQuery}. Default: all k. */
  readonly precise?: number | undefined;
  /** Only passages of these documents; null for all. The filter restricts before ranking. */
  readonly documentIds: readonly number[] | null;
  /** Compare with every vector. */
  readonly exact: boolean;
}

/** The order of places, which is the same in every build of the same corpus. */
export const PLACE: string = `ORDER BY ${BY_PLACE}`;

/** Nearest first; ties are broken by place. What has no distance takes no place from others. */
export const ORDER: string = `ORDER BY distance NULLS LAST, ${BY_PLACE} LIMIT ?`;

/** A row as SQL tells it. */
export type Measured<T extends { readonly distance: number }> = Omit<T, 'distance'> & {
  readonly distance: number | null;
};

/** A damaged vector, of zeros or NaN, has no distance: it is near to nothing, not nearest of all. */
export function hasDistance<T extends { readonly distance: number | null }>(
  row: T,
): row is T & { readonly distance: number } {
  return row.distance !== null;
}
