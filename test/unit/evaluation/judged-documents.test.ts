import { describe, expect, it } from 'vitest';
import { documentFinder } from '../../../src/engine/evaluation/judged-documents.ts';

const document = (source: string, path: string) => ({ source, path, file: `${source}/${path}` });
const guide = document('/home/mei/docs', '設定/がいど.md'.normalize('NFD'));
const readme = document('/home/mei/docs', 'README.md');
const other = document('/home/mei/notes', 'README.md');

describe('names of judged documents', () => {
  const find = documentFinder([guide, readme, other], '/home/mei');

  it.each([
    ['on disk', '/home/mei/docs/README.md', readme],
    ['from the current folder', 'notes/README.md', other],
    ['from the current folder, with a dot', './docs/README.md', readme],
    ['inside the source, NFC for NFD', '設定/がいど.md', guide],
    ['inside the source, with a dot', './設定/がいど.md', guide],
    ['nowhere', 'docs/gone.md', null],
    ['only the end of a path', 'がいど.md', null],
  ])('are found: %s', (_, name, expected) => {
    expect(find(name)).toBe(expected);
  });

  it('may begin with the name of the source, wherever it is', () => {
    const elsewhere = documentFinder([guide, readme, other], '/');
    expect(elsewhere('docs/README.md')).toBe(readme);
    expect(elsewhere('docs/設定/がいど.md')).toBe(guide);
  });

  it('are refused when they mean several documents', () => {
    expect(() => find('README.md')).toThrow('/home/mei/docs/README.md, /home/mei/notes/README.md');
  });
});
