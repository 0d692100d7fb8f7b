/**
 * Seeded random numbers that are the same on every machine: whole-number arithmetic and square roots
 * only, since the last bits of Math.sin, log, exp and pow differ between engines.
 */

/** Mixes whole numbers into one of 32 bits: the seed of whatever they name. */
export function mix(...parts) {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash = Math.imul(hash ^ part, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/** A generator of whole numbers of 32 bits (mulberry32). */
export function random(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return (value ^ (value >>> 14)) >>> 0;
  };
}

/** The same as a number from 0 up to and without 1. */
export function uniform(next) {
  return next() / 2 ** 32;
}

/** A generator of numbers from 0 up to and without 1. */
export function seeded(seed) {
  const next = random(seed);
  return () => uniform(next);
}

/** Deviation of the sum of four bytes, each uniform from 0 to 255. */
const FOUR_BYTES = Math.sqrt((4 * (256 * 256 - 1)) / 12);

/**
 * Adds `scale[i]` times a nearly normal number to every `target[at + i]`: the sum of the four bytes of
 * one random number, which is quick; rotating the vector afterwards makes it as good as normal.
 */
export function addNoise(target, at, scale, seed) {
  let state = seed | 0;
  for (let i = 0; i < scale.length; i++) {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    value ^= value >>> 14;
    const sum = (value & 255) + ((value >>> 8) & 255) + ((value >>> 16) & 255) + (value >>> 24);
    target[at + i] += scale[i] * ((sum - 510) / FOUR_BYTES);
  }
}
