import { UsageError } from '../errors.ts';
import type { PricedEvent } from '../pricing/price.ts';
import { addDays } from '../time/day.ts';

/** A way to group calls: `--by day,label:phase`. Returns undefined where a call has no such value. */
export interface Dimension {
  name: string;
  valueOf(priced: PricedEvent): string | undefined;
}

/** How days are cut: the IANA zone, and the weekday that weeks start on, 0 for Sunday; Monday unless told. */
export interface Calendar {
  zone: string;
  weekStart?: number;
}

type Reader = (priced: PricedEvent, calendar: Required<Calendar>) => string | undefined;

const READERS: Record<string, Reader> = {
  hour: ({ event }, { zone }) => event.timestamp && `${localTime(event.timestamp, zone).slice(0, 13)}:00`,
  day: ({ event }, { zone }) => event.timestamp && localDay(event.timestamp, zone),
  week: ({ event }, { zone, weekStart }) => event.timestamp && weekOf(localDay(event.timestamp, zone), weekStart),
  month: ({ event }, { zone }) => event.timestamp && localDay(event.timestamp, zone).slice(0, 7),
  service: ({ event }) => event.service,
  model: (priced) => modelName(priced),
  operation: ({ event }) => event.operation,
  session: ({ event }) => event.sessionId,
  voice: ({ event }) => event.voice,
  status: ({ event }) => event.status,
  tier: ({ event }) => event.tier ?? 'standard',
  file: ({ event }) => event.source,
};

const LABEL = 'label:';

/** The names of `--by` whose values are spans of time, longest last. */
export const TIMES: readonly string[] = ['hour', 'day', 'week', 'month'];

/** Parses one name of `--by`. Throws a UsageError that lists what there is. */
export function dimension(name: string, calendar: string | Calendar): Dimension {
  const days = { weekStart: MONDAY, ...(typeof calendar === 'string' ? { zone: calendar } : calendar) };
  if (name.startsWith(LABEL) && name.length > LABEL.length) {
    const label = name.slice(LABEL.length);
    return {
      name,
      valueOf: ({ event }) => (event.labels && Object.hasOwn(event.labels, label) ? event.labels[label] : undefined),
    };
  }
  const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (!read) {
    throw new UsageError(`Unknown group '${name}'.`, {
      hint: `Use any of ${Object.keys(READERS).join(', ')}, label:<name>, separated by commas.`,
    });
  }
  return { name, valueOf: (priced) => read(priced, days) };
}

/** The model as the answer named it, without path prefix noise in views. */
export function modelName(priced: PricedEvent): string | undefined {
  return priced.model ?? priced.event.responseModel ?? priced.event.requestModel;
}

/** The calendar day of an instant in a zone, as `YYYY-MM-DD`. */
export function localDay(timestamp: string, zone: string): string {
  return zone === 'UTC' ? timestamp.slice(0, 10) : localTime(timestamp, zone).slice(0, 10);
}

const MONDAY = 1;
/** Enough for a log in order of time; a bound for one that is not. */
const KEPT_MINUTES = 10_000;
const formatters = new Map<string, Intl.DateTimeFormat>();
const minutes = new Map<string, string>();

/** `2026-11-22 10:30` in a zone. Formatting an instant is slow, and zones differ by whole minutes. */
export function localTime(timestamp: string, zone: string): string {
  const minute = `${zone} ${timestamp.slice(0, 16)}`;
  let local = minutes.get(minute);
  if (local === undefined) {
    if (minutes.size >= KEPT_MINUTES) minutes.clear();
    local = formatterOf(zone).format(new Date(timestamp));
    minutes.set(minute, local);
  }
  return local;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    // The Swedish locale writes ISO dates.
    formatter = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
    formatters.set(zone, formatter);
  }
  return formatter;
}

function weekOf(day: string, start: number): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, -((weekday - start + 7) % 7));
}
