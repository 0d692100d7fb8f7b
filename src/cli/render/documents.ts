/** Documents as a table for people. Pure but for the time zone. */
import type { DocumentInfo } from '../../model/search.ts';
import { shownPath } from '../paths.ts';
import { printableName } from '../terminal.ts';
import { bytes, count } from './numbers.ts';
import { table } from './table.ts';
import { minuteOf } from './times.ts';

/** A line for each document. */
export function documentTable(documents: readonly DocumentInfo[], cwd: string): string {
  const rows = documents.map((document) => [
    count(document.passages),
    bytes(document.size),
    minuteOf(document.mtime),
    printableName(shownPath(document, cwd)),
    printableName(document.title),
  ]);
  return table(['PASSAGES', 'SIZE', 'CHANGED', 'PATH', 'TITLE'], rows, ['PASSAGES', 'SIZE']);
}
