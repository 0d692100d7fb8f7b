/** Dates as people type them, in their own time zone. Pure but for the zone. */

/** A date, or a date and a time, with or without an offset from UTC. */
const FORM =
  /^(?<year>[1-9]\d{3})-(?<month>\d\d)-(?<day>\d\d)(?:[T ](?<hour>[01]\d|2[0-3]):(?<minute>[0-5]\d)(?::(?<second>[0-5]\d)(?:\.(?<fraction>\d{1,3}))?)?(?<zone>Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?)?$/i;

/** A moment or a day. Milliseconds since 1970. */
export interface Span {
  readonly start: number;
  /** Exclusive: the next midnight of a day; `start` where a time was given. */
  readonly end: number;
}

/**
 * Reads `2026-03-12`, `2026-03-12T09:30`, `2026-03-12 09:30:15`, `2026-03-12T09:30Z`,
 * `2026-03-12T09:30+09:00`; local time where no offset is given.
 *
 * @returns null for anything else, and for days that are in no calendar
 */
export function parseDate(text: string): Span | null {
  const parts = FORM.exec(text.trim())?.groups;
  if (parts === undefined) return null;
  const number = (name: string): number => Number(parts[name] ?? 0);
  const [year, month, day] = [number('year'), number('month') - 1, number('day')];
  const noon = new Date(Date.UTC(year, month, day, 12));
  if (noon.getUTCMonth() !== month || noon.getUTCDate() !== day) return null;
  if (parts['hour'] === undefined) {
    const midnight = (date: number): number => new Date(year, month, date).getTime();
    return { start: midnight(day), end: midnight(day + 1) };
  }
  const milliseconds = Number((parts['fraction'] ?? '').padEnd(3, '0'));
  const time = [number('hour'), number('minute'), number('second'), milliseconds] as const;
  const zone = parts['zone'];
  const moment =
    zone === undefined
      ? new Date(year, month, day, ...time).getTime()
      : Date.UTC(year, month, day, ...time) - offsetOf(zone);
  return { start: moment, end: moment };
}

/** Milliseconds that a zone (`Z`, `+09:00`, `-0330`) is ahead of UTC. */
function offsetOf(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const digits = zone.replace(/\D/g, '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
