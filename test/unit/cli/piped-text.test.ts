import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { pipedText } from '../../../src/cli/piped-text.ts';
import { UsageError } from '../../../src/model/errors.ts';

describe('what is piped in', () => {
  it('is UTF-8, with or without a byte order mark', async () => {
    const halves = [
      Buffer.from('\ufeffグルー').subarray(0, 7),
      Buffer.from('\ufeffグルー').subarray(7),
    ];
    expect(await pipedText(Readable.from(halves))).toBe('グルー');
  });

  it('is refused in the code page of a console, without a word of it', async () => {
    const cp932 = Buffer.from([0x83, 0x4f, 0x83, 0x8b, 0x81, 0x5b, 0x83, 0x76]);
    await expect(pipedText(Readable.from([cp932]))).rejects.toThrow(UsageError);
    await expect(pipedText(Readable.from([cp932]))).rejects.toThrow('not UTF-8');
  });
});
