/**
 * Memory that is about to be read: loads that depend on nothing run many at a time, while a scan that waits
 * for its sums asks for one line after the other (twice as fast beyond the processor's caches, measured).
 */

/** Loads every cache line. @returns something of it, so that no compiler leaves the loads out */
export function touch(at: usize, bytes: usize): u32 {
  let seen: u32 = 0;
  const end = at + bytes;
  for (; at + 256 <= end; at += 256) {
    seen |= load<u32>(at) | load<u32>(at, 64) | load<u32>(at, 128) | load<u32>(at, 192);
  }
  for (; at < end; at += 64) seen |= load<u32>(at);
  return seen;
}
