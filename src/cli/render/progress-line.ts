/** How far a run is, on one line. Pure. */
import stringWidth from 'string-width';
import type { IndexProgress } from '../../model/indexing.ts';
import { printableName } from '../terminal.ts';
import { count, counted, duration } from './numbers.ts';
import { clip, clipStart } from './width.ts';

/** What a line depends on besides the progress itself. */
export interface LineContext {
  /** Since reading and embedding began. */
  readonly seconds: number;
  /** Most columns of the line. */
  readonly columns: number;
}

/** Columns below which a file's name tells nothing. */
const MIN_NAME_COLUMNS = 8;

/** The line: phase, files, chunks, inputs, rate, time left, and the current file where it fits. */
export function progressLine(progress: IndexProgress, { seconds, columns }: LineContext): string {
  const line = clip(partsOf(progress, seconds).join('  '), columns);
  const room = columns - stringWidth(line) - 2;
  if (progress.path === null || room < MIN_NAME_COLUMNS) return line;
  return `${line}  ${clipStart(printableName(progress.path), room)}`;
}

function partsOf(progress: IndexProgress, seconds: number): readonly string[] {
  const { phase, files, toRead, read, chunks, embedded, reused, failed, words } = progress;
  if (phase === 'crawl') return [`looking: ${counted(files, 'file')}`];
  if (words !== null)
    return [`indexing words: ${count(words.done)}/${counted(words.total, 'passage')}`];
  const rate = seconds > 0 ? embedded / seconds : 0;
  return [
    ...(phase === 'retry' ? ['trying failed texts again'] : []),
    ...(phase === 'finish' ? ['finishing'] : []),
    `${count(read)}/${counted(toRead, 'file')}`,
    counted(chunks, 'chunk'),
    `${count(embedded)} embedded`,
    ...(reused > 0 ? [`${count(reused)} reused`] : []),
    ...(failed > 0 ? [`${count(failed)} failed`] : []),
    ...(embedded > 0 ? [`${rate.toFixed(rate < 10 ? 1 : 0)}/s`] : []),
    ...timeLeft(progress, seconds),
  ];
}

/** Before this, a guess would be wild. */
const MIN_FILES = 3;
const MIN_SECONDS = 2;

/** By the files read so far: the number of chunks to come is not known. */
function timeLeft({ read, toRead }: IndexProgress, seconds: number): readonly string[] {
  if (read < MIN_FILES || seconds < MIN_SECONDS || read >= toRead) return [];
  return [`${duration(Math.round((seconds / read) * (toRead - read)))} left`];
}
