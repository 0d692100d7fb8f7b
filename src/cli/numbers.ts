/** Which numbers a setting takes: the same for its flag and in a configuration file. */

/** Limits of a number, both included. */
export interface Range {
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
}

/** Whole numbers from `least`. */
function from(least: number): Range {
  return { least, most: Number.MAX_SAFE_INTEGER, whole: true };
}

/** Settings that are numbers. */
export type NumberSetting =
  | 'chunkSize'
  | 'chunkOverlap'
  | 'dimensions'
  | 'concurrency'
  | 'batchSize'
  | 'timeout'
  | 'retries';

/** Their limits. */
export const RANGES: Readonly<Record<NumberSetting, Range>> = {
  chunkSize: from(1),
  chunkOverlap: from(0),
  dimensions: from(1),
  /** A project's configuration may set these: no one's server is to be overrun by it. */
  concurrency: { least: 1, most: 256, whole: true },
  batchSize: { least: 1, most: 4096, whole: true },
  /** Seconds; what a timer can hold. */
  timeout: { least: 0.001, most: 2_147_483, whole: false },
  retries: { least: 0, most: 1000, whole: true },
};

/** The number of hits. */
export const HITS: Range = from(1);

/** Lines around a passage. */
export const CONTEXT_LINES: Range = from(0);

/** A cosine. */
export const COSINE: Range = { least: -1, most: 1, whole: false };

/** Whether a number is one of a range. */
export function isWithin(value: number, { least, most, whole }: Range): boolean {
  return value >= least && value <= most && (!whole || Number.isSafeInteger(value));
}

/** `a whole number, at least 1`, `a number from -1 to 1`. */
export function describeRange({ least, most, whole }: Range): string {
  if (most === Number.MAX_SAFE_INTEGER)
    return `a ${whole ? 'whole ' : ''}number, at least ${least}`;
  return `a ${whole ? 'whole ' : ''}number from ${least} to ${most}`;
}
