/** Documents as a table for people. Pure but for the time zone. */
import type { DocumentInfo } from '../../model/search.ts';
import { shownPath } from '../paths.ts';
import { printableName } from '../terminal.ts';
import { bytes, count } from './numbers.ts';
import { table } from './table.ts';

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

/** `2026-03-12 09:30`, in local time. */
function minuteOf(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
