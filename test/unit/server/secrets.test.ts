import { describe, expect, it } from 'vitest';
import { secretsOf, targetWithoutSecrets, withoutSecrets } from '../../../src/server/secrets.ts';

const KEY = 'sk-Marked+5f1c';
const secrets = secretsOf(`Bearer ${KEY}`);
const encoded = (text: string, how: BufferEncoding): string => Buffer.from(text).toString(how);

describe('an answer', () => {
  it.each([
    ['as it is', KEY],
    ['in other case', KEY.toUpperCase()],
    ['in base64', encoded(KEY, 'base64').replace(/=+$/, '')],
    ['in base64 for URLs', encoded(KEY, 'base64url')],
    ['in hex digits', encoded(KEY, 'hex')],
  ])('loses a key %s', (_, spelled) => {
    const answer = withoutSecrets(JSON.stringify({ model: `a-${spelled}-b` }), secrets);
    expect(JSON.parse(answer)).toEqual({ model: 'a-(key)-b' });
  });

  it('loses a key whose letters are numbers', () => {
    const letters = [...KEY].map(
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    expect(withoutSecrets(`{"digest":"${letters.join('')}"}`, secrets)).toBe('{"digest":"(key)"}');
  });

  it('stays as it is without one, to the letter', () => {
    const answer = '{ "n": 1.0, "text": "\\u0041\\n", "model": "bge-m3" }';
    expect(withoutSecrets(answer, secrets)).toBe(answer);
    expect(withoutSecrets(answer, [])).toBe(answer);
  });

  it('loses a password, and what carries it', () => {
    const basic = secretsOf(`Basic ${encoded('me:pass-word-31', 'base64')}`);
    for (const spelled of ['pass-word-31', encoded('me:pass-word-31', 'base64')]) {
      expect(withoutSecrets(`x ${spelled}`, basic)).not.toContain(spelled.slice(3));
    }
  });

  it('is not searched for a key that is an ordinary word', () => {
    expect(secretsOf('Bearer ollama', null)).not.toContain('ollama');
  });
});

describe('a redirect', () => {
  it.each([
    'http://sk-marked-77aa.example/x',
    'http://%73k-marked-77aa.example',
    'http://ｓｋ-marked-77aa.example',
  ])('shows no host that is a key: %s', (target) => {
    const shown = targetWithoutSecrets(target, secretsOf('Bearer sk-MARKED-77aa'));
    expect(shown).not.toMatch(/marked/i);
  });
});
