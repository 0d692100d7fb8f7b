/**
 * English words made comparable: a small stemmer and a stop list. Part of every recipe, and
 * of the lexicon's file; a change here is another vector space. Words are lower case already.
 */

const STOP_WORDS: ReadonlySet<string> = new Set(
  `a an and are as at be been being but by can could did do does for from had has have he her his how
  i if in into is it its may might more most no nor not of on or other our out over she should so some
  such than that the their them then there these they this those to too under up us use used using
  very was we were what when where which who whom why will with would you your also between both each
  during after before about against all any because below down few further here only own same through
  until while`.split(/\s+/),
);

const ASCII_ONLY = /^[a-z0-9]+$/;

/** Too common in English prose to say what a text is about. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}

/**
 * Takes English endings off (plural, -ing, -ed, -e, -ly); the result need not be a word, only the same for
 * the forms of one. Words that are not ASCII or have at most three letters come back as they are.
 */
export function stem(word: string): string {
  if (word.length <= 3 || !ASCII_ONLY.test(word)) {
    return word;
  }
  let stemmed = withoutTense(withoutPlural(word));
  if (stemmed.length > 4 && stemmed.endsWith('e')) {
    stemmed = stemmed.slice(0, -1);
  }
  if (stemmed.length > 5 && stemmed.endsWith('ly')) {
    stemmed = stemmed.slice(0, -2);
  }
  return stemmed;
}

function withoutPlural(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) {
    return `${word.slice(0, -3)}y`;
  }
  if (word.endsWith('sses')) {
    return word.slice(0, -2);
  }
  const keepsItsS = ['ss', 'us', 'is'].some((ending) => word.endsWith(ending));
  return word.endsWith('s') && !keepsItsS ? word.slice(0, -1) : word;
}

function withoutTense(word: string): string {
  if (word.length > 5 && word.endsWith('ing')) {
    return withoutDouble(word.slice(0, -3));
  }
  if (word.length > 4 && word.endsWith('ed')) {
    return withoutDouble(word.slice(0, -2));
  }
  return word;
}

/** stopp → stop, but call, pass and buzz keep both. */
function withoutDouble(word: string): string {
  const last = word.at(-1) ?? '';
  return last === word.at(-2) && !'lsz'.includes(last) ? word.slice(0, -1) : word;
}
