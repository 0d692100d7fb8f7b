import { describe, expect, it } from 'vitest';
import { parseDate } from '../../../src/cli/dates.ts';
import { toFlag } from '../../../src/cli/flags.ts';
import { FILTER_OPTIONS } from '../../../src/model/options.ts';

const local = (...parts: [number, number, number, number?, number?, number?, number?]): number =>
  new Date(parts[0], parts[1] - 1, ...(parts.slice(2) as [number])).getTime();

const read = (name: 'since' | 'until', text: string): unknown =>
  toFlag(name, FILTER_OPTIONS[name]).parseArg?.(text, undefined);

describe('dates', () => {
  it('without a time are the whole day, in local time', () => {
    expect(parseDate('2026-03-12')).toEqual({ start: local(2026, 3, 12), end: local(2026, 3, 13) });
    expect(parseDate(' 2026-12-31 ')?.end).toBe(local(2027, 1, 1));
    expect(parseDate('2024-02-29')?.start).toBe(local(2024, 2, 29));
  });

  it.each([
    ['2026-03-12T09:30', local(2026, 3, 12, 9, 30)],
    ['2026-03-12 09:30:15', local(2026, 3, 12, 9, 30, 15)],
    ['2026-03-12T09:30:15.5', local(2026, 3, 12, 9, 30, 15, 500)],
    ['2026-03-12T00:00Z', Date.UTC(2026, 2, 12)],
    ['2026-03-12t09:00+09:00', Date.UTC(2026, 2, 12)],
    ['2026-03-11T20:30-0330', Date.UTC(2026, 2, 12)],
  ])('with a time, %s, are a moment', (text, moment) => {
    expect(parseDate(text)).toEqual({ start: moment, end: moment });
  });

  it.each([
    ...['', 'yesterday', '2026', '2026-3-1', '12.03.2026', '20260312', '2026-03-12Z'],
    ...['2026-02-29', '2026-04-31', '2026-13-01', '2026-00-10', '2026-01-00', '0026-01-01'],
    ...['2026-03-12T24:00', '2026-03-12T9:30', '2026-03-12T09:60', '2026-03-12T09:30:61'],
    ...['2026-03-12T09:30+25:00', '2026-03-12T', '2026-03-12 09:30 JST', '1773273600000'],
  ])('%j is none', (text) => {
    expect(parseDate(text)).toBeNull();
    expect(() => read('since', text)).toThrow('a date such as 2026-03-12');
  });

  it('since takes their beginning and until their end', () => {
    expect(read('since', '2026-03-12')).toBe(local(2026, 3, 12));
    expect(read('until', '2026-03-12')).toBe(local(2026, 3, 13));
    expect(read('until', '2026-03-12T09:30')).toBe(local(2026, 3, 12, 9, 30));
  });
});
