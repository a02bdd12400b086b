import { QUARTER_MS } from '../core/call-sum.ts';
import { DAY_MS } from '../core/day.ts';
import { localDay, TIMES } from '../core/dimension.ts';
import type { UsageEvent } from '../core/event.ts';
import type { Ledger } from '../core/ledger.ts';
import type { PricedEvent } from '../core/price.ts';
import type { AlikeSink, EventSample } from '../ingest/read.ts';
import type { Filter, FilterOptions } from './report-filter.ts';

const LABEL = 'label:';
/** Learning costs as much as reading so many records. */
const SMALL_LOG = 32;

/** Counts calls that are like others before them in a ledger that groups by `names`. */
export function alikeSink(
  ledger: Ledger,
  names: readonly string[],
  { since, until, last, label }: FilterOptions,
  { zone, price, wanted }: { zone: string; price: (event: UsageEvent) => PricedEvent; wanted: Filter },
): AlikeSink {
  const groupLabels = names.filter((name) => name.startsWith(LABEL)).map((name) => name.slice(LABEL.length));
  const isByDay = [since, until, last].some((day) => day !== undefined) || names.some((name) => TIMES.includes(name));
  const sample = ({ counts, event }: EventSample) => ({ counts, priced: price(event) });
  return {
    mattering: {
      labels: new Set([...groupLabels, ...Object.keys(label ?? {})]),
      sessions: names.includes('session'),
    },
    // Zones differ by whole quarters of an hour.
    stretchMs: isByDay && (zone !== 'UTC' || names.includes('hour')) ? QUARTER_MS : DAY_MS,
    after: SMALL_LOG,
    learn: ({ low, steps, checks }) =>
      [low, ...steps, ...checks].every(({ event }) => wanted(event) === true)
        ? ledger.learn({ low: sample(low), steps: steps.map(sample), checks: checks.map(sample) })
        : undefined,
    learnAt: (learned, timestamp) => {
      const event = { ...learned.event, timestamp };
      return wanted(event) === true ? learned.at(price(event)) : undefined;
    },
    // Prices hold for days in UTC.
    timeGroup: (timestamp) =>
      [timestamp.slice(0, 10), isByDay && localDay(timestamp, zone), ledger.timeGroup(timestamp)].join(),
    saw: (timestamp) => ledger.saw(timestamp),
  };
}
