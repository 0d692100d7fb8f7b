/**
 * English words made comparable: a light stemmer. Part of the recipe of lexical search (a change here is
 * another recipe of `chunk_terms`); the same endings as those of `builtin/lexical-1`. Against no stemming
 * and against plurals alone it was measured in docs/internals/lexical-search.md.
 */

const ASCII_ONLY = /^[a-z0-9]+$/;

/**
 * Takes English endings off (plural, -ing, -ed, -e, -ly) a word in lower case; the result need not be a
 * word, only the same for the forms of one. Words that are not ASCII or have at most three letters come
 * back as they are.
 */
export function stem(word: string): string {
  if (word.length <= 3 || !hasEnding(word) || !ASCII_ONLY.test(word)) return word;
  let stemmed = withoutTense(withoutPlural(word));
  if (stemmed.length > 4 && stemmed.endsWith('e')) stemmed = stemmed.slice(0, -1);
  if (stemmed.length > 5 && stemmed.endsWith('ly')) stemmed = stemmed.slice(0, -2);
  return stemmed;
}

/** Nearly half of all words end otherwise, and need no further look: s, g, d, e, y. */
function hasEnding(word: string): boolean {
  switch (word.charCodeAt(word.length - 1)) {
    case 0x73:
    case 0x67:
    case 0x64:
    case 0x65:
    case 0x79:
      return true;
    default:
      return false;
  }
}

function withoutPlural(word: string): string {
  if (!word.endsWith('s')) return word;
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (word.endsWith('sses')) return word.slice(0, -2);
  const keepsItsS = word.endsWith('ss') || word.endsWith('us') || word.endsWith('is');
  return keepsItsS ? word : word.slice(0, -1);
}

function withoutTense(word: string): string {
  if (word.length > 5 && word.endsWith('ing')) return withoutDouble(word.slice(0, -3));
  if (word.length > 4 && word.endsWith('ed')) return withoutDouble(word.slice(0, -2));
  return word;
}

/** stopp → stop, but call, pass and buzz keep both. */
function withoutDouble(word: string): string {
  const last = word.at(-1) ?? '';
  return last === word.at(-2) && !'lsz'.includes(last) ? word.slice(0, -1) : word;
}
