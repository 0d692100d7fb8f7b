import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { EXIT, exitCodeOf } from '../../../src/cli/exit-codes.ts';
import { createProgress } from '../../../src/cli/progress.ts';
import { bytes, counted, duration } from '../../../src/cli/render/numbers.ts';
import { progressLine } from '../../../src/cli/render/progress-line.ts';
import { summaryLines } from '../../../src/cli/render/summary.ts';
import { table } from '../../../src/cli/render/table.ts';
import { CorpusError, EmbeddingError, UsageError } from '../../../src/model/errors.ts';
import type { IndexProgress, IndexSummary } from '../../../src/model/indexing.ts';
import { createWorld } from '../../helpers/world.ts';

const PROGRESS: IndexProgress = {
  ...{ phase: 'embed', files: 205, toRead: 200, read: 50, chunks: 420, words: null },
  ...{ embedded: 300, reused: 20, failed: 1, path: '会議/2026-03-12-議事録.md' },
};

const SUMMARY: IndexSummary = {
  dryRun: false,
  rebuild: null,
  sources: ['/notes'],
  documents: { added: 2, updated: 1, moved: 0, removed: 3, unchanged: 1204, read: 3 },
  chunks: 11,
  inputs: { embedded: 9, reused: 2, failed: 0, pruned: 4 },
  skipped: [],
  skipCounts: {},
  narrowed: [],
  unconfirmed: [],
  unobserved: [],
  malformedFrontMatter: { count: 0, places: [] },
  failures: [],
};

