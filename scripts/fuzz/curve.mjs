/** How CPU time grows with the size of an input: the exponent of a power law, from four sizes. */

/** Milliseconds of CPU below which a figure says nothing. */
const LEAST_MS = 8;

/** UTF-16 units of the largest input. */
const LARGEST = 1_000_000;

/** A single run that takes longer than this ends the measurement. Milliseconds. */
const TOO_LONG = 5_000;

function once(work, input) {
  const before = process.cpuUsage();
  work(input);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The quickest of three: what the machine does beside it only adds. */
export function timeOf(work, input) {
  const first = once(work, input);
  return first > 300 ? first : Math.min(first, once(work, input), once(work, input));
}

/**
 * @param work takes an input
 * @param shape makes an input of a size
 * @returns sizes, milliseconds, and the exponent; null where all of it is too quick to tell
 */
export function growth(work, shape) {
  let base = 1_000;
  timeOf(work, shape(base));
  while (base * 16 <= LARGEST && timeOf(work, shape(base)) < LEAST_MS) base *= 2;
  const points = [];
  for (const size of [base, 2 * base, 4 * base, 8 * base]) {
    const ms = timeOf(work, shape(size));
    points.push({ size, ms });
    if (ms > TOO_LONG) break;
  }
  return { points, exponent: exponentOf(points) };
}

/** The median of three doublings: a limit that is passed once (long front matter is text) is no growth. */
function exponentOf(points) {
  const known = points.filter(({ ms }) => ms >= LEAST_MS / 4);
  if (known.length < 3 || known.at(-1).ms < LEAST_MS) return null;
  const steps = known.slice(1).map(({ ms }, index) => Math.log2(ms / known[index].ms));
  steps.sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)];
}
