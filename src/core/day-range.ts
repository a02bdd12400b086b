import { localDay } from './dimension.ts';
import { UsageError } from './errors.ts';

/** Days from and to, both inclusive, as `YYYY-MM-DD` in the zone of the report. */
export interface DayRange {
  since?: string;
  until?: string;
}

/** `2026-11-01`, `20261101`, `today`, `yesterday` and `7d` (seven days back, today included) as a day. */
export function parseDay(text: string, option: string, now: Date, zone: string): string {
  const today = localDay(now.toISOString(), zone);
  const back =
    text === 'today'
      ? 0
      : text === 'yesterday'
        ? 1
        : /^\d{1,4}d$/.test(text)
          ? Math.max(0, Number.parseInt(text, 10) - 1)
          : undefined;
  if (back !== undefined) return daysBefore(today, back);
  const [, year, month, day] = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text) ?? [];
  const iso = `${year}-${month}-${day}`;
  if (day && daysBefore(iso, 0) === iso) return iso;
  throw new UsageError(`${option} '${text}' is not a day.`, {
    hint: 'Use 2026-11-01, 20261101, today, yesterday or 7d.',
  });
}

/** A day some days earlier; empty for what is no day, such as `2026-02-31`. */
export function daysBefore(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - days);
  return Number.isNaN(date.valueOf()) ? '' : date.toISOString().slice(0, 10);
}

export function inRange(day: string, range: DayRange): boolean {
  return (range.since === undefined || day >= range.since) && (range.until === undefined || day <= range.until);
}
