/** What a derived table is like, compared with the truth that it was built from. */
export type DerivedState =
  /** It holds just what it should. */
  | 'right'
  /** It is not built yet, or not to its end: searches go without it, the next run builds it. */
  | 'none'
  /** It does not hold what it says. */
  | 'wrong';
