import { afterEach, expect, it } from 'vitest';
import { minuteWithOffset } from '../../../src/cli/render/times.ts';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

it.each([
  ['Asia/Tokyo', '2026-03-12 18:30 (local time, 9 h ahead of UTC)'],
  ['America/St_Johns', '2026-03-12 07:00 (local time, 2 h 30 min behind UTC)'],
  ['Asia/Kolkata', '2026-03-12 15:00 (local time, 5 h 30 min ahead of UTC)'],
  ['UTC', '2026-03-12 09:30 (local time, the same as UTC)'],
])('a time for people is local: %s', (name, text) => {
  process.env['TZ'] = name;
  expect(minuteWithOffset(Date.UTC(2026, 2, 12, 9, 30))).toBe(text);
});
