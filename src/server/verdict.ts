/**
 * What umekomi may think of a failed request. The words for it are shared by those who judge answers
 * and those who act on the judgement.
 */
import type { EmbeddingErrorCode, ErrorCode } from '../model/errors.ts';
import type { Advice } from './advice.ts';

/** What is done about a failure. */
export type Action =
  /** Ask again later: it may pass. */
  | 'retry'
  /** Stop at once and say what to do next. */
  | 'fail'
  /** One of the texts is too long: find it; its chunk is cut further. */
  | 'split'
  /** One of the texts cannot be embedded: find it; it is remembered as failed. */
  | 'bisect'
  /** The request is too large: ask for half of it. */
  | 'halve'
  /** List the models again: gone means stop, still there means an outage behind the server. */
  | 'check-model';

/** What a failure means. The codes are those of what was asked for. */
export interface Verdict<Code extends ErrorCode = EmbeddingErrorCode> {
  readonly action: Action;
  readonly code: Code;
  /** What happened, in our own words or a known phrase of the server; never the user's text. */
  readonly what: string;
  /** What to do next. */
  readonly advice: Advice;
  /** Nobody is there at all: worth waiting for only where somebody was before. */
  readonly isAbsent?: true;
  /** A crash, which may be the work of one of the texts. */
  readonly isCrash?: true;
}
