import { areLinear, LearnedCalls, type Sample, type Samples } from '../alike-calls.ts';
import { CountedCalls } from '../counted-calls.ts';
import type { Diagnostic } from '../errors.ts';
import { IdTable } from '../id-table.ts';
import { type Money, MoneySum } from '../pricing/money.ts';
import type { Charge, PricedEvent } from '../pricing/price.ts';
import { type Dimension, TIMES } from '../usage/dimension.ts';
import { GEMINI, totalTokens, type UsageEvent } from '../usage/event.ts';
import { Cells } from './cells.ts';
import { category, type Metrics, sumOf } from './metrics.ts';

/** Rows of one kind, by key, in order of first appearance. */
type Rows<K> = Map<string, { key: K; metrics: Metrics }>;

export interface ChargeTotal {
  charge: Charge;
  quantity: number;
  cost: Money;
}

/** Calls that agree in all that a ledger tells apart. Every total is a sum of these. */
export interface Cell {
  /** Where it stands in the list of all. */
  index: number;
  service: string;
  model: string;
  voice: string | undefined;
  /** The value of each grouping, null where a call has none. */
  group: Record<string, string | null>;
  metrics: Metrics;
}

/** What was charged at one price. */
export interface ChargeLine {
  index: number;
  charge: Charge;
  /** What one of its first charge cost, where that is a whole number of pico-dollars; NaN where not. */
  unitCost: number;
  quantity: number;
  cost: MoneySum;
}

/** A call that was counted, and where. */
export interface CountedCall {
  priced: PricedEvent;
  cell: Cell;
  /** Where each of its charges was counted. */
  lines: readonly ChargeLine[];
}

/** What is said of a record with the calls of an aggregate. */
export const SEVERAL_CALLS = 'a record may stand for several calls';

/** How many problems are kept for display; the count is exact beyond that. */
const KEPT_PROBLEMS = 100;

/** Folds priced events into totals and groups. The order of events does not matter. */
export class Ledger {
  /** Reasons with the number of calls they hold for. */
  readonly unpriced = new Map<string, number>();
  readonly estimates = new Map<string, number>();
  readonly notes = new Map<string, number>();
  readonly problems: Diagnostic[] = [];
  duplicates = 0;
  skipped = 0;
  first: string | undefined;
  last: string | undefined;
  private readonly dimensions: readonly Dimension[];
  private readonly times: readonly Dimension[];
  private readonly cells = new Cells();
  private readonly lines: ChargeLine[] = [];
  private readonly linesOfSku = new Map<string, ChargeLine[]>();
  private readonly counted = new CountedCalls(this.cells.all, this.lines);
  private readonly running = new Map<string, CountedCall>();
  /** Calls that were counted as parts of an aggregate. */
  private readonly settled = new IdTable();

  constructor(dimensions: readonly Dimension[] = []) {
    this.dimensions = dimensions;
    this.times = dimensions.filter(({ name }) => TIMES.includes(name));
  }

  /** Counts a call. Of two events of one service with one id, the one with more tokens is the call and the other a duplicate. */
  add(priced: PricedEvent): void {
    const { event } = priced;
    if (this.settled.find(event.service, event.id) !== undefined) {
      this.duplicates++;
      return;
    }
    for (const id of event.ids ?? []) this.settle(event.service, id);
    const known = this.counted.find(priced.event.service, priced.event.id);
    if (known) {
      this.duplicates++;
      if (weight(priced) <= weight(known.priced)) return;
      this.apply(known, -1);
    }
    const call = this.place(priced);
    this.counted.keep(call);
    this.apply(call, 1);
  }

  /** Says something of so many calls that is in none of their records. */
  addRemark(note: string, calls: number): void {
    this.notes.set(note, calls);
  }

  /**
   * Learns what calls add that differ in counts alone, so that they can be counted without being priced one by one.
   * Undefined where that is no plain sum.
   */
  learn(samples: Samples): LearnedCalls | undefined {
    const group = ({ priced }: Sample) => JSON.stringify(this.dimensions.map((by) => by.valueOf(priced) ?? null));
    const isOneGroup = [...samples.steps, ...samples.checks].every((one) => group(one) === group(samples.low));
    return isOneGroup && areLinear(samples)
      ? new LearnedCalls(samples, {
          calls: this.counted,
          place: (priced, cell) => this.place(priced, cell),
          tell: (call, times) => this.tell(call, times),
          repeated: (times) => {
            this.duplicates += times;
          },
        })
      : undefined;
  }

  /** What times are told apart by: those with the same text are of the same stretches. */
  timeGroup(timestamp: string): string {
    const event: UsageEvent = { id: '', service: GEMINI, operation: '', status: 'ok', timestamp };
    const at: PricedEvent = { status: 'unpriced', event, model: undefined, reason: '' };
    return this.times.map((by) => by.valueOf(at)).join();
  }

  /** Widens the period to a call that was counted otherwise. */
  saw(timestamp: string): void {
    this.widenPeriod(timestamp);
  }

