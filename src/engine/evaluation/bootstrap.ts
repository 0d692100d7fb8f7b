/**
 * How far a mean over queries can be trusted. A set has a few hundred queries, often ten: another
 * choice of questions would have given another figure, and a difference between two models may be
 * no more than that. Pure and seeded: the same scores give the same answer.
 */

/** A mean with its 95 % interval. */
export interface Estimate {
  readonly mean: number;
  /** Lower end of the 95 % interval. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}

/** Options of {@link bootstrapMean} and {@link signFlipP}. */
export interface ResamplingOptions {
  /** Samples drawn. Default 1,000 for an interval and 10,000 for a p-value. */
  readonly resamples?: number | undefined;
  /** Any whole number; the same one gives the same answer. Default 1. */
  readonly seed?: number | undefined;
}

/** Enough for the ends of a 95 % interval: 25 samples lie beyond each. */
const BOOTSTRAP_SAMPLES = 1_000;

/** A p-value near .05 is then known to ± .004. */
const SIGN_FLIPS = 10_000;

/** Sums of the same numbers with other signs differ by rounding; this much is no difference. */
const ROUNDING = 1e-12;

/**
 * The mean with its percentile bootstrap interval (Efron and Tibshirani 1993, chapter 13): queries
 * are drawn with replacement, as many as there are, and the interval holds the middle 95 % of the
 * means. Give it differences of pairs for a paired interval.
 *
 * @param values one for each query; at least one
 * @throws RangeError without values
 */
export function bootstrapMean(
  values: readonly number[],
  { resamples = BOOTSTRAP_SAMPLES, seed = 1 }: ResamplingOptions = {},
): Estimate {
  const mean = meanOf(values);
  const random = generator(seed);
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) {
      sum += values[Math.floor(random() * values.length)] ?? 0;
    }
    return sum / values.length;
  }).sort();
  return { mean, low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

/**
 * The p-value of paired differences by a randomisation test (Smucker, Allan and Carterette, CIKM
 * 2007): if both systems were alike, each query's difference could as well have the other sign. The
 * share of random choices of signs whose mean is at least as far from 0 as the real one, two-sided;
 * the real one counts as one of them, so it is never 0.
 *
 * @param differences one for each query; at least one
 * @throws RangeError without differences
 */
export function signFlipP(
  differences: readonly number[],
  { resamples = SIGN_FLIPS, seed = 1 }: ResamplingOptions = {},
): number {
  const observed = Math.abs(meanOf(differences)) - ROUNDING;
  const random = generator(seed);
  let asFar = 1;
  for (let sample = 0; sample < resamples; sample++) {
    let sum = 0;
    for (const difference of differences) sum += random() < 0.5 ? difference : -difference;
    if (Math.abs(sum / differences.length) >= observed) asFar += 1;
  }
  return asFar / (resamples + 1);
}

function meanOf(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('There is no mean of no values.');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Linear between the two nearest (type 7 of Hyndman and Fan 1996, the default of R and NumPy). */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? 0;
  return below + (above - below) * (place - Math.floor(place));
}

/** sfc32 (Doty-Humphrey, PractRand): 0 ≤ x < 1. Math.random takes no seed. */
function generator(seed: number): () => number {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, 1];
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first outputs still show how near two seeds are.
  for (let i = 0; i < 12; i++) next();
  return next;
}
