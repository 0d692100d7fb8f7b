/** `eval` as an operation: what it asks the server for, and what tells two runs apart. */
import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { readJudgedSet } from '../../../src/engine/evaluation/judged-set.ts';
import { openContext } from '../../../src/service/open-corpus.ts';
import { evaluate } from '../../../src/service/operations/eval.ts';
import { index } from '../../../src/service/operations/index.ts';
import { countingEmbedder } from '../../helpers/corpus.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();

it('embeds each query once for all modes, and says what measured what', async () => {
  const folder = temporary({
    'docs/a.md': 'red apples\n',
    'docs/b.md': 'green pears\n',
    'set.jsonl': '{"text":"red","answers":["a.md"]}\n{"text":"green pears","answers":["b.md"]}\n',
  });
  const embedder = countingEmbedder({ digest: 'd1' });
  const queries: string[] = [];
  const counting = {
    ...embedder,
    embedQuery: (text: string) => {
      queries.push(text);
      return embedder.embedQuery(text);
    },
  };
  const context = await openContext(':memory:', { embedder: counting });
  onTestFinished(() => context.close());
  await index.run(context, { sources: [`${folder}/docs`], chunkSize: 64 });
  const set = await readJudgedSet(`${folder}/set.jsonl`);
  const report = await evaluate.run(context, { set });
  expect(report.modes).toHaveLength(3);
  expect(queries).toEqual(['red', 'green pears']);
  const own = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  expect(report).toMatchObject({
    umekomi: JSON.parse(own).version,
    model: { kind: 'test', model: 'hashing', digest: 'd1', dimensions: 32 },
    chunking: { chunkSize: 64, chunkOverlap: 0 },
  });
});
