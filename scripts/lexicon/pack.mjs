/** Writes the packed files that src/embedding/builtin/lexicon-file.ts and commonness.ts read and describe. */

import { crc32 } from 'node:zlib';
import {
  BUCKET_SHIFT,
  BUCKETS,
  COMMONNESS_MAGIC,
  mixed,
} from '../../dist/embedding/builtin/commonness.js';
import {
  FIRST_KANA_BYTE,
  HALF,
  KANA_BASE,
  LEXICON_MAGIC,
  PLACE_BYTES,
  STEMS_A_GROUP,
} from '../../dist/embedding/builtin/lexicon-file.js';

const FORMAT_VERSION = 1;
/** Keys that follow each other from one full key: fewer cost space, more cost time. */
const KEYS_A_BLOCK = 32;

/**
 * @param {Map<string, { stems: [string, number][], half: boolean }>} translations by key: stems with their
 *   probabilities, and whether these count half
 * @returns {Buffer}
 */
export function packLexicon(translations) {
  const kanji = kanjiOf(translations.keys());
  const codes = new Map(kanji.map((unit, i) => [unit, i + 1]));
  const stems = stemsByUse(translations);
  const numbers = new Map(stems.map((stem, number) => [stem, number]));
  const entries = [...translations]
    .map(([key, { stems: ofKey, half }]) => {
      return { key: keyBytes(key, codes), value: valueBytes(ofKey, numbers), half };
    })
    .sort((a, b) => Buffer.compare(a.key, b.key));
  const { places, shared } = shareValues(entries);
  const { blocks, body } = frontCode(entries, places);
  const { groups, stemBytes } = stemList(stems);
  return withHeader(
    LEXICON_MAGIC,
    [kanji.length, stems.length, blocks.length, stemBytes.length, shared.length, body.length],
    [...kanji.map(uint16), ...blocks.map(uint32), ...groups.map(uint32), stemBytes, shared, body],
  );
}

/**
 * @param {Map<number, number>} weights 0 … 1 by the feature's hash
 * @returns {Buffer}
 */
export function packCommonness(weights) {
  const features = [...weights]
    .map(([hash, weight]) => ({ name: mixed(hash), weight: Math.round(weight * 255) }))
    .sort((a, b) => a.name - b.name);
  const before = Array.from({ length: BUCKETS + 1 }, (_, bucket) =>
    features.findIndex(({ name }) => name >>> BUCKET_SHIFT >= bucket),
  );
  return withHeader(
    COMMONNESS_MAGIC,
    [features.length],
    [
      ...before.map((place) => uint16(place < 0 ? features.length : place)),
      ...features.map(({ name, weight }) => uint32(((weight << 24) | (name & 0xffffff)) >>> 0)),
    ],
  );
}

function stemList(stems) {
  const groups = [];
  const parts = [];
  let length = 0;
  for (const [i, stem] of stems.entries()) {
    if (i % STEMS_A_GROUP === 0) groups.push(length);
    parts.push(Buffer.of(stem.length), Buffer.from(stem, 'ascii'));
    length += 1 + stem.length;
  }
  return { groups, stemBytes: Buffer.concat(parts) };
}

function kanjiOf(keys) {
  const units = new Set();
  for (const key of keys) for (const unit of unitsOf(key)) if (!isKana(unit)) units.add(unit);
  return [...units].sort((a, b) => a - b);
}

/** Often used stems get small numbers, which take fewer bytes. */
function stemsByUse(translations) {
  const uses = new Map();
  for (const { stems } of translations.values()) {
    for (const [stem] of stems) uses.set(stem, (uses.get(stem) ?? 0) + 1);
  }
  const order = [...uses].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return order.map(([stem]) => stem);
}

function unitsOf(key) {
  return Array.from({ length: key.length }, (_, i) => key.charCodeAt(i));
}

function isKana(unit) {
  return unit >= KANA_BASE + FIRST_KANA_BYTE && unit < KANA_BASE + 256;
}

function keyBytes(key, codes) {
  const bytes = unitsOf(key).flatMap((unit) => {
    if (isKana(unit)) return [unit - KANA_BASE];
    const code = codes.get(unit);
    return [code >>> 8, code & 0xff];
  });
  return Buffer.from(bytes);
}

function valueBytes(ofKey, numbers) {
  const bytes = [];
  for (const [stem, p] of ofKey) {
    let number = numbers.get(stem);
    for (; number >= 0x80; number >>>= 7) bytes.push((number & 0x7f) | 0x80);
    bytes.push(number, Math.max(1, Math.round(Math.sqrt(p) * 255)));
  }
  return Buffer.from(bytes);
}

/** Each different value once, since surface and reading mostly mean the same; and where each entry's is. */
function shareValues(entries) {
  const placeOf = new Map();
  const parts = [];
  let length = 0;
  const places = entries.map(({ value, half }) => {
    const name = value.toString('latin1');
    if (!placeOf.has(name)) {
      placeOf.set(name, length);
      parts.push(Buffer.of(value.length), value);
      length += 1 + value.length;
    }
    return placeOf.get(name) + (half ? HALF : 0);
  });
  if (length > HALF) throw new Error('the translations take more places than an entry can name');
  return { places, shared: Buffer.concat(parts) };
}

function frontCode(entries, places) {
  const parts = [];
  const blocks = [];
  let length = 0;
  let before = Buffer.of();
  for (const [i, { key }] of entries.entries()) {
    if (i % KEYS_A_BLOCK === 0) {
      blocks.push(length);
      before = Buffer.of();
    }
    let repeated = 0;
    while (repeated < before.length && before[repeated] === key[repeated]) repeated += 1;
    const added = key.subarray(repeated);
    const lengths =
      repeated < 16 && added.length < 16
        ? Buffer.of((repeated << 4) | added.length)
        : Buffer.of(0, repeated, added.length);
    const entry = Buffer.concat([lengths, added, uint32(places[i]).subarray(0, PLACE_BYTES)]);
    parts.push(entry);
    length += entry.length;
    before = key;
  }
  return { blocks, body: Buffer.concat(parts) };
}

function withHeader(magic, counts, parts) {
  const checked = Buffer.concat([...counts.map(uint32), ...parts]);
  return Buffer.concat([...[magic, FORMAT_VERSION, crc32(checked)].map(uint32), checked]);
}

function uint16(number) {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(number);
  return buffer;
}

function uint32(number) {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(number);
  return buffer;
}
