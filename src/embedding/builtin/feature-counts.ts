/**
 * How often each feature occurs in one text. An open-addressing table on typed arrays: a passage has about
 * a thousand features, and with a `Map` of counters the whole embedder took 1.4 times as long.
 */

const INITIAL_CAPACITY = 4096;

/** Counts features of one text after the other; `clear` between texts. Keeps the order of first occurrence. */
export class FeatureCounts {
  /** Number of different features; the arrays below are valid up to it. */
  size = 0;
  /** Signed 32-bit hash of each feature. */
  hashes: Int32Array = new Int32Array(INITIAL_CAPACITY / 2);
  /** Weight of each feature, as it was first added. */
  weights: Float64Array = new Float64Array(INITIAL_CAPACITY / 2);
  /** Occurrences of each feature. */
  counts: Uint32Array = new Uint32Array(INITIAL_CAPACITY / 2);
  /** Slot → feature + 1; 0 is free. At most half full, so that probes stay short. */
  #slots = new Uint32Array(INITIAL_CAPACITY);

  /** Counts one occurrence. The weight belongs to the feature: that of the first occurrence is kept. */
  add(hash: number, weight: number): void {
    const slot = this.#slotOf(hash);
    const found = this.#slots[slot] ?? 0;
    if (found > 0) {
      this.counts[found - 1] = (this.counts[found - 1] ?? 0) + 1;
      return;
    }
    this.hashes[this.size] = hash;
    this.weights[this.size] = weight;
    this.counts[this.size] = 1;
    this.size += 1;
    this.#slots[slot] = this.size;
    if (this.size * 2 === this.#slots.length) {
      this.#grow();
    }
  }

  /** Forgets everything, and gives back the memory that a very long text took. */
  clear(): void {
    this.size = 0;
    if (this.#slots.length > INITIAL_CAPACITY) {
      this.#resize(INITIAL_CAPACITY);
    } else {
      this.#slots.fill(0);
    }
  }

  /** The slot that holds this hash, or the free one where it belongs. */
  #slotOf(hash: number): number {
    const mask = this.#slots.length - 1;
    // The high bits of a product depend on all bits of the hash, its low bits only on low ones: as many
    // of the highest as number the slots.
    const unused = Math.clz32(this.#slots.length) + 1;
    let slot = Math.imul(hash, 0x9e3779b1) >>> unused;
    for (;;) {
      const feature = this.#slots[slot] ?? 0;
      if (feature === 0 || this.hashes[feature - 1] === hash) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    this.#resize(this.#slots.length * 2);
    for (let feature = 0; feature < this.size; feature++) {
      this.#slots[this.#slotOf(this.hashes[feature] ?? 0)] = feature + 1;
    }
  }

  #resize(capacity: number): void {
    const { hashes, weights, counts, size } = this;
    this.#slots = new Uint32Array(capacity);
    this.hashes = new Int32Array(capacity / 2);
    this.weights = new Float64Array(capacity / 2);
    this.counts = new Uint32Array(capacity / 2);
    this.hashes.set(hashes.subarray(0, size));
    this.weights.set(weights.subarray(0, size));
    this.counts.set(counts.subarray(0, size));
  }
}
