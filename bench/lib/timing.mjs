/** Timing that can be compared: candidates take turns within one run, several rounds, medians. */

/** The value below which a share of the values lies (nearest rank); NaN of none. */
export function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}

/** The middle value; of two middle ones the mean. */
export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Runs something once. @returns what it returned, and how long it took in milliseconds */
export async function timed(work) {
  const start = performance.now();
  const value = await work();
  return { value, ms: performance.now() - start };
}

/**
 * Lets candidates take turns: in every round each one once, the first one of a round being another
 * one each time, so that neither a warm cache nor a busy minute favours the same one.
 *
 * @param candidates `{ name, turn(round) }`; a turn returns the milliseconds of its calls (an array)
 *   or of itself as a whole (a number)
 * @param options `rounds` (default 5), `warmups`: rounds before that do not count (default 1),
 *   `onTurn(name, round)`
 * @returns Map name → `{ p50, p95, min, rounds }`: medians over the rounds of each round's p50 and
 *   p95, in milliseconds; `rounds` holds each round's p50
 */
export async function takeTurns(candidates, { rounds = 5, warmups = 1, onTurn = () => {} } = {}) {
  const turns = new Map(candidates.map(({ name }) => [name, []]));
  for (let round = -warmups; round < rounds; round++) {
    const first = (round + warmups) % candidates.length;
    for (const candidate of [...candidates.slice(first), ...candidates.slice(0, first)]) {
      onTurn(candidate.name, round);
      const times = await candidate.turn(round);
      if (round >= 0) turns.get(candidate.name).push([times].flat());
    }
  }
  return new Map([...turns].map(([name, all]) => [name, summarize(all)]));
}

function summarize(rounds) {
  const middles = rounds.map((times) => quantile(times, 0.5));
  return {
    p50: median(middles),
    p95: median(rounds.map((times) => quantile(times, 0.95))),
    min: Math.min(...rounds.flat()),
    rounds: middles,
  };
}
