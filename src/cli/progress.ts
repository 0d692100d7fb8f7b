/** How far a run is, on one line of a terminal that is drawn over; nothing where there is none. */
import type { IndexProgress } from '../model/indexing.ts';
import { counted } from './render/numbers.ts';
import { type Output, printableName, type World, widthOf } from './terminal.ts';

/** Milliseconds between two drawings. */
const INTERVAL_MS = 100;

/** Milliseconds after which the line is drawn again though nothing happened: time goes on. */
const TICK_MS = 1_000;

/** Progress of one run. */
export interface Progress {
  readonly show: (progress: IndexProgress) => void;
  /** Prints a line for people, above the progress. */
  readonly say: (line: string) => void;
  /** Takes the line away. */
  end(): void;
  /** Says what an interrupted run leaves, and how to go on. */
  sayInterrupted(corpus: string, isUnchanged: boolean): void;
}

/** A line of a terminal that is drawn over. */
interface Line {
  draw(progress: IndexProgress): void;
  clear(): void;
  end(): void;
}

/** Starts progress on stderr. */
export async function createProgress({ stderr }: World): Promise<Progress> {
  const line = stderr.isTTY === true ? await createLine(stderr) : null;
  let last: IndexProgress | null = null;
  return {
    show: (progress) => {
      last = progress;
      line?.draw(progress);
    },
    say: (text) => {
      line?.clear();
      stderr.write(`umekomi: ${printableName(text)}\n`);
    },
    end: () => line?.end(),
    sayInterrupted: (corpus, isUnchanged) => {
      const kept = `${counted(last?.embedded ?? 0, 'vector')} of this run kept in ${printableName(corpus)}. Run the same command again to go on.`;
      stderr.write(`umekomi: interrupted; ${isUnchanged ? 'nothing was changed.' : kept}\n`);
    },
  };
}

/** What draws the line is loaded for terminals only. */
async function createLine(output: Output): Promise<Line> {
  const [{ createLogUpdate }, { progressLine }, { default: stringWidth }] = await Promise.all([
    import('log-update'),
    import('./render/progress-line.ts'),
    import('string-width'),
  ]);
  const update = createLogUpdate(output as NodeJS.WriteStream);
  let begin: number | null = null;
  let drawnAt = 0;
  let drawn = '';
  let last: IndexProgress | null = null;
  const redraw = (): void => {
    if (last === null) return;
    drawnAt = Date.now();
    const seconds = begin === null ? 0 : (drawnAt - begin) / 1000;
    drawn = progressLine(last, { seconds, columns: widthOf(output) - 1 });
    update(drawn);
  };
  const clear = (): void => {
    update.clear();
    // A terminal that became narrower has folded the line: its upper part is still there.
    const folded = Math.max(0, Math.ceil(stringWidth(drawn) / widthOf(output)) - 1);
    output.write(ERASE_LINE_ABOVE.repeat(folded));
    drawn = '';
  };
  const onResize = (): void => {
    clear();
    redraw();
  };
  const timer = setInterval(redraw, TICK_MS);
  timer.unref();
  output.on('resize', onResize);
  return {
    draw: (progress) => {
      if (progress.phase !== 'crawl') begin ??= Date.now();
      last = progress;
      if (Date.now() - drawnAt >= INTERVAL_MS) redraw();
    },
    clear,
    end: () => {
      clearInterval(timer);
      output.off('resize', onResize);
      clear();
      update.done();
    },
  };
}

const ERASE_LINE_ABOVE = '\u001B[1A\u001B[2K';
