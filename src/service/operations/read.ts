/** `read`: the text of a document, or of some of its lines, as the corpus has it. */
import { UsageError } from '../../model/errors.ts';
import type { DocumentText, LineRange } from '../../model/search.ts';
import { checkParams, requireCount, requireText } from '../check.ts';
import type { Operation } from '../operation.ts';

/** What is to be read: by its place, or by the `uri` of a hit. */
export type ReadParams =
  | {
      /** On disk, or inside a source. */
      readonly path: string;
      /** Left out: all of them. */
      readonly lines?: LineRange | undefined;
    }
  | { readonly uri: string };

/** The operation. */
export const read: Operation<ReadParams, DocumentText> = {
  name: 'read',
  help: 'show a document, or some of its lines, as the corpus has it',
  options: {},
  run: async ({ store, cwd }, params) => {
    checkParams(params, {}, { own: ['path', 'lines', 'uri'] });
    if ('uri' in params) {
      requireText('uri', params.uri);
      const { readPassage } = await import('../../engine/search/read.ts');
      return readPassage(store, params.uri);
    }
    const { path, lines } = params;
    requireText('path', path);
    if (lines !== undefined) requireLines(lines);
    const { readDocument } = await import('../../engine/search/read.ts');
    return readDocument(store, path, { lines: lines ?? null, cwd });
  },
};

function requireLines(lines: LineRange): void {
  if (typeof lines !== 'object' || lines === null) {
    throw new UsageError('USAGE', 'lines must have a start and an end.');
  }
  requireCount('The first line', lines.start);
  requireCount('The last line', lines.end);
  if (lines.start <= lines.end) return;
  throw new UsageError('USAGE', 'The first line must not be behind the last one.');
}
