import { describe, expect, it } from 'vitest';
import { describeRemedy, withRemedy } from '../../../src/cli/render/remedy.ts';
import { CorpusError, UsageError } from '../../../src/model/errors.ts';

describe('a remedy', () => {
  it('is a command or a flag', () => {
    expect(describeRemedy({ code: 'rebuild', model: 'bge-m3' })).toBe(
      'Embed everything anew with: umekomi index --rebuild --model bge-m3',
    );
    expect(describeRemedy({ code: 'rebuild' })).toMatch(/--rebuild$/);
    expect(describeRemedy({ code: 'repair', thenIndex: true })).toMatch(
      /umekomi doctor --repair, then umekomi index$/,
    );
    expect(describeRemedy({ code: 'name-model' })).toMatch(/--model or UMEKOMI_MODEL/);
    expect(describeRemedy({ code: 'options', options: ['minSimilarity', 'k'] })).toBe(
      'Change or leave out --min-similarity or -k.',
    );
  });

  it('of several options names them all', () => {
    const options = ['include', 'exclude', 'ignoreFiles'];
    expect(describeRemedy({ code: 'options', options })).toBe(
      'Change or leave out --include, --exclude or --no-ignore.',
    );
  });

  it('of an option that nobody has is only its name', () => {
    expect(describeRemedy({ code: 'options', options: ['constructor'] })).toContain(
      '--constructor',
    );
  });

  it('ends the message of an error that has one', () => {
    const remedy = { code: 'index-source' } as const;
    const error = new CorpusError('CORPUS_NOT_FOUND', 'There is no corpus at x.', { remedy });
    expect(withRemedy(error)).toBe(
      'There is no corpus at x. Name what to index: umekomi index <folder>',
    );
    expect(withRemedy(new UsageError('USAGE', 'The query is empty.'))).toBe('The query is empty.');
  });
});
