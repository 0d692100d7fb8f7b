/** How many queries were asked, on one line of a terminal that is drawn over. */
import type { World } from './terminal.ts';

/** Milliseconds between two drawings. */
const INTERVAL_MS = 100;

/** Draws it; `end` wipes it away. Draws nothing where stderr is no terminal. */
export function queryProgress({ stderr }: World): {
  show: (done: number, total: number) => void;
  end: () => void;
} {
  let drawnAt: number | null = null;
  return {
    show: (done, total) => {
      if (stderr.isTTY !== true || Date.now() - (drawnAt ?? 0) < INTERVAL_MS) return;
      drawnAt = Date.now();
      stderr.write(`\r\u001B[Kquery ${done + 1} of ${total}`);
    },
    end: () => {
      if (drawnAt !== null) stderr.write('\r\u001B[K');
    },
  };
}
