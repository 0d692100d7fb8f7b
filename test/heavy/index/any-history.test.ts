/** Whatever happens to a folder, and however runs end: the corpus becomes what a fresh build is. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countingEmbedder,
  findBroken,
  logicalDump,
  runIndex,
  sampleDocument,
} from '../../helpers/corpus.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();

const NAMES = ['a.md', 'b.md', 'd/c.md', 'd/e.txt'];
/** Documents that share texts with each other, in whole or in part, and one without any. */
const CONTENTS = [
  '',
  'Short.\n',
  sampleDocument(1),
  sampleDocument(2),
  sampleDocument(2).replace('Line 4 of part 1', 'An edited line'),
  `${sampleDocument(1)}\n## More\n\nShort.\n`,
];

const name = fc.constantFrom(...NAMES);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      name,
      content: fc.nat(CONTENTS.length - 1),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), name, to: name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), name }) },
);
/** How the run after a step goes: to its end, until the embedder has died, or over a part only. */
const run = fc.oneof(
  { weight: 3, arbitrary: fc.constant('whole' as const) },
  { weight: 1, arbitrary: fc.nat(3) },
  { weight: 1, arbitrary: fc.constant('part' as const) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function apply(root: string, change: Step): void {
  const path = join(root, change.name);
  if (change.do === 'write') plant(root, { [change.name]: CONTENTS[change.content] ?? '' });
  else if (!existsSync(path)) return;
  else if (change.do === 'delete') rmSync(path);
  else {
    mkdirSync(dirname(join(root, change.to)), { recursive: true });
    renameSync(path, join(root, change.to));
  }
}

/** An embedder that dies after some inputs. */
function mortal(after: number) {
  const embedder = countingEmbedder();
  const embed = embedder.embedDocuments;
  embedder.embedDocuments = async (texts, options) => {
    if (embedder.inputs.length >= after) throw new Error('dead');
    return embed(texts, options);
  };
  return embedder;
}

const SMALL = { batchSize: 1, concurrency: 1 };

describe('any sequence of edits, moves and deletions, indexed after each, with runs that die', () => {
  it('ends in the corpus that a fresh build makes, which is then unchanged', async () => {
    const history = fc.array(fc.tuple(step, run), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const root = temporary({ 'd/c.md': CONTENTS[2] ?? '' });
        const db = join(temporary(), 'corpus.db');
        await runIndex(db, countingEmbedder(), [root]);
        for (const [change, how] of steps) {
          apply(root, change);
          if (how === 'whole') await runIndex(db, countingEmbedder(), [root], SMALL);
          else if (how === 'part' && existsSync(join(root, 'd')))
            await runIndex(db, countingEmbedder(), [join(root, 'd')], SMALL);
          else if (typeof how === 'number')
            await runIndex(db, mortal(how), [root], SMALL).catch((error: unknown) =>
              expect(error).toMatchObject({ code: 'ENDPOINT_FAILED' }),
            );
          expect(findBroken(db)).toEqual([]);
        }
        await runIndex(db, countingEmbedder());
        const last = countingEmbedder();
        const summary = await runIndex(db, last);
        expect(last.inputs).toEqual([]);
        expect(summary.documents).toMatchObject({ read: 0, added: 0, moved: 0, removed: 0 });
        const fresh = join(temporary(), 'fresh.db');
        await runIndex(fresh, countingEmbedder(), [root]);
        expect(logicalDump(db)).toEqual(logicalDump(fresh));
      }),
      { numRuns: 15 },
    );
  });
});
