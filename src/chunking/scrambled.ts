/**
 * Tells data in letters from words by how often capitals, small letters and digits follow each other: in base64
 * at six of ten signs, in words joined to identifiers at less than four. The numbers are measured in
 * docs/internals/chunking.md.
 */

/** Of base64: shares of capitals and small letters, of digits, and of changes between the three. */
const MIN_CASE = 0.1;
const MIN_DIGITS = 0.04;
const MIN_CHANGES = 0.42;
/** Of hex and base32, which have one case: more digits, fewer changes. */
const MIN_DIGITS_ONE_CASE = 0.1;
const MAX_DIGITS_ONE_CASE = 0.9;
const MIN_CHANGES_ONE_CASE = 0.2;
/** Words joined by signs (`a/b-c_d`) have more of them. */
const MAX_SIGNS = 0.1;
/** So long a run with all three kinds in it is no word however rarely they change: base64 of zeros. */
const ANY_RUN = 1000;
const MIN_OF_ANY = 0.01;

/** What runs consist of. */
export interface LetterCount {
  /** Counts `text.slice(start, end)`. */
  add(text: string, start: number, end: number): void;
  /** True if what was counted is no text. */
  isScrambled(): boolean;
  /** True if there are capitals and small letters: no hash is written so. */
  hasBothCases(): boolean;
}

/** Nothing counted yet. */
export function createLetterCount(): LetterCount {
  const counts = { capital: 0, small: 0, digit: 0, sign: 0, change: 0 };
  return {
    add: (text, start, end) => {
      let before: keyof typeof counts = 'sign';
      for (let index = start; index < end; index += 1) {
        const kind = kindOf(text.charCodeAt(index));
        counts[kind] += 1;
        if (kind !== before && kind !== 'sign' && before !== 'sign') counts.change += 1;
        before = kind;
      }
    },
    isScrambled: () => isScrambled(counts),
    hasBothCases: () => counts.capital > 0 && counts.small > 0,
  };
}

type Counts = Readonly<Record<'capital' | 'small' | 'digit' | 'sign' | 'change', number>>;

function isScrambled({ capital, small, digit, sign, change }: Counts): boolean {
  const all = capital + small + digit + sign;
  if (sign > all * MAX_SIGNS) return false;
  if (Math.min(capital, small) === 0) {
    const isMixed = digit >= all * MIN_DIGITS_ONE_CASE && digit <= all * MAX_DIGITS_ONE_CASE;
    return isMixed && change >= all * MIN_CHANGES_ONE_CASE;
  }
  if (all >= ANY_RUN && Math.min(capital, small, digit) >= all * MIN_OF_ANY) return true;
  return (
    Math.min(capital, small) >= all * MIN_CASE &&
    digit >= all * MIN_DIGITS &&
    change >= all * MIN_CHANGES
  );
}

function kindOf(code: number): 'capital' | 'small' | 'digit' | 'sign' {
  if (code >= 97 && code <= 122) return 'small';
  if (code >= 65 && code <= 90) return 'capital';
  return code >= 48 && code <= 57 ? 'digit' : 'sign';
}
