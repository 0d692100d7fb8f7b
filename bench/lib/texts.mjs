/**
 * Text for corpora of any size: seeded, Japanese and English, with term statistics that stay near
 * Zipf's and Heaps' laws. Sentences of the judged sets (`UMEKOMI_JUDGED_SETS`) are put together anew,
 * and rare words get another form in each part of the corpus, or else every rare word of a few
 * thousand documents would stand in hundreds of chunks. Without judged sets the words are made up.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seeded } from './random.mjs';

const pick = (list, random) => list[Math.floor(random() * list.length)];

/** Documents to take sentences from: `{ language, title, sentences }`. */
export function readSources(judgedSets = process.env.UMEKOMI_JUDGED_SETS) {
  const sources = judgedSets === undefined ? madeUp(seeded(1)) : judged(judgedSets);
  return sources.filter(({ sentences }) => sentences.length > 1);
}

function judged(folder) {
  const ofSet = (set, language) => {
    const path = join(folder, set, 'documents.jsonl');
    if (!existsSync(path)) return [];
    return readLines(path).map(({ title, text }) => ({
      ...{ language, title, sentences: sentencesOf(text) },
    }));
  };
  const pages = (language) => {
    const base = join(folder, 'crosslingual/docs', language);
    if (!existsSync(base)) return [];
    const names = readdirSync(base, { recursive: true, encoding: 'utf8' }).sort();
    return names
      .filter((name) => name.endsWith('.md'))
      .map((name) => {
        const sentences = sentencesOf(readFileSync(join(base, name), 'utf8'));
        return { language, title: sentences[0] ?? '', sentences };
      });
  };
  return [
    ...[...ofSet('jsquad', 'ja'), ...ofSet('jaquad', 'ja'), ...pages('ja')],
    ...[...ofSet('scifact', 'en'), ...pages('en')],
  ];
}

function readLines(path) {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function sentencesOf(text) {
  return text
    .split(/(?<=[。！？])|(?<=[.!?])\s+|\n+/)
    .map((sentence) => sentence.replace(/^[#\s>*-]+/, '').trim())
    .filter(({ length }) => length > 8 && length < 600);
}

/** Queries of a judged set; none where there is none. */
export function judgedQueries(set, judgedSets = process.env.UMEKOMI_JUDGED_SETS) {
  const path = join(judgedSets ?? '', set, 'queries.jsonl');
  if (judgedSets === undefined || !existsSync(path)) return [];
  return readLines(path).map(({ text }) => text);
}

const SYLLABLES = 'ka to ri mo ne su ber lin der on tra vi el cor pan ist mul ge fa nor'.split(' ');
const KANJI = Array.from({ length: 900 }, (_, i) => String.fromCharCode(0x4e00 + i * 17));
const PARTICLES = ['の', 'は', 'を', 'に', 'が', 'と', 'で', 'から', 'まで', 'として', 'について'];
const ENDINGS = ['である。', 'でした。', 'しています。', 'された。', 'することができます。'];
const COMMON = 'the of and in to a is that for with on as by are this from be it which or'.split(
  ' ',
);

function madeUp(random) {
  const words = {
    en: Array.from({ length: 40_000 }, (_, rank) =>
      Array.from({ length: 2 + (rank % 3) }, () => pick(SYLLABLES, random)).join(''),
    ),
    ja: Array.from({ length: 20_000 }, () => pick(KANJI, random) + pick(KANJI, random)),
  };
  /** Zipf: the logarithm of the rank is even. */
  const word = (language) => {
    const list = words[language];
    return list[Math.floor(list.length ** random()) - 1] ?? list[0];
  };
  const sentence = {
    en: () =>
      `${Array.from({ length: 8 + random() * 14 }, () => (random() < 0.45 ? pick(COMMON, random) : word('en'))).join(' ')}.`,
    ja: () =>
      Array.from({ length: 4 + random() * 6 }, () => word('ja') + pick(PARTICLES, random)).join(
        '',
      ) +
      word('ja') +
      pick(ENDINGS, random),
  };
  return Array.from({ length: 4000 }, (_, i) => {
    const language = i % 2 === 0 ? 'ja' : 'en';
    const sentences = Array.from({ length: 12 }, sentence[language]);
    return { language, title: `${word(language)} ${word(language)}`, sentences };
  });
}

const WORD = /[A-Za-z]{4,}|[一-鿿]{2,6}|[ァ-ヺー]{3,12}/g;

/** Occurrences in the sources up to which a word takes other forms, and how often it does. */
const RARE = { rows: 30, share: 0.8 };

/** Chunks that share the forms of their rare words. */
const PART = 8000;

/** Gives rare words the form that they have in a part; the first part has them as they are. */
function renamer(sources) {
  const counts = new Map();
  for (const { sentences } of sources) {
    for (const sentence of sentences) {
      for (const [word] of sentence.matchAll(WORD)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return (text, part) =>
    part === 0
      ? text
      : text.replace(WORD, (word) => {
          if ((counts.get(word) ?? 0) > RARE.rows) return word;
          const random = seeded(hash(word) ^ Math.imul(part, 0x9e3779b1));
          return random() < RARE.share ? otherForm(word, random) : word;
        });
}

function hash(word) {
  let value = 2166136261;
  for (let i = 0; i < word.length; i++) value = Math.imul(value ^ word.charCodeAt(i), 16777619);
  return value;
}

function otherForm(word, random) {
  const at = Math.floor(random() * word.length);
  const unit = word.charCodeAt(at);
  if (unit < 0x80) return word.slice(0, at) + pick(SYLLABLES, random) + word.slice(at);
  const other =
    unit < 0x3100 ? String.fromCharCode(0x30a2 + Math.floor(random() * 80)) : pick(KANJI, random);
  return word.slice(0, at) + other + word.slice(at + 1);
}

/** UTF-16 units of a chunk of about 256 tokens. */
const UNITS = { ja: 300, en: 1000 };

const CHUNKS_A_DOCUMENT = 8;

/**
 * Documents of eight chunks until there are `chunks`: `{ path, title, headings, texts }`. A chunk has
 * runs of two to five sentences of its source, and every third run is another source's.
 */
export function* makeDocuments({ chunks, sources, seed = 1 }) {
  const random = seeded(seed);
  const rename = renamer(sources);
  const byLanguage = { ja: [], en: [] };
  for (const source of sources) byLanguage[source.language].push(source);
  for (let made = 0; made < chunks; ) {
    const source = pick(sources, random);
    const part = Math.floor(made / PART);
    const count = Math.min(CHUNKS_A_DOCUMENT, chunks - made);
    const texts = Array.from({ length: count }, () =>
      rename(makeText(source, byLanguage[source.language], random), part),
    );
    const title = rename(source.title, part);
    yield { path: `part-${part}/${made}.md`, title, headings: [title], texts };
    made += count;
  }
}

function makeText(source, others, random) {
  const space = source.language === 'ja' ? '' : ' ';
  const length = UNITS[source.language] * (0.4 + 0.8 * random());
  let text = '';
  while (text.length < length) {
    const { sentences } = random() < 1 / 3 ? pick(others, random) : source;
    const start = Math.floor(random() * sentences.length);
    const run = sentences.slice(start, start + 2 + Math.floor(random() * 4));
    text += (text === '' ? '' : space) + run.join(space);
  }
  return text;
}
