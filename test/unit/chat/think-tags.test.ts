/** Thinking inside content is never part of the answer, wherever its tags are cut. */
import { describe, expect, it } from 'vitest';
import { type ThinkingInContent, ThinkTags } from '../../../src/chat/think-tags.ts';

function run(expected: ThinkingInContent, pieces: readonly string[]) {
  const tags = new ThinkTags(expected);
  const events = [...pieces.flatMap((piece) => tags.push(piece)), ...tags.end()];
  let text = '';
  let thinking = '';
  let given = '';
  for (const event of events) {
    if (event.type === 'text') text += event.text;
    else if (event.type === 'thinking') thinking += event.text;
    else {
      given = text;
      text = '';
    }
  }
  return { text, thinking, given };
}

/** Every way to cut a text in two, and letter by letter. */
function cuts(text: string): readonly (readonly string[])[] {
  const twos = Array.from(text, (_, at) => [text.slice(0, at), text.slice(at)]);
  return [...twos, [...text]];
}

const BOTH = ['likely', 'unlikely'] as const;

describe.each(BOTH)('content where thinking is %s', (expected) => {
  it.each([
    ['with both tags', '<think>\nHm.\n</think>\n\nBlue.', '\nHm.\n', 'Blue.'],
    ['behind spaces', '\n <think>Hm.</think>Blue.', 'Hm.', 'Blue.'],
    ['empty', '<think></think>Blue.', '', 'Blue.'],
    ['that never ends', '<think>Hm', 'Hm', ''],
    ['with more behind', '<think>a</think>b <i>c</i> </think> d', 'a', 'b <i>c</i> </think> d'],
    ['none', 'Blue < red. <thin', '', 'Blue < red. <thin'],
    ['only quoted', 'The tag `</think>` ends it.', '', 'The tag `</think>` ends it.'],
    ['a start in the middle', 'The tag <think> begins it.', '', 'The tag <think> begins it.'],
  ])('%s', (_name, content, thinking, text) => {
    for (const pieces of cuts(content)) {
      const said = run(expected, pieces);
      expect([said.thinking, said.text, said.given], pieces.join('|')).toEqual([
        thinking,
        text,
        '',
      ]);
    }
  });
});

describe('an end tag without its start', () => {
  const content = 'Hm, blue?\n</think>\n\nBlue.';

  it('gives out nothing before it where thinking is likely', () => {
    for (const pieces of cuts(content)) {
      const said = run('likely', pieces);
      expect(said).toEqual({ text: 'Blue.', thinking: 'Hm, blue?\n', given: '' });
    }
  });

  it('takes back what was given out where nobody expected it', () => {
    for (const pieces of cuts(content)) {
      const { text, thinking, given } = run('unlikely', pieces);
      expect(text).toBe('Blue.');
      expect(given + thinking).toBe('Hm, blue?\n');
    }
  });

  it('is text where the server keeps thinking apart', () => {
    for (const expected of BOTH) {
      const tags = new ThinkTags(expected);
      tags.separated();
      const events = [...tags.push('x </think> y'), ...tags.end()];
      expect(events).toEqual([{ type: 'text', text: 'x </think> y' }]);
    }
  });
});
