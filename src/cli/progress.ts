/** How far a run is, on one line of a terminal that is drawn over; nothing where there is none. */
import { createLogUpdate } from 'log-update';
import type { IndexProgress } from '../index.ts';
import { clip } from './render/excerpt.ts';
import { count, counted } from './render/table.ts';
import { printableName, type World, widthOf } from './terminal.ts';

/** Milliseconds between two drawings. */
const INTERVAL_MS = 100;

/** Progress of one run. */
export interface Progress {
  readonly show: (progress: IndexProgress) => void;
  /** Takes the line away. */
  end(): void;
  /** Says what an interrupted run leaves, and how to go on. */
  sayInterrupted(): void;
}

/** Starts progress on stderr. */
export function createProgress(
  { stderr }: World,
  corpus: string,
  now: () => number = Date.now,
): Progress {
  const isTerminal = stderr.isTTY === true;
  const draw = isTerminal ? createLogUpdate(stderr as NodeJS.WriteStream) : null;
  const start = now();
  let drawnAt = 0;
  let last: IndexProgress | null = null;
  return {
    show: (progress) => {
      last = progress;
      if (draw === null || now() - drawnAt < INTERVAL_MS) return;
      drawnAt = now();
      draw(progressLine(progress, { seconds: (now() - start) / 1000, columns: widthOf(stderr) }));
    },
    end: () => draw?.clear(),
    sayInterrupted: () => {
      const embedded = last?.embedded ?? 0;
      stderr.write(
        `umekomi: interrupted; ${counted(embedded, 'vector')} of this run kept in ` +
          `${printableName(corpus)}. Run the same command again to go on.\n`,
      );
    },
  };
}

/** One line: phase, files, inputs, rate, time left, current file. Pure. */
export function progressLine(
  progress: IndexProgress,
  { seconds, columns }: { seconds: number; columns: number },
): string {
  const { phase, files, toRead, read, embedded, reused, failed, path } = progress;
  if (phase === 'crawl') return clip(`looking: ${counted(files, 'file')}`, columns - 1);
  const rate = seconds > 0 ? embedded / seconds : 0;
  const parts = [
    `${count(read)}/${counted(toRead, 'file')}`,
    `${count(embedded)} embedded`,
    ...(reused > 0 ? [`${count(reused)} reused`] : []),
    ...(failed > 0 ? [`${count(failed)} failed`] : []),
    `${rate.toFixed(rate < 10 ? 1 : 0)}/s`,
    ...timeLeft(progress, seconds),
    ...(path === null ? [] : [printableName(path)]),
  ];
  return clip(parts.join('  '), columns - 1);
}

/** By the files read so far: the number of chunks to come is not known. */
function timeLeft({ read, toRead }: IndexProgress, seconds: number): readonly string[] {
  if (read < 3 || seconds < 2 || read >= toRead) return [];
  const left = Math.round((seconds / read) * (toRead - read));
  const minutes = Math.floor(left / 60);
  return [minutes > 0 ? `${minutes} min ${left % 60} s left` : `${left} s left`];
}
