/** Whether a query is a name or a code: `ECONNREFUSED`, `v2.3.1 darwin-arm64`, `getUserName`. */

/** A digit, `_`, a dot or hyphen between others, a capital inside, or two capitals at its start. */
const MARKED = /\d|_|[^.-][.-][^.-]|[a-z][A-Z]|^[A-Z]{2}/;

const WORDY = /[\p{L}\p{N}]/u;

/** What stands around a word in a sentence. */
const AROUND = /^[^\p{L}\p{N}_]+|[^\p{L}\p{N}_]+$/gu;

/** True for a single word, and for words that all look like names. */
export function isIdentifier(text: string): boolean {
  const words = text.split(/\s+/).filter((word) => WORDY.test(word));
  return words.length <= 1 || words.every((word) => MARKED.test(word.replace(AROUND, '')));
}
