import { UsageError } from '../errors.ts';
import { localDay } from '../usage/dimension.ts';
import { addDays, isDay } from './day.ts';

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
  if (back !== undefined) return addDays(today, -back);
  const [, year, month, day] = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text) ?? [];
  const iso = `${year}-${month}-${day}`;
  if (isDay(iso)) return iso;
  throw new UsageError(`${option} '${text}' is not a day.`, {
    hint: 'Use 2026-11-01, 20261101, today, yesterday or 7d.',
  });
}

/** The first day of the last `30d`, `2w` or `1m` (days, weeks, calendar months), today included. */
export function parseLast(text: string, now: Date, zone: string): string {
  const [, count = '', unit = ''] = /^([1-9]\d{0,3})([dwm])$/.exec(text) ?? [];
  const today = localDay(now.toISOString(), zone);
  if (unit === 'd') return addDays(today, 1 - Number(count));
  if (unit === 'w') return addDays(today, 1 - Number(count) * 7);
  if (unit === 'm') return addDays(monthsBefore(today, Number(count)), 1);
  throw new UsageError(`--last '${text}' is not a number of days, weeks or months.`, {
    hint: 'Use 7d, 2w or 1m; today counts.',
  });
}

/** The same day of an earlier month, or the last day of that month where it is shorter. */
function monthsBefore(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const lastOfMonth = new Date(Date.UTC(year, month - months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 - months, Math.min(date, lastOfMonth))).toISOString().slice(0, 10);
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** A weekday as a number, 0 for Sunday: `mon` or `Monday`. */
export function parseWeekday(text: string): number {
  const found = WEEKDAYS.findIndex((day) => text.length >= 3 && day.startsWith(text.toLowerCase()));
  if (found !== -1) return found;
  throw new UsageError(`--week-start '${text}' is not a weekday.`, { hint: `Use one of ${WEEKDAYS.join(', ')}.` });
}

export function inRange(day: string, range: DayRange): boolean {
  return (range.since === undefined || day >= range.since) && (range.until === undefined || day <= range.until);
}
