import { describe, expect, it } from 'vitest';
import { frontMatterTexts } from '../../../../src/store/words/front-matter-texts.ts';
import { passageTerms } from '../../../../src/store/words/passage-terms.ts';

describe('what front matter says', () => {
  it('is its short texts and numbers, at any key, but the title', () => {
    const texts = frontMatterTexts({
      title: 'UI',
      aliases: ['UI/UX', '画面設計'],
      author: { name: 'Mia', year: 1984 },
      draft: true,
      blob: 'x'.repeat(2000),
      none: null,
    });
    expect(texts.split('\n\n')).toEqual(['UI/UX', '画面設計', 'Mia', '1984']);
  });

  it('is bounded', () => {
    const many = Object.fromEntries(
      Array.from({ length: 1000 }, (_, n) => [`k${n}`, 'word '.repeat(50)]),
    );
    expect(frontMatterTexts(many).length).toBeLessThan(10_000);
  });

  it('counts among the words of a passage', () => {
    const { terms } = passageTerms({
      ...{ text: 'body', headings: [], title: null, path: 'a.md' },
      frontMatter: frontMatterTexts({ tags: ['ユーザビリティ'] }),
    });
    expect(terms).toContain('ユー');
  });
});
