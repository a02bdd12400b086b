import { type ChargeTotal, SEVERAL_CALLS } from './ledger/fold.ts';
import { Metrics, type MetricsState } from './ledger/metrics.ts';
import { type Money, ZERO } from './pricing/money.ts';
import type { Charge, PricedEvent, PricedUsage } from './pricing/price.ts';
import type { UsageEvent } from './usage/event.ts';

/** Calls that agree in everything by which a report filters and groups, as one. */
export interface CallSum {
  /** What filters and groupings read of each of these calls. Its time is the start of their quarter of an hour. */
  stands: PricedUsage;
  calls: number;
  state: MetricsState;
  charges: readonly ChargeTotal[];
  /** With the number of calls that each holds for. */
  estimates: Iterable<readonly [reason: string, calls: number]>;
  notes: Iterable<readonly [note: string, calls: number]>;
  /** When the first and the last of them were sent, in milliseconds since 1970. */
  first: number;
  last: number;
}

/** Zones differ by whole quarters of an hour, so that calls of one quarter are of one day, wherever the reader is. */
export const QUARTER_MS = 15 * 60_000;

/** What of an event is in the key of its sum; its times, counts and id are not. */
export const KEPT = [
  'service',
  'operation',
  'status',
  'requestModel',
  'responseModel',
  'tier',
  'voice',
  'sessionId',
] as const satisfies readonly (keyof UsageEvent)[];

/**
 * Whether a sum can hold the call without losing anything. One without a price is kept whole, so that a price that is
 * known later prices it; so is one with a recorded cost, or without a time that can be told in milliseconds.
 */
export function canBeSummed(priced: PricedEvent): priced is PricedUsage & { event: { timestamp: string } } {
  const { event } = priced;
  if (priced.status === 'unpriced' || event.recordedCost !== undefined || event.timestamp === undefined) return false;
  const time = new Date(event.timestamp);
  return !Number.isNaN(time.valueOf()) && time.toISOString() === event.timestamp;
}

/** Sums up calls; every one must be one that `canBeSummed`. */
export class CallSums {
  private readonly sums = new Map<string, GrowingSum>();

  add(priced: PricedUsage & { event: { timestamp: string } }): void {
    const { event, model } = priced;
    const quarter = Math.floor(Date.parse(event.timestamp) / QUARTER_MS);
    const key = JSON.stringify([quarter, model, event.labels, event.source, ...KEPT.map((name) => event[name])]);
    let sum = this.sums.get(key);
    if (!sum) {
      sum = new GrowingSum(standIn(priced, quarter));
      this.sums.set(key, sum);
    }
    sum.add(priced);
  }

  /** In order of first appearance. */
  all(): readonly CallSum[] {
    return [...this.sums.values()];
  }
}

class GrowingSum implements CallSum {
  readonly stands: PricedUsage;
  first = Number.POSITIVE_INFINITY;
  last = 0;
  private readonly metrics = new Metrics();
  readonly estimates = new Map<string, number>();
  readonly notes = new Map<string, number>();
  private readonly lines = new Map<string, { charge: Charge; quantity: number; cost: Money }>();

  constructor(stands: PricedUsage) {
    this.stands = stands;
  }

  get calls(): number {
    return this.metrics.counts.calls;
  }

  get state(): MetricsState {
    return this.metrics.state;
  }

  get charges(): ChargeTotal[] {
    return [...this.lines.values()];
  }

  add(priced: PricedUsage & { event: { timestamp: string } }): void {
    const { event, charges } = priced;
    this.metrics.add(priced);
    for (const reason of new Set(priced.estimates)) count(this.estimates, reason);
    for (const note of new Set(priced.notes)) count(this.notes, note);
    if ((event.calls ?? 1) > 1) count(this.notes, SEVERAL_CALLS);
    const time = Date.parse(event.timestamp);
    this.first = Math.min(this.first, time);
    this.last = Math.max(this.last, time);
    for (const charge of charges) {
      const key = `${charge.skuPriceId} ${charge.listUnitPrice}`;
      const line = this.lines.get(key) ?? { charge, quantity: 0, cost: ZERO };
      this.lines.set(key, line);
      line.quantity += charge.count;
      line.cost += charge.listCost;
    }
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** One event for all calls of a sum. */
function standIn({ event, model }: PricedUsage, quarter: number): PricedUsage {
  const kept: Partial<UsageEvent> = {};
  for (const name of KEPT) if (event[name] !== undefined) Object.assign(kept, { [name]: event[name] });
  const { labels, source } = event;
  return {
    status: 'priced',
    event: {
      ...(kept as Pick<UsageEvent, 'service' | 'operation' | 'status'>),
      id: '',
      timestamp: new Date(quarter * QUARTER_MS).toISOString(),
      ...(labels ? { labels } : {}),
      ...(source === undefined ? {} : { source }),
    },
    model,
    charges: [],
    cost: undefined,
    estimates: [],
    notes: [],
  };
}
