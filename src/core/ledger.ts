import { type Dimension, modelName } from './dimension.ts';
import type { Diagnostic } from './errors.ts';
import { GEMINI, totalTokens } from './event.ts';
import { category, Metrics } from './metrics.ts';
import { type Money, ZERO } from './money.ts';
import type { Charge, PricedEvent } from './price.ts';

/** Rows of one kind, by key, in order of first appearance. */
type Rows<K> = Map<string, { key: K; metrics: Metrics }>;

export interface ChargeTotal {
  charge: Charge;
  quantity: number;
  cost: Money;
}

/** How many problems are kept for display; the count is exact beyond that. */
const KEPT_PROBLEMS = 100;

/** Folds priced events into totals and groups. The order of events does not matter. */
export class Ledger {
  readonly totals = new Metrics();
  readonly byService: Rows<{ service: string }> = new Map();
  readonly byModel: Rows<{ service: string; model: string }> = new Map();
  readonly byVoice: Rows<{ service: string; voice: string }> = new Map();
  readonly groups: Rows<Record<string, string | null>> = new Map();
  readonly charges = new Map<string, ChargeTotal>();
  /** Reasons with the number of calls they hold for. */
  readonly unpriced = new Map<string, number>();
  readonly estimates = new Map<string, number>();
  readonly notes = new Map<string, number>();
  readonly problems: Diagnostic[] = [];
  duplicates = 0;
  skipped = 0;
  first: string | undefined;
  last: string | undefined;
  private readonly seen = new Map<string, PricedEvent>();
  private readonly dimensions: readonly Dimension[];

  constructor(dimensions: readonly Dimension[] = []) {
    this.dimensions = dimensions;
  }

  /** Counts a call. Of two events of one service with one id, the one with more tokens is the call and the other a duplicate. */
  add(priced: PricedEvent): void {
    const id = `${priced.event.service} ${priced.event.id}`;
    const known = this.seen.get(id);
    if (known) {
      this.duplicates++;
      if (weight(priced) <= weight(known)) return;
      this.apply(known, -1);
    }
    this.seen.set(id, priced);
    this.apply(priced, 1);
  }

  /** Replaces what is known of a running call. `key` is the caller's own: the id of a call may come with its answer. */
  update(key: string, priced: PricedEvent): void {
    const known = this.seen.get(key);
    if (known) this.apply(known, -1);
    this.seen.set(key, priced);
    this.apply(priced, 1);
  }

  /** Counts a record that is no call, with the reason. */
  skip(problem: Diagnostic): void {
    this.skipped++;
    this.note(problem);
  }

  /** Keeps a problem that is not a record of its own, such as a file that could not be opened. */
  note(problem: Diagnostic): void {
    if (this.problems.length < KEPT_PROBLEMS) this.problems.push(problem);
  }

  private apply(priced: PricedEvent, sign: 1 | -1): void {
    const { event } = priced;
    const { service } = event;
    const model = modelName(priced) ?? 'unknown';
    const put = (metrics: Metrics) => (sign === 1 ? metrics.add(priced) : metrics.remove(priced));
    put(this.totals);
    put(row(this.byService, service, { service }));
    put(row(this.byModel, `${service} ${model}`, { service, model }));
    if (event.voice) put(row(this.byVoice, `${service} ${event.voice}`, { service, voice: event.voice }));
    if (this.dimensions.length > 0) {
      const key = Object.fromEntries(this.dimensions.map((by) => [by.name, by.valueOf(priced) ?? null]));
      put(row(this.groups, JSON.stringify(key), key));
    }
    this.applyCharges(priced, sign);
    this.widenPeriod(event.timestamp);
  }

  private applyCharges(priced: PricedEvent, sign: 1 | -1): void {
    if (priced.status === 'unpriced') {
      if (category(priced) === 'unpriced') tally(this.unpriced, priced.reason, sign);
      return;
    }
    for (const reason of new Set(priced.estimates)) tally(this.estimates, reason, sign);
    for (const note of new Set(priced.notes)) tally(this.notes, note, sign);
    for (const charge of priced.charges) {
      const key = `${charge.skuPriceId} ${charge.listUnitPrice}`;
      const total = this.charges.get(key) ?? { charge, quantity: 0, cost: ZERO };
      total.quantity += sign * charge.count;
      total.cost += BigInt(sign) * charge.listCost;
      this.charges.set(key, total);
    }
  }

  private widenPeriod(timestamp: string | undefined): void {
    if (timestamp === undefined) return;
    if (this.first === undefined || timestamp < this.first) this.first = timestamp;
    if (this.last === undefined || timestamp > this.last) this.last = timestamp;
  }
}

/** Dollars of a mixed set are Gemini's. */
export const MIXED = GEMINI;

function row<K>(rows: Rows<K>, id: string, key: K): Metrics {
  let found = rows.get(id);
  if (!found) {
    found = { key, metrics: new Metrics() };
    rows.set(id, found);
  }
  return found.metrics;
}

function tally(counts: Map<string, number>, key: string, sign: 1 | -1): void {
  counts.set(key, (counts.get(key) ?? 0) + sign);
}

function weight(priced: PricedEvent): number {
  const { usage, status } = priced.event;
  return totalTokens(usage) + (usage?.credits ?? 0) + (usage?.characters ?? 0) + (status === 'ok' ? 0.5 : 0);
}
