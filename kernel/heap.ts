/**
 * The best so far: a heap whose first entry is the worst of them, so that one comparison turns most
 * candidates away. In memory: how many entries there are and may be (u32 each), then the entries: the
 * estimate (f32) and the position that it is of (u32).
 */

const HEADER: usize = 8;
const ENTRY: usize = 8;

function entryAt(heap: usize, index: usize): usize {
  return heap + HEADER + index * ENTRY;
}

/** What a candidate must exceed: the worst entry of a full heap. */
export function threshold(heap: usize): f32 {
  return load<u32>(heap) < load<u32>(heap, 4) ? -Infinity : load<f32>(heap, HEADER);
}

/** Adds an entry that exceeds the threshold; of a full heap the worst one goes. */
export function push(heap: usize, key: f32, position: u32): void {
  const count = <usize>load<u32>(heap);
  const at = count < <usize>load<u32>(heap, 4) ? rise(heap, count, key) : sink(heap, count, key);
  store<f32>(at, key);
  store<u32>(at, position, 4);
}

/** Makes room for a key at the end. @returns where it belongs */
function rise(heap: usize, count: usize, key: f32): usize {
  store<u32>(heap, <u32>count + 1);
  let at = count;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (load<f32>(entryAt(heap, above)) <= key) break;
    move(entryAt(heap, at), entryAt(heap, above));
    at = above;
  }
  return entryAt(heap, at);
}

/** Makes room for a key in the place of the worst. @returns where it belongs */
function sink(heap: usize, count: usize, key: f32): usize {
  let at: usize = 0;
  for (;;) {
    let below = at * 2 + 1;
    if (below >= count) break;
    const other = below + 1;
    if (other < count && load<f32>(entryAt(heap, other)) < load<f32>(entryAt(heap, below))) {
      below = other;
    }
    if (load<f32>(entryAt(heap, below)) >= key) break;
    move(entryAt(heap, at), entryAt(heap, below));
    at = below;
  }
  return entryAt(heap, at);
}

function move(to: usize, from: usize): void {
  store<u64>(to, load<u64>(from));
}
