import { describe, expect, it } from 'vitest';
import { memoize } from '../../../src/server/memoize.ts';

describe('a remembered answer', () => {
  it('is asked for once, also by many at the same time', async () => {
    let asked = 0;
    const ask = memoize(async () => ++asked);
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
    expect(await ask()).toBe(1);
  });

  it('is asked for again after a failure', async () => {
    let asked = 0;
    const ask = memoize(async () => {
      if (++asked === 1) throw new Error('not yet');
      return asked;
    });
    await expect(ask()).rejects.toThrow('not yet');
    expect(await ask()).toBe(2);
  });

  it('survives the abort of whoever asked first', async () => {
    const first = new AbortController();
    const ask = memoize(async (signal) => {
      if (signal !== first.signal) return 'mine';
      return new Promise<string>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    });
    const aborted = ask(first.signal);
    const other = ask(new AbortController().signal);
    first.abort(new Error('left'));
    await expect(aborted).rejects.toThrow('left');
    expect(await other).toBe('mine');
  });

  it('is not waited for by one who aborts while another asks', async () => {
    const ask = memoize(() => new Promise<string>(() => {}));
    void ask();
    const late = new AbortController();
    const waiting = ask(late.signal);
    late.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
  });
});
