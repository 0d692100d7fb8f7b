/** Reads EDICT and COMPDIC: what an entry is called in Japanese, and what its glosses say in English. */

import { CharacterClass, classOf } from '../../dist/text/characters.js';

/** Verbs and adjectives: their last kana changes with their form. */
const INFLECTED = /^(v[1-5kz]|adj-i$)/;
const ARCHAIC = /^(arch|obs|obsc)$/;
const COMMON = '(P)';

/**
 * Entries of a file, in its order.
 *
 * @param {Uint8Array} file in EUC-JP, unpacked
 * @returns {{ names: string[], inflected: boolean, mostlyKana: boolean, common: boolean,
 *   glosses: { text: string, archaic: boolean }[] }[]} names are surface and reading
 */
export function parseEdict(file) {
  const lines = new TextDecoder('euc-jp').decode(file).split('\n');
  // The first line is about the file itself.
  return lines.flatMap((line) => (line.startsWith('　？？？') ? [] : parseLine(line)));
}

function parseLine(line) {
  const [, surface, reading, rest] = /^(\S+)(?: \[(\S+)\])? \/(.*)\/\s*$/.exec(line) ?? [];
  if (surface === undefined) return [];
  const parts = rest.split('/');
  let archaic = false;
  let inflected = false;
  let mostlyKana = false;
  const glosses = [];
  for (const part of parts) {
    if (part === COMMON) continue;
    const tags = leadingTags(part);
    if (tags.length > 0) {
      // Tags before a gloss hold until the next gloss with tags: a sense begins with them.
      archaic = tags.some((tag) => ARCHAIC.test(tag));
      inflected ||= tags.some((tag) => INFLECTED.test(tag));
      mostlyKana ||= tags.includes('uk');
    }
    glosses.push({ text: withoutParentheses(part), archaic });
  }
  const names = [surface, reading].filter((name) => name !== undefined);
  return [{ names, inflected, mostlyKana, common: parts.includes(COMMON), glosses }];
}

/** `(v5s,vt) (1) (uk) to fail (badly)` → v5s, vt, 1, uk. */
function leadingTags(gloss) {
  const [leading] = /^(\([^()]*\) ?)*/.exec(gloss);
  return leading.split(/[() ,]+/).filter((tag) => tag !== '');
}

function withoutParentheses(gloss) {
  let before;
  let text = gloss;
  do {
    before = text;
    text = before.replace(/\([^()]*\)/g, ' ');
  } while (text !== before);
  return text;
}

/**
 * The form in which a name meets normalised text: NFKC, lower case. Null if a run of kana and kanji can
 * never hold it: for other characters, for its length, or as a single kana.
 *
 * @param {string} name
 * @param {number} mostUnits
 */
export function asKey(name, mostUnits) {
  const key = name.normalize('NFKC').toLowerCase();
  const classes = Array.from({ length: key.length }, (_, i) => classOf(key.charCodeAt(i)));
  if (key.length > mostUnits || classes.some((one) => one < CharacterClass.hiragana)) return null;
  return key.length > 1 || classes[0] === CharacterClass.kanji ? key : null;
}

/** A verb or adjective without its last kana; null if it does not end in hiragana. */
export function withoutEnding(key) {
  const last = classOf(key.charCodeAt(key.length - 1));
  return last === CharacterClass.hiragana ? key.slice(0, -1) : null;
}
