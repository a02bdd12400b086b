import { UsageError } from './errors.ts';
import type { PricedEvent } from './price.ts';

/** A way to group calls: `--by day,label:phase`. Returns undefined where a call has no such value. */
export interface Dimension {
  name: string;
  valueOf(priced: PricedEvent): string | undefined;
}

type Reader = (priced: PricedEvent, zone: string) => string | undefined;

const READERS: Record<string, Reader> = {
  hour: ({ event }, zone) =>
    event.timestamp && `${localDay(event.timestamp, zone)} ${localHour(event.timestamp, zone)}:00`,
  day: ({ event }, zone) => event.timestamp && localDay(event.timestamp, zone),
  week: ({ event }, zone) => event.timestamp && mondayOf(localDay(event.timestamp, zone)),
  month: ({ event }, zone) => event.timestamp && localDay(event.timestamp, zone).slice(0, 7),
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

/** Parses one name of `--by`. Throws a UsageError that lists what there is. */
export function dimension(name: string, zone: string): Dimension {
  if (name.startsWith(LABEL) && name.length > LABEL.length) {
    const label = name.slice(LABEL.length);
    return {
      name,
      valueOf: ({ event }) => (event.labels && Object.hasOwn(event.labels, label) ? event.labels[label] : undefined),
    };
  }
  const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (!read) {
    throw new UsageError(`Unknown group '${name}' in --by.`, {
      hint: `Use any of ${Object.keys(READERS).join(', ')}, label:<name>, separated by commas.`,
    });
  }
  return { name, valueOf: (priced) => read(priced, zone) };
}

/** The model as the answer named it, without path prefix noise in views. */
export function modelName(priced: PricedEvent): string | undefined {
  return priced.model ?? priced.event.responseModel ?? priced.event.requestModel;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function partsIn(timestamp: string, zone: string): string {
  let formatter = formatters.get(zone);
  if (!formatter) {
    // The Swedish locale writes ISO dates.
    formatter = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
    formatters.set(zone, formatter);
  }
  return formatter.format(new Date(timestamp));
}

/** The calendar day of an instant in a zone, as `YYYY-MM-DD`. */
export function localDay(timestamp: string, zone: string): string {
  return zone === 'UTC' ? timestamp.slice(0, 10) : partsIn(timestamp, zone).slice(0, 10);
}

function localHour(timestamp: string, zone: string): string {
  return partsIn(timestamp, zone).slice(11, 13);
}

function mondayOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
}
