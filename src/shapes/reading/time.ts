/**
 * A point in time as logs write it, as ISO 8601 in UTC with milliseconds (`2026-11-22T00:05:21.556Z`).
 * Reads ISO dates and times (`T` or a space between, `Z`, `+07:00`, `-0500`, `UTC`, any number of decimals), HTTP dates,
 * and epoch numbers in seconds, milliseconds, microseconds or nanoseconds, also as strings of digits.
 * A time without a zone is taken as UTC, so that a report does not depend on where it is made.
 * Undefined for anything else.
 */
export function toUtc(value: unknown): string | undefined {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string') return undefined;
  const utc = IN_UTC.exec(value);
  if (utc && value.length === WRITTEN && value[10] === 'T' && value.endsWith('Z')) return value;
  if (utc) return `${utc[1]}T${utc[2]}.${thousandths(utc[3])}Z`;
  const text = value.trim();
  if (/^\d{9,}(\.\d+)?$/.test(text)) return fromEpoch(Number(text));
  if (HTTP_DATE.test(text)) return fromMilliseconds(Date.parse(text));
  return fromIso(text);
}

/** In UTC, on a day that its month has in every year: nothing of it has to be worked out. */
const IN_UTC =
  /^((?:19[7-9]\d|[2-9]\d{3})-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31))[T ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?(?:Z|\+00:00)?$/;
/** The length of a time as we write it. */
const WRITTEN = '2026-11-22T00:05:21.556Z'.length;

function thousandths(fraction = ''): string {
  return fraction.slice(0, 3).padEnd(3, '0');
}

const ISO =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:[T\s]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/i;
const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;
const MINUTE = 60_000;

function fromIso(text: string): string | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)];
  const milliseconds = Number(thousandths(match[7]));
  const local = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  // Date.UTC rolls 30 February over to March.
  if (new Date(Date.UTC(year, month - 1, day)).getUTCDate() !== day || month > 12) return undefined;
  if (hour > 24 || minute > 59 || second > 60) return undefined;
  return fromMilliseconds(local - offsetMinutes(match[8]) * MINUTE);
}

function offsetMinutes(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}

/** The number of digits tells the unit: seconds have 9 or 10 from 1973 on, and each finer unit has three more. */
function fromEpoch(value: number): string | undefined {
  if (value < 1e8) return undefined;
  if (value < 1e11) return fromMilliseconds(value * 1000);
  if (value < 1e14) return fromMilliseconds(value);
  return fromMilliseconds(value < 1e17 ? value / 1000 : value / 1e6);
}

function fromMilliseconds(value: number): string | undefined {
  const date = new Date(Math.round(value));
  const year = date.getUTCFullYear();
  return year >= 1970 && year <= 9999 ? date.toISOString() : undefined;
}
