/** How near bytes are to UTF-8: a damaged UTF-8 file must not be taken for Shift_JIS. */

/** Where UTF-8 breaks, and how much of it there is. */
export interface Utf8Survey {
  /** Offset of the first byte that is no UTF-8; -1 if all of it is. */
  readonly firstInvalid: number;
  /** Well-formed sequences of two to four bytes. */
  readonly sequences: number;
  /** Bytes outside of any sequence. */
  readonly invalid: number;
}

/** Counts sequences after the table of well-formed ones (Unicode 16, table 3-7). */
export function surveyUtf8(bytes: Uint8Array): Utf8Survey {
  let firstInvalid = -1;
  let sequences = 0;
  let invalid = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      if (firstInvalid === -1) firstInvalid = at;
      invalid += 1;
    } else if (length > 1) sequences += 1;
    at += Math.max(1, length);
  }
  return { firstInvalid, sequences, invalid };
}

/** 0 if no well-formed sequence starts here. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const [low, high] = secondByteRange(lead);
  const second = bytes[at + 1] ?? 0;
  if (second < low || second > high) return 0;
  for (let next = at + 2; next < at + length; next += 1) {
    if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

function secondByteRange(lead: number): readonly [number, number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  return lead === 0xf4 ? [0x80, 0x8f] : [0x80, 0xbf];
}
