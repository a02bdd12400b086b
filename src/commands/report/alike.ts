import { readFileSync } from 'node:fs';
import type { AlikeCalls } from '../../core/alike-calls.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import type { PricedEvent } from '../../core/pricing/price.ts';
import { DAY_MS, QUARTER_MS } from '../../core/time/day.ts';
import { localDay, TIMES } from '../../core/usage/dimension.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import type { AlikeSink, EventSample } from '../../ingest/read.ts';
import { matcherFile } from '../../store/files/package-files.ts';
import type { Filter, FilterOptions } from '../filter.ts';

const LABEL = 'label:';
/** Learning costs as much as reading so many records. */
const SMALL_LOG = 8;

interface Counting {
  zone: string;
  wanted: Filter;
  /** Takes the number of calls that the filters leave out, also less than none. */
  leaveOut(calls: number): void;
  price(event: UsageEvent): PricedEvent;
  /** The same text for events that differ in their times alone and are priced alike. */
  eraOf(event: UsageEvent): string;
}

/** Counts calls that are like others before them in a ledger that groups by `names`. */
export function alikeSink(
  ledger: Ledger,
  names: readonly string[],
  { since, until, last, label }: FilterOptions,
  { zone, price, eraOf, wanted, leaveOut }: Counting,
): AlikeSink {
  const groupLabels = names.filter((name) => name.startsWith(LABEL)).map((name) => name.slice(LABEL.length));
  const isByDay = [since, until, last].some((day) => day !== undefined) || names.some((name) => TIMES.includes(name));
  const leftOut: AlikeCalls = {
    isWanted: false,
    add: () => {
      leaveOut(1);
      return 'new';
    },
    remove: () => leaveOut(-1),
  };
  const sample = ({ counts, event }: EventSample) => ({ counts, priced: price(event) });
  return {
    mattering: {
      labels: new Set([...groupLabels, ...Object.keys(label ?? {})]),
      sessions: names.includes('session'),
    },
    // Zones differ by whole quarters of an hour.
    stretchMs: isByDay && (zone !== 'UTC' || names.includes('hour')) ? QUARTER_MS : DAY_MS,
    after: SMALL_LOG,
    program: () => readFileSync(matcherFile()),
    learn: ({ low, steps, checks }) =>
      isOneVerdict([low, ...steps, ...checks].map(({ event }) => wanted(event)))
        ? ledger.learn({ low: sample(low), steps: steps.map(sample), checks: checks.map(sample) })
        : undefined,
    callsAt: (learned, timestamp) => {
      const event = timestamp === undefined ? learned.event : { ...learned.event, timestamp };
      const verdict = wanted(event);
      if (verdict === false) return leftOut;
      if (verdict !== true) return undefined;
      return eraOf(event) === eraOf(learned.event) ? learned.atPriced(timestamp) : learned.at(price(event));
    },
    timeKey: (event, timestamp) =>
      [eraOf({ ...event, timestamp }), isByDay && localDay(timestamp, zone), ledger.timeGroup(timestamp)].join(),
    saw: (timestamp) => ledger.saw(timestamp),
  };
}

function isOneVerdict(verdicts: readonly (boolean | string)[]): boolean {
  return verdicts.every((verdict) => typeof verdict === 'boolean' && verdict === verdicts[0]);
}
