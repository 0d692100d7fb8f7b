/** Numbers in kanji, as digits: 十二 and 二〇二四 stand for 12 and 2024. Pure. */

const DIGITS = '〇一二三四五六七八九';
const UNITS: ReadonlyMap<string, number> = new Map([
  ['十', 10],
  ['百', 100],
  ['千', 1000],
]);
const MYRIADS: ReadonlyMap<string, number> = new Map([
  ['万', 10_000],
  ['億', 100_000_000],
]);

/** Of two characters or more: one alone is part of a word more often (一般, 三角). Longer ones are no numbers. */
const NUMERAL =
  /(?<![〇一二三四五六七八九十百千万億])[〇一二三四五六七八九十百千万億]{2,16}(?![〇一二三四五六七八九十百千万億])/g;

/** The numbers in a run of kanji, in decimal digits without signs between them. */
export function numeralsIn(run: string): readonly string[] {
  return (run.match(NUMERAL) ?? []).flatMap((numeral) => digitsOf(numeral) ?? []);
}

/** null if it is none, as 万一 and 百二百 are. */
function digitsOf(numeral: string): string | null {
  if (!/[十百千万億]/.test(numeral)) return [...numeral].map((one) => DIGITS.indexOf(one)).join('');
  let total = 0;
  for (const { part, myriad } of sections(numeral)) {
    const value = valueBelowMyriad(part);
    if (value === null || (total > 0 && total % (myriad * 10_000) !== 0)) return null;
    total += value * myriad;
  }
  return String(total);
}

/** 十二万三千 in its sections, the greatest first: 十二 of 10,000 and 三千 of 1. */
function sections(numeral: string): { readonly part: string; readonly myriad: number }[] {
  const parts = numeral.match(/[^万億]*[万億]|[^万億]+$/g) ?? [];
  return parts.map((part) => {
    const myriad = MYRIADS.get(part.at(-1) ?? '');
    return myriad === undefined ? { part, myriad: 1 } : { part: part.slice(0, -1), myriad };
  });
}

function valueBelowMyriad(part: string): number | null {
  let total = 0;
  let digit: number | null = null;
  let below = 10_000;
  for (const one of part) {
    const unit = UNITS.get(one);
    if (unit === undefined) {
      if (digit !== null) return null;
      digit = DIGITS.indexOf(one);
    } else {
      if (unit >= below) return null;
      below = unit;
      total += (digit ?? 1) * unit;
      digit = null;
    }
  }
  return part === '' ? null : total + (digit ?? 0);
}
