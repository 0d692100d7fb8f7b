import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStaging } from '../../../src/engine/indexing/staging.ts';
import type { NewDocument } from '../../../src/store/sqlite/documents.ts';

const hash = (input: string): Buffer => createHash('sha256').update(input).digest();

function document(path: string, inputs: readonly string[]): NewDocument {
  return {
    ...{ sourceId: 1, path, title: null, frontMatter: null, format: 'text', encoding: 'utf-8' },
    ...{ size: 1, mtimeNs: 1n, observedAtNs: 1n, contentHash: hash(path), chunker: 'v1' },
    chunks: inputs.map((text, ordinal) => ({
      ...{ ordinal, text, headings: [], context: '', inputHash: hash(text) },
      ...{ startLine: 1, endLine: 1, startOffset: 0, endOffset: 1 },
    })),
  };
}

const texts = (inputs: readonly { readonly text: string }[]): string[] =>
  inputs.map(({ text }) => text);
const paths = (documents: readonly NewDocument[]): string[] => documents.map(({ path }) => path);

describe('a document', () => {
  it('without chunks waits for nothing', () => {
    const staging = createStaging(() => false);
    expect(staging.stage(document('a', []))).toEqual({ ask: [], reused: 0, ready: true });
  });

  it('whose inputs all have vectors waits for nothing', () => {
    const staging = createStaging(() => true);
    expect(staging.stage(document('a', ['x', 'y']))).toEqual({ ask: [], reused: 2, ready: true });
  });

  it('is ready with its last input, whatever the order', () => {
    const staging = createStaging(() => false);
    expect(texts(staging.stage(document('a', ['x', 'y', 'z'])).ask)).toEqual(['x', 'y', 'z']);
    expect(staging.settle(hash('z'))).toEqual([]);
    expect(staging.settle(hash('x'))).toEqual([]);
    expect(paths(staging.settle(hash('y')))).toEqual(['a']);
  });

  it('that holds a text twice asks for it once', () => {
    const staging = createStaging(() => false);
    expect(texts(staging.stage(document('a', ['x', 'x'])).ask)).toEqual(['x']);
    expect(paths(staging.settle(hash('x')))).toEqual(['a']);
  });
});

describe('an input that several documents share', () => {
  it('is asked for once and makes all of them ready', () => {
    const staging = createStaging(() => false);
    staging.stage(document('a', ['x']));
    expect(staging.stage(document('b', ['x']))).toEqual({ ask: [], reused: 1, ready: false });
    expect(paths(staging.settle(hash('x')))).toEqual(['a', 'b']);
    expect(staging.settle(hash('x'))).toEqual([]);
  });
});

describe('an input that is too long', () => {
  it('is cut in every document that waits for it; they wait for the parts', () => {
    const staging = createStaging(() => false);
    staging.stage(document('a', ['long', 'x']));
    staging.stage(document('b', ['long']));
    const { ask, ready } = staging.recut(hash('long'), ({ path }) =>
      document(path, path === 'a' ? ['lo', 'ng', 'x'] : ['lo', 'ng']),
    );
    expect(texts(ask)).toEqual(['lo', 'ng']);
    expect(ready).toEqual([]);
    staging.settle(hash('lo'));
    expect(paths(staging.settle(hash('ng')))).toEqual(['b']);
    expect(staging.settle(hash('x')).map(({ chunks }) => chunks.length)).toEqual([3]);
  });
});

describe('any documents', () => {
  it('each input is asked for once, and each document is ready exactly once, with its last input', () => {
    const input = fc.constantFrom('p', 'q', 'r', 's', 't');
    const inputs = fc.array(fc.array(input, { maxLength: 4 }), { maxLength: 8 });
    fc.assert(
      fc.property(inputs, fc.uniqueArray(input), (all, known) => {
        const settled = new Set(known.map((text) => hash(text).toString('hex')));
        const staging = createStaging((each) => settled.has(each.toString('hex')));
        const asked: string[] = [];
        const ready: string[] = [];
        all.forEach((each, index) => {
          const staged = staging.stage(document(`${index}`, each));
          asked.push(...texts(staged.ask));
          if (staged.ready) ready.push(`${index}`);
        });
        const wanted = new Set(all.flat().filter((text) => !known.includes(text)));
        expect([...asked].sort()).toEqual([...wanted].sort());
        for (const text of asked) ready.push(...paths(staging.settle(hash(text))));
        expect(ready.map(Number).sort((a, b) => a - b)).toEqual(all.map((_, index) => index));
      }),
    );
  });
});
