/** An edit costs the chunks around it, not everything behind it. */
import { describe, expect, it } from 'vitest';
import type { DocumentFormat } from '../../../src/model/types.ts';
import { englishSentence, inputsOf, japaneseSentence, makeRandom, pick } from './helpers.ts';

/** Of 36 edits of one document: the median and the worst number of inputs that must be embedded. */
const TYPICAL = 2;
const WORST = 16;

type Random = () => number;
type Case = [
  name: string,
  separator: string,
  format: DocumentFormat,
  part: (random: Random) => string,
  count: number,
];

const paragraph = (sentence: (random: Random) => string, joiner: string) => (random: Random) =>
  Array.from({ length: 2 + Math.floor(random() * 5) }, () => sentence(random)).join(joiner);
const english = paragraph(englishSentence, ' ');
const japanese = paragraph(japaneseSentence, '');
const withHeadings = (body: (random: Random) => string) => (random: Random) =>
  (random() < 0.2 ? `${pick(['##', '###'], random)} ${englishSentence(random)}\n\n` : '') +
  body(random);

const cases: Case[] = [
  ['English paragraphs without headings', '\n\n', 'markdown', english, 300],
  ['Japanese paragraphs without headings', '\n\n', 'markdown', japanese, 300],
  ['English sections', '\n\n', 'markdown', withHeadings(english), 300],
  ['Japanese sections', '\n\n', 'markdown', withHeadings(japanese), 300],
  ['a long list', '\n', 'markdown', (random) => `- ${englishSentence(random)}`, 500],
  [
    'Japanese plain text, a paragraph a line',
    '\n',
    'text',
    (random) => `　${japaneseSentence(random)}`,
    500,
  ],
  ['one long Japanese line', '', 'text', japaneseSentence, 1000],
];

function changedBy(before: readonly string[], after: readonly string[]): number {
  const known = new Set(before);
  return after.filter((input) => !known.has(input)).length;
}

describe('an edit does not move the boundaries of chunks far away', () => {
  it.each(cases)('%s', (_name, separator, format, part, count) => {
    const random = makeRandom(7);
    const changes: number[] = [];
    const parts = Array.from({ length: count }, () => part(random));
    const before = inputsOf(parts.join(separator), format);
    expect(before.length).toBeGreaterThan(20);
    for (let trial = 0; trial < 12; trial += 1) {
      // At the front, then anywhere.
      const at = trial < 4 ? 1 : 1 + Math.floor(random() * (count - 2));
      const added = part(random);
      for (const edited of [
        parts.toSpliced(at, 0, added),
        parts.toSpliced(at, 1),
        parts.with(at, `${parts[at]}${format === 'text' ? '' : ' '}${englishSentence(random)}`),
      ]) {
        changes.push(changedBy(before, inputsOf(edited.join(separator), format)));
      }
    }
    changes.sort((a, b) => a - b);
    expect(changes[18]).toBeLessThanOrEqual(TYPICAL);
    expect(changes.at(-1)).toBeLessThanOrEqual(WORST);
  });
});
