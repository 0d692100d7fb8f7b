/** Which sentences of a document could be asked back, and what is asked of one. */
import { describe, expect, it } from 'vitest';
import { proseSentences } from '../../../src/engine/evaluation/prose-sentences.ts';
import { partOfSentence } from '../../../src/engine/evaluation/sentence-part.ts';

const ENGLISH = 'The night ferry leaves the northern harbour an hour before the tide turns.';
const JAPANESE = '夜の連絡船は、潮の流れが変わる一時間前に北の港を出ていく。';

const texts = (text: string, format: 'markdown' | 'text' = 'markdown'): string[] =>
  proseSentences(text, format).map((one) => one.text);

describe('proseSentences', () => {
  it('finds sentences of paragraphs, items and quotes, in two languages', () => {
    const other = 'Nobody on board has ever seen the lighthouse by daylight.';
    const markdown = `# T\n\n${ENGLISH} ${other}\n\n- ${JAPANESE}\n\n> ${other.replace('Nobody', 'No one')}\n`;
    expect(texts(markdown)).toEqual([ENGLISH, other, JAPANESE, other.replace('Nobody', 'No one')]);
  });

  it.each([
    ['headings', `# ${ENGLISH}\n\n${ENGLISH.replace('.', '!')}\n===\n`],
    ['code', `\`\`\`\n${ENGLISH}\n\`\`\`\n\n    ${ENGLISH}\n`],
    ['tables', `| a | b |\n|---|---|\n| ${ENGLISH} | ${JAPANESE} |\n`],
    ['addresses', `See https://example.org/a/very/long/path for the whole timetable of ferries.\n`],
    ['numbers', `12.5 13.5 14.5 15.5 16.5 17.5 and 18.5 were 99.5 of 100.5 in 2026.\n`],
    ['the short and what has no end', `It leaves.\n\n短い。\n\n${ENGLISH.slice(0, -1)}\n`],
    ['the very long', `${'The ferry leaves the harbour and '.repeat(30)}comes back.\n`],
    ['comments', `<!-- ${ENGLISH} -->\n\n{/* ${ENGLISH} */}\n`],
  ])('leaves out %s', (_, markdown) => {
    expect(texts(markdown)).toEqual([]);
  });

  it('of plain text leaves out what is indented and what is underlined', () => {
    const text = `${ENGLISH}\n${'='.repeat(ENGLISH.length)}\n\n    ${ENGLISH}\n\n* ${JAPANESE}\n`;
    expect(texts(text, 'text')).toEqual([JAPANESE]);
  });

  it('joins the lines of a sentence and reads it without markup', () => {
    const markdown =
      'The **night** ferry leaves the\n[northern](a.md) harbour an hour before\nthe `tide` turns.\n\n夜の連絡船は、潮《しお》の流れが変わる一時\n間前に北の港を出ていく。\n';
    expect(texts(markdown)).toEqual([ENGLISH, JAPANESE]);
  });

  it('says where a sentence stands', () => {
    const markdown = `# T\n\n短い。${JAPANESE}\n\n- ${ENGLISH.replace('harbour ', 'harbour\n  ')}\n`;
    const [first, second] = proseSentences(markdown, 'markdown');
    expect(first).toMatchObject({ startLine: 3, endLine: 3, column: 4, source: JAPANESE });
    expect(second).toMatchObject({ startLine: 5, endLine: 6, column: 3, text: ENGLISH });
    expect(markdown).toContain(second!.source);
  });
});

describe('partOfSentence', () => {
  it.each([
    // 13 words, of which 7 are asked; 8 words with their particles, of which 4 are.
    [ENGLISH, 'leaves the northern harbour an hour before'],
    [JAPANESE, '流れが変わる一時間前に北の'],
    ['Say "now" when the old "night ferry" has left its place.', 'when the old night ferry has'],
  ])('is half of the words, from the middle: %s', (sentence, part) => {
    expect(partOfSentence(sentence)).toBe(part);
  });

  it('is the whole sentence where there are few words', () => {
    expect(partOfSentence('Ferries need lighthouses.')).toBe('Ferries need lighthouses.');
  });
});
