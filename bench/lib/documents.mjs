/**
 * A folder of documents for the cases of indexing: Japanese and English Markdown, the same for the
 * same seed. Words are drawn as in real text, a few of them very often, so that terms, index and
 * chunks have the sizes that they have in real corpora.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seeded } from './random.mjs';

const FILES_A_FOLDER = 100;

/**
 * Writes `files` documents of about `bytes` bytes each below `folder`, 100 to a folder.
 *
 * @returns {number} bytes written
 */
export function writeDocuments(folder, { files, bytes, seed = 1 }) {
  const writer = documentWriter(seed);
  let written = 0;
  for (let index = 0; index < files; index += 1) {
    const inside = join(
      folder,
      `part-${String(Math.floor(index / FILES_A_FOLDER)).padStart(4, '0')}`,
    );
    if (index % FILES_A_FOLDER === 0) mkdirSync(inside, { recursive: true });
    const text = writer(bytes);
    writeFileSync(join(inside, `document-${String(index).padStart(6, '0')}.md`), text);
    written += Buffer.byteLength(text);
  }
  return written;
}

/** A writer of documents: bytes wanted → Markdown of at least a paragraph, seldom much more. */
export function documentWriter(seed) {
  const random = seeded(seed);
  const english = vocabulary(random, 20_000, englishWord);
  const japanese = vocabulary(random, 20_000, japaneseWord);
  return (bytes) => {
    const language = random() < 0.5 ? japanese : english;
    const parts = [`# ${heading(random, language)}\n`];
    let size = 0;
    while (size < bytes) {
      const part = block(random, language);
      parts.push(part);
      size += Buffer.byteLength(part);
    }
    return parts.join('\n');
  };
}

function block(random, language) {
  const kind = random();
  if (kind < 0.15) return `## ${heading(random, language)}\n`;
  if (kind < 0.25) {
    return `${Array.from({ length: 4 }, () => `- ${heading(random, language)}`).join('\n')}\n`;
  }
  if (kind < 0.3) return `\`\`\`js\nconst value = load('${Math.floor(random() * 1e6)}');\n\`\`\`\n`;
  return `${Array.from({ length: 2 + Math.floor(random() * 4) }, () => sentence(random, language)).join(language.between)}\n`;
}

function heading(random, language) {
  return words(random, language, 2 + Math.floor(random() * 4)).join(language.between);
}

function sentence(random, language) {
  const list = words(random, language, 8 + Math.floor(random() * 14));
  return list.join(language.between) + language.end;
}

function words(random, language, count) {
  return Array.from({ length: count }, () => {
    // Log-uniform ranks: word n is about as frequent as 1/n.
    const rank = Math.floor(language.list.length ** random()) - 1;
    return language.list[Math.max(0, rank)];
  });
}

function vocabulary(random, size, make) {
  const list = Array.from({ length: size }, () => make(random));
  return make === englishWord ? { list, between: ' ', end: '.' } : { list, between: '', end: '。' };
}

const pick = (random, list) => list[Math.floor(random() * list.length)];

const ONSETS = ['b', 'c', 'd', 'f', 'g', 'l', 'm', 'n', 'p', 'r', 's', 't', 'st', 'tr', 'pl', 'v'];
const RIMES = ['a', 'e', 'i', 'o', 'u', 'an', 'er', 'in', 'on', 'al', 'is', 'ent', 'ing', 'ate'];

function englishWord(random) {
  const syllables = 1 + Math.floor(random() * 3);
  return Array.from({ length: syllables }, () => pick(random, ONSETS) + pick(random, RIMES)).join(
    '',
  );
}

const PARTICLES = [
  'は',
  'が',
  'を',
  'に',
  'の',
  'で',
  'と',
  'する',
  'した',
  'から',
  'まで',
  'ない',
];

function japaneseWord(random) {
  const kanji = Array.from({ length: 1 + Math.floor(random() * 2) }, () =>
    String.fromCharCode(0x4e00 + Math.floor(random() * 2000)),
  ).join('');
  if (random() < 0.2) {
    return Array.from({ length: 3 + Math.floor(random() * 4) }, () =>
      String.fromCharCode(0x30a2 + Math.floor(random() * 70)),
    ).join('');
  }
  return kanji + pick(random, PARTICLES);
}
