/** Part of a text that is left out, in UTF-16 units. */
export interface Gap {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}
