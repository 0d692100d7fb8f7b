/**
 * Finds the longest key of a lexicon that a text begins with, in the packed file: a binary search over the
 * first keys of the blocks, then one pass over a block.
 */

import { CharacterClass, classOf } from '../../text/characters.ts';
import { int32At } from './data-file.ts';
import { type FoundKey, foundKey, type Lexicon } from './lexicon.ts';
import { KANA_BASE, type LexiconSections, PLACE_BYTES } from './lexicon-file.ts';

/** How many bytes of a key are compared at once, as one number: what a double holds exactly. */
const HEAD_BYTES = 6;

/** Searches one text after the other. The text is one run of kana and kanji, normalised. */
export class KeySearch {
  readonly #sections: LexiconSections;
  /** The first bytes of each block's first key as {@link headOf} has them; 0 where nobody asked yet. */
  readonly #heads: Float64Array;
  /** The text in the bytes of keys; those behind its end are of texts before it. */
  text: Uint8Array = new Uint8Array(256);

  constructor(lexicon: Lexicon) {
    this.#sections = lexicon.sections;
    this.#heads = new Float64Array(lexicon.sections.blockCount);
  }

  /**
   * Takes `units.slice(from, to)` as the text. A kanji that is in no key becomes two zeros, which are in no
   * key either.
   *
   * @returns its length in bytes
   */
  read(units: string, from: number, to: number): number {
    if (this.text.length < 2 * (to - from)) {
      this.text = new Uint8Array(4 * (to - from));
    }
    const { text } = this;
    const { kanjiCodes } = this.#sections;
    let length = 0;
    for (let i = from; i < to; i++) {
      const unit = units.charCodeAt(i);
      if (classOf(unit) === CharacterClass.kanji) {
        const code = kanjiCodes[unit - KANA_BASE] ?? 0;
        text[length++] = code >>> 8;
        text[length++] = code & 0xff;
      } else {
        text[length++] = unit - KANA_BASE;
      }
    }
    return length;
  }

  /** The longest key that the text begins with from `from` on, not beyond `to`; 0 if there is none. */
  longest(from: number, to: number): FoundKey {
    let end = to;
    while (end > from) {
      const block = this.#blockOf(from, end);
      if (block < 0) {
        return 0;
      }
      const found = this.#scan(block, from, end);
      if (found !== 0) {
        return found;
      }
      // What is left comes before this block and begins the text: so it begins the block's first key too,
      // which lies between the two.
      end = from + this.#shared(block, from, end);
    }
    return 0;
  }

  /** The last block whose first key is not behind the text; −1 if all are. */
  #blockOf(from: number, to: number): number {
    const heads = this.#heads;
    const wanted = headOf(this.text, from, to);
    let low = 0;
    let high = heads.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const head = heads[middle] || this.#readHead(middle);
      if (head > wanted || (head === wanted && this.#isBehind(middle, from, to))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low - 1;
  }

  /** Whether a block's first key comes after the text. */
  #isBehind(block: number, from: number, to: number): boolean {
    const shared = this.#shared(block, from, to);
    if (shared === this.#firstKeyLength(block)) {
      return false;
    }
    const next = this.#sections.bytes[this.#firstKeyAt(block) + shared] ?? 0;
    return from + shared === to || next > (this.text[from + shared] ?? 0);
  }

  /** How many bytes a block's first key and the text have in common. */
  #shared(block: number, from: number, to: number): number {
    const { bytes } = this.#sections;
    const key = this.#firstKeyAt(block);
    const most = Math.min(this.#firstKeyLength(block), to - from);
    let shared = 0;
    while (shared < most && bytes[key + shared] === this.text[from + shared]) {
      shared += 1;
    }
    return shared;
  }

  /** The longest key of one block that the text begins with; 0 if there is none. */
  #scan(block: number, from: number, to: number): FoundKey {
    const { bytes } = this.#sections;
    const { text } = this;
    const blockEnd = this.#blockAt(block + 1);
    let at = this.#blockAt(block);
    // Bytes that the key before has in common with the text.
    let matched = 0;
    let found: FoundKey = 0;
    while (at < blockEnd) {
      const lengths = bytes[at++] ?? 0;
      let repeated = lengths >>> 4;
      let added = lengths & 15;
      if (added === 0) {
        repeated = bytes[at++] ?? 0;
        added = bytes[at++] ?? 0;
      }
      const next = at + added;
      if (repeated === matched) {
        while (at < next && from + matched < to && bytes[at] === text[from + matched]) {
          at += 1;
          matched += 1;
        }
        if (at === next) {
          found = foundKey(next, matched);
        } else if (from + matched === to || (bytes[at] ?? 0) > (text[from + matched] ?? 0)) {
          break;
        }
      } else if (repeated < matched) {
        break;
      }
      at = next + PLACE_BYTES;
    }
    return found;
  }

  #readHead(block: number): number {
    const start = this.#firstKeyAt(block);
    const head = headOf(this.#sections.bytes, start, start + this.#firstKeyLength(block));
    this.#heads[block] = head;
    return head;
  }

  /** Where a block starts; the one behind the last starts where the file ends. */
  #blockAt(block: number): number {
    const { bytes, blockCount, blocksAt, entriesAt } = this.#sections;
    return block < blockCount ? entriesAt + int32At(bytes, blocksAt + 4 * block) : bytes.length;
  }

  /** Where the first key of a block is: there it is in full. */
  #firstKeyAt(block: number): number {
    const at = this.#blockAt(block);
    return ((this.#sections.bytes[at] ?? 0) & 15) > 0 ? at + 1 : at + 3;
  }

  #firstKeyLength(block: number): number {
    const { bytes } = this.#sections;
    const at = this.#blockAt(block);
    const short = (bytes[at] ?? 0) & 15;
    return short > 0 ? short : (bytes[at + 2] ?? 0);
  }
}

/** The first bytes as a number that compares as they do, as far as they go; padded with zeros. */
function headOf(bytes: Uint8Array, from: number, to: number): number {
  let head = 0;
  for (let i = from; i < from + HEAD_BYTES; i++) {
    head = head * 256 + (i < to ? (bytes[i] ?? 0) : 0);
  }
  return head;
}
