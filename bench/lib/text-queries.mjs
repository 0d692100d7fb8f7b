/** Queries of every kind for a corpus of bench/lib/texts.mjs, seeded. */
import { judgedQueries, seeded } from './texts.mjs';

const pick = (list, random) => list[Math.floor(random() * list.length)];

/** Classes of queries: `{ name, queries }`; classes for which there is no text are left out. */
export function makeQueries({ db, sources, count = 40, seed = 7 }) {
  const random = seeded(seed);
  const of = (language) => sources.filter((source) => source.language === language);
  const sentence = (list) => pick(pick(list, random).sentences, random);
  const [english, japanese] = [of('en'), of('ja')];
  const words = (least, most) => {
    const all = sentence(english).match(/[A-Za-z][A-Za-z-]*/g) ?? ['the'];
    const wanted = least + Math.floor(random() * (most - least + 1));
    const start = Math.floor(random() * Math.max(1, all.length - wanted));
    return all.slice(start, start + wanted).join(' ');
  };
  const rare = rareTerms(db);
  const times = (make) => Array.from({ length: count }, make);
  const judged = (...sets) =>
    sample(
      sets.flatMap((set) => judgedQueries(set)),
      count,
      random,
    );
  const classes = {
    '2–8 English words': times(() => words(2, 8)),
    '2–3 English words': times(() => words(2, 3)),
    'Japanese sentence': times(() => sentence(japanese).slice(0, 60)),
    'rare words': times(() => `${pick(rare, random)} ${pick(rare, random)}`),
    'Japanese and English': times(() => `${sentence(japanese).slice(0, 20)} ${words(1, 2)}`),
    'common words alone': times(() =>
      sample(COMMON, 2 + Math.floor(random() * 4), random).join(' '),
    ),
    'judged: scifact': judged('scifact/dev'),
    'judged: jsquad, jaquad': judged('jsquad/dev', 'jsquad/hard-dev', 'jaquad/dev'),
    'judged: ja2en': judged('crosslingual/ja2en/dev'),
    'judged: en2ja': judged('crosslingual/en2ja/dev'),
  };
  return Object.entries(classes)
    .map(([name, queries]) => ({ name, queries }))
    .filter(({ queries }) => queries.length > 0);
}

const COMMON =
  'the of and in to with for that this are from したこと している ことができる について'.split(' ');

function sample(list, count, random) {
  if (list.length === 0) return [];
  return Array.from({ length: Math.min(count, list.length) }, () => pick(list, random));
}

/** Terms of a few dozen rows; a walk over all of the vocabulary would take seconds. */
function rareTerms(db) {
  const terms = db
    .prepare(
      `SELECT term FROM chunk_terms_vocabulary WHERE term >= ? AND term < ? AND doc BETWEEN 2 AND 60
       LIMIT 200`,
    )
    .pluck();
  return ['cal', 'gen', 'pro', 'ser', 'tra'].flatMap((from) =>
    terms.all(from, `${from}\u{10ffff}`),
  );
}