  /** Replaces what is known of a running call. `key` is the caller's own: the id of a call may come with its answer. */
  update(key: string, priced: PricedEvent): void {
    const known = this.running.get(key);
    if (known) this.apply(known, -1);
    const call = this.place(priced);
    this.running.set(key, call);
    this.apply(call, 1);
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

  get totals(): Metrics {
    return sumOf(this.cells.all.map(({ metrics }) => metrics));
  }

  get byService(): Rows<{ service: string }> {
    return this.rows((cell) => [cell.service, { service: cell.service }]);
  }

  get byModel(): Rows<{ service: string; model: string }> {
    return this.rows(({ service, model }) => [`${service} ${model}`, { service, model }]);
  }

  get byVoice(): Rows<{ service: string; voice: string }> {
    return this.rows(({ service, voice }) => (voice ? [`${service} ${voice}`, { service, voice }] : undefined));
  }

  get groups(): Rows<Record<string, string | null>> {
    return this.rows(({ group }) => (this.dimensions.length > 0 ? [JSON.stringify(group), group] : undefined));
  }

  get charges(): Map<string, ChargeTotal> {
    return new Map(
      this.lines.map(({ charge, quantity, cost }) => [
        `${charge.skuPriceId} ${charge.listUnitPrice}`,
        { charge, quantity, cost: cost.total },
      ]),
    );
  }

  private rows<K>(rowOf: (cell: Cell) => [id: string, key: K] | undefined): Rows<K> {
    const found = new Map<string, { key: K; all: Metrics[] }>();
    for (const cell of this.cells.all) {
      // All its calls turned out to be counted elsewhere.
      if (cell.metrics.counts.calls === 0) continue;
      const [id, key] = rowOf(cell) ?? [];
      if (id === undefined || key === undefined) continue;
      const row = found.get(id);
      if (row) row.all.push(cell.metrics);
      else found.set(id, { key, all: [cell.metrics] });
    }
    return new Map([...found].map(([id, { key, all }]) => [id, { key, metrics: sumOf(all) }]));
  }

  private place(priced: PricedEvent, cell = this.cells.of(priced, this.dimensions)): CountedCall {
    const lines = priced.status === 'priced' ? priced.charges.map((charge) => this.lineOf(charge)) : [];
    return { priced, cell, lines };
  }

  private lineOf(charge: Charge): ChargeLine {
    let lines = this.linesOfSku.get(charge.skuPriceId);
    if (!lines) {
      lines = [];
      this.linesOfSku.set(charge.skuPriceId, lines);
    }
    for (const line of lines) if (line.charge.listUnitPrice === charge.listUnitPrice) return line;
    const unitCost = Number(charge.listCost) / charge.count;
    const made: ChargeLine = {
      index: this.lines.length,
      charge,
      unitCost: Number.isSafeInteger(unitCost) ? unitCost : Number.NaN,
      quantity: 0,
      cost: new MoneySum(),
    };
    lines.push(made);
    this.lines.push(made);
    return made;
  }

  private apply(call: CountedCall, sign: 1 | -1): void {
    const { priced, cell } = call;
    if (sign === 1) cell.metrics.add(priced);
    else cell.metrics.remove(priced);
    this.widenPeriod(priced.event.timestamp);
    this.widenPeriod(priced.event.lastTimestamp);
    this.tell(call, sign * (priced.event.ids ? (priced.event.calls ?? 1) : 1), sign);
  }

  /** Further records of this call are duplicates; `#` begins the hash of an id. */
  private settle(service: string, id: string): void {
    const hash = (from: number) => Number.parseInt(id.slice(from, from + 8), 16);
    if (id.startsWith('#')) this.settled.claim(hash(1), hash(9), 0);
    else if (this.settled.find(service, id) === undefined) this.settled.set(0);
  }

  /** What a call adds beside metrics: remarks for so many calls, and charges so many times. */
  private tell({ priced, lines }: CountedCall, calls: number, times = calls): void {
    if ((priced.event.calls ?? 1) > 1 && !priced.event.ids) tally(this.notes, SEVERAL_CALLS, calls);
    if (priced.status === 'unpriced') {
      if (category(priced) !== 'failed') tally(this.unpriced, priced.reason, calls);
      return;
    }
    if (priced.estimates.length > 0)
      for (const reason of new Set(priced.estimates)) tally(this.estimates, reason, calls);
    if (priced.notes.length > 0) for (const note of new Set(priced.notes)) tally(this.notes, note, calls);
    for (let i = 0; i < lines.length; i++) {
      const charge = priced.charges[i]!;
      const line = lines[i]!;
      line.quantity += times * charge.count;
      line.cost.add(times === 1 ? charge.listCost : charge.listCost * BigInt(times));
    }
  }

  /** Takes a time into the period. */
  widenPeriod(timestamp: string | undefined): void {
    if (timestamp === undefined) return;
    if (this.first === undefined || timestamp < this.first) this.first = timestamp;
    if (this.last === undefined || timestamp > this.last) this.last = timestamp;
  }
}

/** Dollars of a mixed set are Gemini's. */
export const MIXED = GEMINI;

function tally(counts: Map<string, number>, key: string, times: number): void {
  counts.set(key, (counts.get(key) ?? 0) + times);
}

function weight(priced: PricedEvent): number {
  const { usage, status } = priced.event;
  return totalTokens(usage) + (usage?.credits ?? 0) + (usage?.characters ?? 0) + (status === 'ok' ? 0.5 : 0);
}
