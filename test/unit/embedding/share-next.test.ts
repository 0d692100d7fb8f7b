/** A question that is shared counts only for what came before it was asked. */
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { shareNext } from '../../../src/embedding/share-next.ts';

/** Questions that are answered by hand, in order. */
function byHand() {
  const asked: { signal: AbortSignal; answer: (error?: Error) => void }[] = [];
  const ask = shareNext(
    (signal) =>
      new Promise((resolve, reject) => {
        asked.push({ signal, answer: (error) => (error ? reject(error) : resolve()) });
      }),
  );
  return { asked, ask };
}

const turn = () => wait(0);

describe('a shared question', () => {
  it('is asked once more for all who come while one is on its way', async () => {
    const { asked, ask } = byHand();
    const first = ask();
    await turn();
    const settled: number[] = [];
    const others = [1, 2, 3].map((n) => ask().then(() => settled.push(n)));
    await turn();
    expect(asked).toHaveLength(1);
    asked[0]?.answer();
    await first;
    await turn();
    expect(asked).toHaveLength(2);
    expect(settled, 'the answer before says nothing about them').toEqual([]);
    const late = ask();
    asked[1]?.answer();
    await Promise.all(others);
    await turn();
    expect(asked).toHaveLength(3);
    asked[2]?.answer();
    await late;
  });

  it('that fails fails for those who shared it, and the next is asked anew', async () => {
    const { asked, ask } = byHand();
    const first = ask();
    await turn();
    const next = ask();
    asked[0]?.answer(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    await turn();
    asked[1]?.answer();
    await expect(next).resolves.toBeUndefined();
  });

  it('goes on while anyone waits, and is abandoned when nobody does', async () => {
    const { asked, ask } = byHand();
    const [one, two] = [new AbortController(), new AbortController()];
    const stopped = new Error('stopped');
    const first = ask();
    await turn();
    const waiting = [one, two].map(({ signal }) => ask(signal));
    const ends = Promise.allSettled(waiting);
    asked[0]?.answer();
    await first;
    await turn();
    one.abort(stopped);
    await expect(waiting[0]).rejects.toBe(stopped);
    expect(asked[1]?.signal.aborted).toBe(false);
    two.abort(stopped);
    await expect(waiting[1]).rejects.toBe(stopped);
    await ends;
    expect(asked[1]?.signal.aborted).toBe(true);
    await expect(ask(AbortSignal.abort(stopped))).rejects.toBe(stopped);
  });

  it('that was left before it was asked is not asked, and who comes then gets one of his own', async () => {
    const { asked, ask } = byHand();
    const first = ask();
    await turn();
    const leaving = new AbortController();
    const left = ask(leaving.signal);
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    const mine = ask();
    asked[0]?.answer();
    await first;
    await turn();
    expect(asked).toHaveLength(2);
    asked[1]?.answer();
    await expect(mine).resolves.toBeUndefined();
  });
});
