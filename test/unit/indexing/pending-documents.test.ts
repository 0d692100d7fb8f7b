import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf, PendingDocuments } from '../../../src/engine/indexing/pending-documents.ts';
import type { NewDocument } from '../../../src/store/writing-types.ts';

const hash = (input: string): Buffer => createHash('sha256').update(input).digest();

function document(path: string, inputs: readonly string[]): NewDocument {
  return {
    ...{ sourceId: 1, path, title: null, frontMatter: null, frontMatterErrorLine: null },
    ...{ format: 'text', encoding: 'utf-8' },
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

const nothingIsSettled = (): boolean => false;

describe('a document', () => {
  it('without chunks waits for nothing', () => {
    const pending = new PendingDocuments();
    expect(pending.add(document('a', []), nothingIsSettled)).toEqual({
      ask: [],
      reused: 0,
      ready: true,
    });
  });

  it('whose inputs all have vectors waits for nothing', () => {
    const added = new PendingDocuments().add(document('a', ['x', 'y']), () => true);
    expect(added).toEqual({ ask: [], reused: 2, ready: true });
  });

  it('is ready with its last input, whatever the order', () => {
    const pending = new PendingDocuments();
    expect(texts(pending.add(document('a', ['x', 'y', 'z']), nothingIsSettled).ask)).toEqual([
      'x',
      'y',
      'z',
    ]);
    expect(pending.settle(hash('z'))).toEqual([]);
    expect(pending.settle(hash('x'))).toEqual([]);
    expect(paths(pending.settle(hash('y')))).toEqual(['a']);
  });

  it('that holds a text twice asks for it once', () => {
    const pending = new PendingDocuments();
    expect(texts(pending.add(document('a', ['x', 'x']), nothingIsSettled).ask)).toEqual(['x']);
    expect(paths(pending.settle(hash('x')))).toEqual(['a']);
  });
});

describe('an input that several documents share', () => {
  it('is asked for once and makes all of them ready', () => {
    const pending = new PendingDocuments();
    pending.add(document('a', ['x']), nothingIsSettled);
    expect(pending.add(document('b', ['x']), nothingIsSettled)).toEqual({
      ask: [],
      reused: 1,
      ready: false,
    });
    expect(paths(pending.settle(hash('x')))).toEqual(['a', 'b']);
    expect(pending.settle(hash('x'))).toEqual([]);
  });
});

describe('an input that no document waits for', () => {
  it('is claimed once, and not asked for again by a document that comes later', () => {
    const pending = new PendingDocuments();
    expect(pending.claim(hash('x'))).toBe(true);
    expect(pending.claim(hash('x'))).toBe(false);
    expect(pending.add(document('a', ['x']), nothingIsSettled)).toMatchObject({
      ...{ ask: [], ready: false },
    });
    expect(paths(pending.settle(hash('x')))).toEqual(['a']);
    expect(pending.claim(hash('x'))).toBe(true);
  });
});

describe('an input that is too long', () => {
  it('is cut in every document that waits for it; they wait for the parts', () => {
    const pending = new PendingDocuments();
    pending.add(document('a', ['long', 'x']), nothingIsSettled);
    pending.add(document('b', ['long']), nothingIsSettled);
    expect(paths(pending.waitingFor(hash('long')))).toEqual(['a', 'b']);
    const shorter = [document('a', ['lo', 'ng', 'x']), document('b', ['lo', 'ng'])];
    const { ask, ready } = pending.replace(hash('long'), shorter, nothingIsSettled);
    expect(texts(ask)).toEqual(['lo', 'ng']);
    expect(ready).toEqual([]);
    pending.settle(hash('lo'));
    expect(paths(pending.settle(hash('ng')))).toEqual(['b']);
    expect(pending.settle(hash('x')).map(({ chunks }) => chunks.length)).toEqual([3]);
  });
});

describe('any documents', () => {
  it('each input is asked for once, and each document is ready exactly once, with its last input', () => {
    const input = fc.constantFrom('p', 'q', 'r', 's', 't');
    const inputs = fc.array(fc.array(input, { maxLength: 4 }), { maxLength: 8 });
    fc.assert(
      fc.property(inputs, fc.uniqueArray(input), (all, known) => {
        const settled = new Set(known.map((text) => keyOf(hash(text))));
        const pending = new PendingDocuments();
        const asked: string[] = [];
        const ready: string[] = [];
        all.forEach((each, index) => {
          const added = pending.add(document(`${index}`, each), (key) => settled.has(keyOf(key)));
          asked.push(...texts(added.ask));
          if (added.ready) ready.push(`${index}`);
        });
        const wanted = new Set(all.flat().filter((text) => !known.includes(text)));
        expect([...asked].sort()).toEqual([...wanted].sort());
        for (const text of asked) ready.push(...paths(pending.settle(hash(text))));
        expect(ready.map(Number).sort((a, b) => a - b)).toEqual(all.map((_, index) => index));
      }),
    );
  });
});
