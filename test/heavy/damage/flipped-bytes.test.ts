/**
 * A corpus whose bytes a disk has changed: every command gives an answer or says that the file is damaged;
 * reading writes nothing; what the doctor says is well can be indexed.
 */
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { UmekomiError } from '../../../src/model/errors.ts';
import type { Corpus } from '../../../src/service/corpus.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { countingEmbedder, runIndex, sampleDocument } from '../../helpers/corpus.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const ROUNDS = Number(process.env['UMEKOMI_FLIPS'] ?? 60);

const temporary = temporaryFolders();

/** What happens to a file. Places are shares of its length. */
type Fault =
  | { readonly kind: 'flip'; readonly at: readonly number[]; readonly mask: number }
  | {
      readonly kind: 'fill';
      readonly from: number;
      readonly length: number;
      readonly value: number;
    }
  | { readonly kind: 'cut'; readonly at: number };

const share = fc.noBias(fc.integer({ min: 0, max: 999_999 })).map((n) => n / 1e6);
const fault: fc.Arbitrary<Fault> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('flip' as const),
      at: fc.array(share, { minLength: 1, maxLength: 12 }),
      mask: fc.integer({ min: 1, max: 255 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fill' as const),
      from: share,
      length: fc.integer({ min: 1, max: 40_000 }),
      value: fc.constantFrom(0, 0xff, 0x41),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), at: share }) },
);

function harm(path: string, what: Fault): void {
  const bytes = readFileSync(path);
  // Most of a small corpus is room for more: what is hit is something that is there.
  const place = (part: number): number => {
    const from = Math.floor(part * bytes.length);
    const found = bytes.subarray(from).findIndex((byte) => byte !== 0);
    return found === -1 ? from : from + found;
  };
  if (what.kind === 'cut') {
    truncateSync(path, place(what.at));
    return;
  }
  if (what.kind === 'fill')
    bytes.subarray(place(what.from)).subarray(0, what.length).fill(what.value);
  else for (const at of what.at) bytes[place(at)] = (bytes[place(at)] ?? 0) ^ what.mask;
  writeFileSync(path, bytes);
}

/** null, or the code of the error; anything but an error of ours fails the test. */
async function codeOf(work: () => unknown): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof UmekomiError) return error.code;
    throw error;
  }
}

const READS: readonly ((corpus: Corpus) => unknown)[] = [
  (corpus) => corpus.search('harbour lantern', { mode: 'semantic' }),
  (corpus) => corpus.search('灯台の果樹園', { mode: 'lexical' }),
  (corpus) => corpus.search('"granite" 羅針盤', { mode: 'hybrid', paths: ['**/*.md'] }),
  (corpus) => corpus.like({ path: '3.md', line: 5 }),
  async (corpus) => {
    for await (const document of corpus.documents()) expect(document.path).toBeTypeOf('string');
  },
  (corpus) => corpus.status(),
];

let root: string;
let sound: string;
const seen = { rounds: 0, refused: 0, errors: 0, answers: 0, found: 0, unseen: 0 };

afterAll(() => {
  console.info(`flipped bytes: ${JSON.stringify(seen)}`);
});

it('never crashes a command, and is never written to by a reader', {
  timeout: 600_000,
}, async () => {
  root = temporary();
  for (let i = 0; i < 30; i++) plant(root, { [`${i}.md`]: sampleDocument(i) });
  sound = join(temporary(), 'corpus.db');
  await runIndex(sound, countingEmbedder({ dimensions: 256 }), [root]);
  await fc.assert(
    fc.asyncProperty(fault, async (what) => {
      seen.rounds += 1;
      const path = join(temporary(), 'corpus.db');
      copyFileSync(sound, path);
      harm(path, what);
      const before = readFileSync(path);
      const codes: (string | null)[] = [];
      let findings: readonly string[] = [];
      const opened = await codeOf(async () => {
        const corpus = await openCorpus(path, {
          embedder: countingEmbedder({ dimensions: 256 }),
          readOnly: true,
        });
        try {
          for (const read of READS) codes.push(await codeOf(() => read(corpus)));
          const { checks } = await corpus.examine({ offline: true });
          findings = checks.flatMap((check) => check.findings.map(({ code }) => code));
        } finally {
          await corpus.close();
        }
      });
      expect(readFileSync(path).equals(before), 'reading changes nothing').toBe(true);
      if (opened !== null) seen.refused += 1;
      seen.errors += codes.filter((code) => code !== null).length;
      seen.answers += codes.filter((code) => code === null).length;
      if (findings.length > 0) seen.found += 1;
      else if (opened === null) seen.unseen += 1;
      const indexed = await codeOf(() =>
        runIndex(path, countingEmbedder({ dimensions: 256 }), [root]),
      );
      if (opened === null && findings.length === 0) expect(indexed).toBeNull();
    }),
    { numRuns: ROUNDS },
  );
});