describe('exit codes', () => {
  it.each([
    [new EmbeddingError('ENDPOINT_UNREACHABLE', ''), EXIT.server],
    [new EmbeddingError('ENDPOINT_UNAUTHORIZED', ''), EXIT.server],
    [new EmbeddingError('MODEL_NOT_FOUND', ''), EXIT.server],
    [new EmbeddingError('VECTORS_INVALID', ''), EXIT.server],
    [new EmbeddingError('INPUT_TOO_LONG', ''), EXIT.server],
    [new EmbeddingError('ENDPOINT_INVALID', ''), EXIT.usage],
    [new EmbeddingError('MODEL_REQUIRED', ''), EXIT.usage],
    [new CorpusError('SPACE_MISMATCH', ''), EXIT.usage],
    [new UsageError('SOURCE_NOT_FOUND', ''), EXIT.usage],
    [new TypeError('a bug'), EXIT.usage],
  ])('of %o is %i', (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});

describe('the line of progress', () => {
  it('tells files, chunks, vectors, rate, time left and the current file', () => {
    expect(progressLine(PROGRESS, { seconds: 30, columns: 120 })).toBe(
      '50/200 files  420 chunks  300 embedded  20 reused  1 failed  10/s  1 min 30 s left  会議/2026-03-12-議事録.md',
    );
  });

  it('keeps the end of a long name, and drops it where there is no room', () => {
    const simple = { ...PROGRESS, failed: 0, reused: 0 };
    const numbers = '50/200 files  420 chunks  300 embedded  10/s  1 min 30 s left';
    expect(progressLine(simple, { seconds: 30, columns: 74 })).toBe(`${numbers}  …-議事録.md`);
    expect(progressLine(simple, { seconds: 30, columns: 66 })).toBe(numbers);
    expect(progressLine(simple, { seconds: 30, columns: 20 })).toBe('50/200 files  420 c…');
  });

  it('is never wider than the terminal, whatever the names', () => {
    const name = fc.oneof(fc.constant(null), fc.string({ unit: 'grapheme', maxLength: 80 }));
    fc.assert(
      fc.property(name, fc.integer({ min: 1, max: 200 }), (path, columns) => {
        const line = progressLine({ ...PROGRESS, path }, { seconds: 30, columns });
        expect(stringWidth(line)).toBeLessThanOrEqual(columns);
        expect(line).not.toMatch(/[\n\r\u001b]/);
      }),
    );
  });

  it('says what goes on before and after embedding, and guesses no time too early', () => {
    expect(
      progressLine({ ...PROGRESS, phase: 'crawl', path: null }, { seconds: 0, columns: 80 }),
    ).toBe('looking: 205 files');
    const words = { done: 1000, total: 4200 };
    expect(
      progressLine({ ...PROGRESS, phase: 'words', words, path: null }, { seconds: 9, columns: 80 }),
    ).toBe('indexing words: 1,000/4,200 passages');
    expect(progressLine({ ...PROGRESS, phase: 'finish' }, { seconds: 9, columns: 80 })).toMatch(
      /^finishing/,
    );
    expect(progressLine(PROGRESS, { seconds: 1, columns: 200 })).not.toContain('left');
    expect(progressLine({ ...PROGRESS, read: 200 }, { seconds: 30, columns: 200 })).not.toContain(
      'left',
    );
  });
});

describe('progress', () => {
  it('is quiet in a pipe but for what is said', async () => {
    const world = createWorld();
    const progress = await createProgress(world);
    progress.show(PROGRESS);
    progress.say('a \u001b[2J notice');
    progress.end();
    expect(world.said()).toEqual({ stdout: '', stderr: 'umekomi: a \uFFFD[2J notice\n' });
  });

  it('is drawn on a terminal’s stderr, and a notice stands above it', async () => {
    const world = createWorld({ columns: 60 });
    const progress = await createProgress(world);
    progress.show(PROGRESS);
    progress.say('notice');
    progress.end();
    const { stdout, stderr } = world.said();
    expect(stdout).toBe('');
    expect(stderr).toContain('50/200 files');
    expect(stderr).toContain('umekomi: notice\n');
  });

  it('says how to go on after an interruption', async () => {
    const world = createWorld();
    const progress = await createProgress(world);
    progress.show(PROGRESS);
    progress.sayInterrupted('/notes/.umekomi/corpus.db', false);
    progress.sayInterrupted('/notes/.umekomi/corpus.db', true);
    expect(world.said().stderr).toBe(
      'umekomi: interrupted; 300 vectors of this run kept in /notes/.umekomi/corpus.db. Run the same command again to go on.\n' +
        'umekomi: interrupted; nothing was changed.\n',
    );
  });
});

describe('the summary', () => {
  const context = { cwd: '/notes', verbose: false, seconds: 75, corpus: '/notes/c.db' };

  it('of a good run has three lines', () => {
    expect(summaryLines(SUMMARY, context)).toBe(
      'documents  2 added, 1 updated, 3 removed, 1,204 unchanged\n' +
        'passages   11 new or changed; vectors: 9 embedded, 2 reused, 4 no longer used\n' +
        'done       in 1 min 15 s: /notes/c.db\n',
    );
  });

  it('names texts that were left out for their extension, and no pictures', () => {
    const skip = (path: string) => {
      const detail = path.slice(path.lastIndexOf('.'));
      return { source: '/notes', path, reason: 'extension' as const, detail };
    };
    const skipped = ['a.asc', 'b.HTML', 'c.html', 'd.png'].map(skip);
    const text = summaryLines({ ...SUMMARY, skipCounts: { extension: 4 }, skipped }, context);
    expect(text).toContain(
      "2 .html, 1 .asc may be text: --include '**/*{.md,.txt,.html,.asc}' takes them\n",
    );
    expect(text).not.toContain('png');
  });

  it('says what takes files whose encoding is not certain, where there are some', () => {
    const text = summaryLines({ ...SUMMARY, skipCounts: { encoding: 2 } }, context);
    expect(text).toContain(
      'skipped    2 encoding (--verbose lists them)\n           where you know',
    );
    expect(summaryLines({ ...SUMMARY, skipCounts: { binary: 2 } }, context)).not.toContain('--enc');
  });

  it('counts skips and failures, and lists them with --verbose', () => {
    const failure = (n: number) => ({
      ...{ source: '/notes', path: `a${n}.md`, startLine: n, endLine: n },
      ...{ code: 'INPUT_REJECTED', message: 'refused', attempts: 1 },
    });
    const bad: IndexSummary = {
      ...SUMMARY,
      skipCounts: { binary: 2, 'too-large': 1 },
      skipped: [{ source: '/notes', path: 'x\u001b.bin', reason: 'binary', detail: 'NUL' }],
      unobserved: ['/notes/gone'],
      failures: [1, 2, 3, 4, 5, 6, 7].map(failure),
    };
    const short = summaryLines(bad, context);
    expect(short).toContain('skipped    2 binary, 1 too-large (--verbose lists them)\n');
    expect(short).toContain('unseen     1 place could not be looked at');
    expect(short).toContain('failed     7 texts could not be embedded; the next run tries again\n');
    expect(short).toContain('  a5.md:5  refused [INPUT_REJECTED]\n  and 2 more');
    const long = summaryLines(bad, { ...context, verbose: true });
    expect(long).toContain('  x\uFFFD.bin  binary (NUL)\n  and 2 more\n');
    expect(long).toContain('  a7.md:7  refused');
  });

  it('says where front matter is not valid, and that the run is done', () => {
    const places = [1, 2, 3, 4, 5, 6].map((n) => ({
      ...{ source: '/notes', path: `a${n}\u001b.md`, line: n },
    }));
    const odd = { ...SUMMARY, malformedFrontMatter: { count: 7, places } };
    const short = summaryLines(odd, context);
    expect(short).toContain('malformed  7 documents with front matter that is not valid');
    expect(short).toContain('  a5\uFFFD.md:5\n  and 2 more (--verbose lists them)\ndone  ');
    const long = summaryLines(odd, { ...context, verbose: true });
    expect(long).toContain('  a6\uFFFD.md:6\n  and 1 more\ndone  ');
  });

  it('of a run with failures does not say that it is done', () => {
    const failure = { source: '/notes', path: 'a.md', startLine: 1, endLine: 1 };
    const failures = [{ ...failure, code: 'INPUT_REJECTED', message: 'refused', attempts: 1 }];
    for (const bad of [{ failures }, { unobserved: ['/notes/gone'] }]) {
      const text = summaryLines({ ...SUMMARY, ...bad }, context);
      expect(text).not.toMatch(/^done/m);
      expect(text).toContain('incomplete in 1 min 15 s: /notes/c.db\n');
    }
  });

  it('of a dry run says what would happen', () => {
    const text = summaryLines({ ...SUMMARY, dryRun: true }, context);
    expect(text).toContain('9 to embed');
    expect(text).toContain('nothing was changed');
  });

  it('of an unchanged corpus is short', () => {
    const nothing = {
      ...SUMMARY,
      chunks: 0,
      inputs: { embedded: 0, reused: 0, failed: 0, pruned: 0 },
    };
    expect(summaryLines(nothing, context)).toContain('passages   none new\n');
  });
});

describe('numbers and tables', () => {
  it('are for people', () => {
    expect([bytes(0), bytes(999), bytes(999_999), bytes(1_250_000)]).toEqual([
      ...['0 B', '999 B', '1.0 MB', '1.3 MB'],
    ]);
    expect([counted(1, 'file'), counted(1200, 'file')]).toEqual(['1 file', '1,200 files']);
    expect([0.04, 9, 9.97, 59.6, 75, 3600, 7805].map(duration)).toEqual([
      ...['0.0 s', '9 s', '10 s', '1 min 0 s', '1 min 15 s', '1 h 0 min', '2 h 10 min'],
    ]);
  });

  it('line up with wide characters', () => {
    expect(
      table(
        ['NAME', 'N'],
        [
          ['埋め込み', '1'],
          ['a', '1,000'],
        ],
        ['N'],
      ),
    ).toBe('NAME          N\n埋め込み      1\na         1,000\n');
  });
});
