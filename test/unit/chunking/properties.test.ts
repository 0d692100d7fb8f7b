/** What must hold for every text whatever is in it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkDocument } from '../../../src/chunking/chunk-document.ts';
import { MAX_CONTEXT_TOKENS } from '../../../src/chunking/context.ts';
import type { DocumentFormat } from '../../../src/model/types.ts';
import { estimateTokens } from '../../../src/text/tokens.ts';

const fragments = [
  '# 見出し',
  '## Section',
  '###### deep',
  '#tag',
  'Title\n===',
  'Sub\n---',
  '- item',
  '  - nested',
  '1. one',
  '> quote',
  '>> deep',
  '```',
  '~~~',
  '    code',
  '| a | b |\n|---|---|\n| 1 | 2 |',
  '<div>',
  '</div>',
  '<!-- x',
  '-->',
  '---',
  '+++',
  'title: x',
  '{/* mdx */}',
  '日本語の文です。',
  '「はい。」と言った。',
  'A sentence. Another one! e.g. this?',
  '、',
  'カタカナ',
  '👩‍👩‍👧‍👦',
  '🇯🇵🇫🇷',
  'e\u0301',
  'か\u3099',
  '葛\u{E0100}',
  '\ud800',
  '\udc00',
  '\0',
  '\f',
  '\u2028',
  '\u0600',
  '\u200d',
  ' ',
  '　',
  '\t',
  'x'.repeat(300),
  '検索'.repeat(150),
];
const separators = ['\n', '\n\n', '\r\n', '\r\n\r\n', '\r', ' ', ''];
const document = fc
  .array(
    fc.tuple(
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...fragments) },
        { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
      ),
      fc.constantFrom(...separators),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.flat().join(''));
const format = fc.constantFrom<DocumentFormat>('markdown', 'text');
const size = fc.constantFrom(5, 20, 60, 400);

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

function bodyOf(text: string, hasFrontMatter: boolean): number {
  if (!hasFrontMatter) return 0;
  const clean = text.replace(/\r\n?/g, (end) => (end.length === 2 ? ' \n' : '\n'));
  const closing = /\n(?:---|\.\.\.|\+\+\+)[ \t]*(?:\n|$)/g;
  closing.lastIndex = 3;
  closing.exec(clean);
  return closing.lastIndex;
}

describe('chunkDocument, for any text', () => {
  it('ranges are exact, in order, and do not overlap when no overlap is asked for', () => {
    fc.assert(
      fc.property(document, format, size, (text, kind, chunkSize) => {
        let last = 0;
        chunkDocument(text, kind, { chunkSize, chunkOverlap: 0 }).chunks.forEach((chunk, index) => {
          expect(chunk.ordinal).toBe(index);
          expect(chunk.text).toBe(text.slice(chunk.startOffset, chunk.endOffset));
          expect(chunk.startOffset).toBeGreaterThanOrEqual(last);
          expect(chunk.text.trim()).not.toBe('');
          expect(chunk.text).toBe(
            chunk.text.replace(/^[ \t]*(?:\r\n|\r|\n)/, '').replace(/\n$/, ''),
          );
          last = chunk.endOffset;
        });
      }),
      { numRuns: 400 },
    );
  });

  it('all visible text is in a chunk', () => {
    fc.assert(
      fc.property(document, format, size, (text, kind, chunkSize) => {
        const result = chunkDocument(text, kind, { chunkSize, chunkOverlap: 0 });
        let at = 0;
        let lost = '';
        for (const chunk of result.chunks) {
          lost += text.slice(at, chunk.startOffset);
          at = chunk.endOffset;
        }
        lost += text.slice(at);
        // Front matter that holds nothing is left out as well.
        const empty =
          /^---[ \t]*(?:\r\n?|\n)\s*(?:---|\.\.\.)/.test(text) ||
          /^\+\+\+[ \t]*(?:\r\n?|\n)\s*\+\+\+/.test(text);
        const head = text.slice(
          0,
          bodyOf(text, kind === 'markdown' && (result.frontMatter !== null || empty)),
        );
        expect(lost.replace(/\s/g, '')).toBe(head.replace(/\s/g, ''));
      }),
      { numRuns: 400 },
    );
  });

  it('sizes hold, for the text and for the context', () => {
    fc.assert(
      fc.property(document, format, size, (text, kind, chunkSize) => {
        const chunkOverlap = Math.floor((chunkSize - 1) / 2.5);
        for (const overlap of [0, chunkOverlap]) {
          for (const chunk of chunkDocument(text, kind, { chunkSize, chunkOverlap: overlap })
            .chunks) {
            const graphemes = [...segmenter.segment(chunk.text.trim())].length;
            if (graphemes > 1) expect(estimateTokens(chunk.text)).toBeLessThanOrEqual(chunkSize);
            expect(estimateTokens(chunk.context)).toBeLessThanOrEqual(MAX_CONTEXT_TOKENS);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('no chunk begins or ends inside a grapheme', () => {
    fc.assert(
      fc.property(document, format, size, (text, kind, chunkSize) => {
        const borders = new Set([text.length]);
        for (const { index } of segmenter.segment(text)) borders.add(index);
        for (const chunk of chunkDocument(text, kind, { chunkSize, chunkOverlap: 0 }).chunks) {
          expect(borders.has(chunk.startOffset)).toBe(true);
          expect(borders.has(chunk.endOffset)).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('lines are those an editor shows', () => {
    fc.assert(
      fc.property(document, format, size, (text, kind, chunkSize) => {
        for (const chunk of chunkDocument(text, kind, { chunkSize, chunkOverlap: 0 }).chunks) {
          const lineAt = (end: number) => text.slice(0, end).split(/\r\n|\r|\n/).length;
          expect(chunk.startLine).toBe(lineAt(chunk.startOffset));
          expect(chunk.endLine).toBe(lineAt(chunk.endOffset));
        }
      }),
      { numRuns: 200 },
    );
  });
});
