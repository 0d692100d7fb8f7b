/** UTF-16 without a byte order mark: accepted only where one byte order reads as text. */

/**
 * Which byte order makes text of these bytes?
 *
 * Read the wrong way round, ASCII becomes CJK, kana become rare CJK, line ends become unassigned:
 * so each order is scored by how much of it is ASCII, kana and CJK punctuation (1) or kanji (½).
 *
 * @param bytes holding at least one NUL; without any nothing is certain
 * @returns null if neither order does, or both
 */
export function detectUtf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes.length % 2 !== 0) return null;
  const little = score(bytes, 0);
  const big = score(bytes, 1);
  if (Math.max(little, big) < ENOUGH || Math.abs(little - big) < APART) return null;
  return little > big ? 'utf-16le' : 'utf-16be';
}

/** Chinese and kanji-heavy text scores just above a half. */
const ENOUGH = 0.5;
/** Between right and wrong order of real texts lie 0.3 and more. */
const APART = 0.1;
/** Control characters that a text may hold: one in two hundred. */
const CONTROL_SHARE = 200;

/** @param lowFirst 0: the first byte of a unit is the low one; 1: the second */
function score(bytes: Uint8Array, lowFirst: 0 | 1): number {
  let points = 0;
  let controls = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    const low = bytes[at + lowFirst] ?? 0;
    const high = bytes[at + 1 - lowFirst] ?? 0;
    const unit = high * 256 + low;
    if (isControl(unit)) controls += 1;
    points += weight(unit);
  }
  const units = bytes.length / 2;
  return controls * CONTROL_SHARE > units ? 0 : points / units;
}

/** C0 but not tab and line ends, C1, non-characters. */
function isControl(unit: number): boolean {
  if (unit < 0x20) return unit < 9 || unit > 13;
  return (unit >= 0x7f && unit < 0xa0) || unit >= 0xfffe;
}

function weight(unit: number): number {
  if (unit < 0x7f) return isControl(unit) ? 0 : 1;
  if (unit >= 0xa0 && unit <= 0x17f) return 1;
  if (unit >= 0x3000 && unit <= 0x30ff) return 1;
  if (unit >= 0xff01 && unit <= 0xff9f) return 1;
  return unit >= 0x4e00 && unit <= 0x9fff ? 0.5 : 0;
}
