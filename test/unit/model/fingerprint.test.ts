import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/model/fingerprint.ts';
import type { EmbedderIdentity } from '../../../src/model/types.ts';

const identity: EmbedderIdentity = {
  kind: 'ollama',
  model: 'bge-m3:latest',
  digest: 'ab'.repeat(32),
  dimensions: 1024,
  documentPrompt: '',
  queryPrompt: '',
  contextTokens: 2048,
};

describe('a fingerprint', () => {
  it('is sha256 of the canonical JSON that the documentation names', () => {
    const json = `{"dimensions":1024,"documentPrompt":"","kind":"ollama","model":"sha256:${'ab'.repeat(32)}","queryPrompt":""}`;
    expect(fingerprint(identity)).toBe(createHash('sha256').update(json).digest('hex'));
  });

  it('is the same for all names of one digest', () => {
    for (const model of ['bge-m3', 'box.bge-m3:latest', 'hf.co/x/y']) {
      expect(fingerprint({ ...identity, model })).toBe(fingerprint(identity));
    }
    const digest = `sha256:${'AB'.repeat(32)}`;
    expect(fingerprint({ ...identity, digest })).toBe(fingerprint(identity));
  });

  it('is the same for all spellings of a name without digest', () => {
    const nameless = { ...identity, digest: null };
    expect(fingerprint({ ...nameless, model: 'bge-m3' })).toBe(fingerprint(nameless));
    expect(fingerprint({ ...nameless, digest: '' })).toBe(fingerprint(nameless));
    expect(fingerprint({ ...nameless, model: 'bge-m4' })).not.toBe(fingerprint(nameless));
  });

  it('does not depend on how much the model reads', () => {
    expect(fingerprint({ ...identity, contextTokens: null })).toBe(fingerprint(identity));
  });

  it.each([
    [{ kind: 'builtin' }],
    [{ digest: 'cd'.repeat(32) }],
    [{ dimensions: 512 }],
    [{ documentPrompt: 'x' }],
    [{ queryPrompt: 'x' }],
  ])('is another one with %j', (change) => {
    expect(fingerprint({ ...identity, ...change })).not.toBe(fingerprint(identity));
  });
});
