import { Ledger } from '../../core/ledger/ledger.ts';
import { type Metrics, tidyCount } from '../../core/ledger/metrics.ts';
import type { PricedEvent, PricingContext } from '../../core/pricing/price.ts';
import { QUARTER_MS } from '../../core/time/day.ts';
import { type Dimension, dimension } from '../../core/usage/dimension.ts';
import { GEMINI } from '../../core/usage/event.ts';
import { type CallSink, LogReader } from './log-reader.ts';

/** Reads logs into a sink, as a report does. */
export type Reading = (reader: LogReader) => Promise<void>;

/**
 * Whether two readings come to the same in every report: in all totals, charges, reasons and times, by every group and
 * filter that there is.
 */
export async function isSameHistory(before: Reading, after: Reading, context: PricingContext): Promise<boolean> {
  const labels = new Set<string>();
  await read(before, context, ({ event }) => {
    for (const name of Object.keys(event.labels ?? {})) labels.add(name);
  });
  const one = await factsOf(before, labels, context);
  const other = await factsOf(after, labels, context);
  return one.size === other.size && [...one].every(([name, fact]) => other.get(name) === fact);
}

const NAMES = ['service', 'model', 'operation', 'session', 'voice', 'status', 'tier', 'file'];

/** Days and hours of every zone are made of quarters of an hour. */
const QUARTER: Dimension = {
  name: 'quarter',
  valueOf: ({ event: { timestamp } }) =>
    timestamp === undefined ? undefined : `${Math.floor(Date.parse(timestamp) / QUARTER_MS)}`,
};

async function factsOf(
  reading: Reading,
  labels: ReadonlySet<string>,
  context: PricingContext,
): Promise<Map<string, string>> {
  const names = [...NAMES, ...[...labels].map((name) => `label:${name}`)];
  const ledger = new Ledger([QUARTER, ...names.map((name) => dimension(name, 'UTC'))]);
  const problems: string[] = [];
  await read(reading, context, (priced) => ledger.add(priced), {
    skip: ({ reason }) => {
      ledger.skipped++;
      problems.push(reason);
    },
    note: ({ reason }) => problems.push(reason),
  });
  const { totals, charges, unpriced, estimates, notes, first, last, duplicates, skipped } = ledger;
  const facts = new Map([
    ['all', JSON.stringify([first, last, duplicates, skipped, problems])],
    ['total', factOf(totals, GEMINI)],
  ]);
  for (const [group, { key, metrics }] of ledger.groups) facts.set(group, factOf(metrics, key.service ?? GEMINI));
  for (const [key, { quantity, cost }] of charges)
    if (quantity > 0) facts.set(`charge ${key}`, `${tidyCount(quantity)} ${cost}`);
  for (const [kind, reasons] of Object.entries({ unpriced, estimates, notes }))
    for (const [reason, calls] of reasons) if (calls > 0) facts.set(`${kind} ${reason}`, `${calls}`);
  return facts;
}

function factOf(metrics: Metrics, service: string): string {
  return `${metrics.cost(service)} ${JSON.stringify(metrics.toRow(service))}`;
}

async function read(
  reading: Reading,
  context: PricingContext,
  call: (priced: PricedEvent) => void,
  { skip = () => {}, note = () => {} }: Partial<Pick<CallSink, 'skip' | 'note'>> = {},
): Promise<void> {
  await reading(new LogReader(context, { call, skip, note }));
}
