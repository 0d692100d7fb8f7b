/** Nothing found: a line on stderr says why, and stdout stays what it is. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../helpers/sandbox.ts';

let box: Sandbox;
beforeEach(async () => {
  box = createSandbox();
  box.write('notes/a.md', '# Lantern\n\nA lantern on the pier.\n');
  await box.umekomi(['index', 'notes', '--model', 'builtin']);
});
afterEach(() => box.remove());

describe('the line names what took everything', () => {
  it.each([
    [['search', 'lantern', '--path', '*.txt'], '--path leaves out everything that there is.'],
    [['search', 'lantern', '--since', '2999-01-01'], '--since leaves out everything'],
    [['search', 'lantern', '--where', 'a=b'], '--where leaves out everything'],
    [['search', 'lantern', '--min-similarity', '1'], '--min-similarity leaves out everything'],
    [
      ['search', 'lantern', '--path', '*.txt', '--where', 'a=b'],
      '--path and --where together leave out everything that there is.',
    ],
    [['search', 'zeppelin', '--mode', 'lexical'], 'none of the words is in the corpus.'],
    [['search', '"pier lantern"', '--mode', 'lexical'], 'no passage holds what stands in quotes'],
    [['search', 'lantern -pier', '--mode', 'lexical'], '+ and - in front of words leave out'],
    [['search', '+zeppelin lantern'], '+ and - in front of words leave out everything;'],
    [['like', 'notes/a.md', '--path', '*.txt'], 'no passage of the corpus has anything in common'],
    [['ls', '*.txt'], 'the glob leaves out everything'],
    [['ls', '--until', '1999-01-01'], '--until leaves out everything'],
  ])('%j', async (args, line) => {
    for (const output of [[], ['--json'], ['--jsonl']]) {
      const { code, stdout, stderr } = await box.umekomi([...args, ...output]);
      expect(code).toBe(1);
      expect(stderr).toContain(`umekomi: nothing found: ${line}`);
      if (output[0] === '--json') expect(JSON.parse(stdout)).toMatchObject({ version: 1 });
      else expect(stdout).toBe('');
    }
  });
});

it('is data in --json', async () => {
  const { stdout } = await box.umekomi(['search', 'lantern', '--path', '*.txt', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    hits: [],
    nothing: { because: 'options', options: ['paths'], together: false },
  });
});

it('nothing is said where something is found', async () => {
  expect((await box.umekomi(['search', 'lantern'])).stderr).toBe('');
});
