import type { CountedCalls, Form, HashedId, Kept } from './counted-calls.ts';
import type { Cell, CountedCall } from './ledger/ledger.ts';
import { COUNT_NAMES, Metrics } from './ledger/metrics.ts';
import type { PricedEvent } from './pricing/price.ts';
import type { PickedCounts } from './tape.ts';
import type { UsageEvent } from './usage/event.ts';

/**
 * Calls that differ in some counts alone, each read and priced in full: with low counts, with each of them one higher, and
 * with counts far off.
 */
export interface Samples {
  low: Sample;
  /** The second with the second count one higher, and so on. */
  steps: readonly Sample[];
  checks: readonly Sample[];
}

export interface Sample {
  counts: readonly number[];
  priced: PricedEvent;
}

/** What a ledger lets do with its calls. */
export interface Counting {
  calls: CountedCalls;
  /** Where a call is counted; its cell may be told. */
  place(priced: PricedEvent, cell?: Cell): CountedCall;
  /** Counts what a call adds beside metrics so many times, also less than none. */
  tell(call: CountedCall, times: number): void;
  /** Counts duplicates, also less than none. */
  repeated(times: number): void;
}

/**
 * What was learned of calls that add to all totals in a straight line with each of their counts: then their number and
 * the sums of their counts are enough to know. `settle` adds these to the ledger.
 */
export class LearnedCalls {
  private readonly samples: Samples;
  private readonly ledger: Counting;
  /** What is told of a call with low counts, for comparison. */
  private readonly told: Told;
  private readonly tallies = new Map<Cell, Tally>();
  /** How calls are kept: made with the first; null where they cannot be kept this way. */
  private form: Form | null | undefined;

  constructor(samples: Samples, ledger: Counting) {
    this.samples = samples;
    this.ledger = ledger;
    this.told = told(samples.low.priced);
  }

  /** One of these calls, with low counts. */
  get event(): UsageEvent {
    return this.samples.low.priced.event;
  }

  /** Those of a time of the same prices. */
  atPriced(timestamp: string | undefined): AlikeCalls {
    const { priced } = this.samples.low;
    return new CallsAt(this, timestamp === undefined ? priced : { ...priced, event: { ...priced.event, timestamp } });
  }

  /**
   * Those of a time: `low` is `event` at that time. Undefined where the time changes more than their place in the ledger.
   */
  at(low: PricedEvent): AlikeCalls | undefined {
    const there = told(low);
    const isAlike = this.told.words === there.words && isSame(this.told.numbers, there.numbers);
    return isAlike ? new CallsAt(this, low) : undefined;
  }

  /**
   * What calls add where `low` is counted; undefined where they cannot be counted this way, or where there is one of that
   * id, so that no place is made for what is not counted.
   */
  tally(low: PricedEvent, id: HashedId | string): Tally | undefined {
    const { samples, ledger, tallies } = this;
    const { service } = this.event;
    if (ledger.calls.has(service, id)) return undefined;
    const { cell } = ledger.place(low);
    let tally = tallies.get(cell);
    if (tally) return tally;
    if (this.form === undefined) this.form = formOf(samples, ledger, cell) ?? null;
    if (!this.form) return undefined;
    tally = new Tally(ledger, service, ledger.calls.formOf(this.form, cell), samples.low.counts.length);
    tallies.set(cell, tally);
    return tally;
  }

  /** Adds what came since the last time to the ledger. */
  settle(): void {
    const samples = [this.samples.low, ...this.samples.steps].map(({ priced }) => ({ priced, of: metricsOf(priced) }));
    const all = samples.map(() => 0);
    for (const [cell, tally] of this.tallies) {
      for (const [index, times] of this.timesOf(tally.take()).entries()) {
        if (times === 0) continue;
        all[index]! += times;
        cell.metrics.merge(samples[index]!.of, times);
      }
    }
    const [cell] = this.tallies.keys();
    if (!cell || all.every((times) => times === 0)) return;
    for (const [index, { priced }] of samples.entries()) this.ledger.tell(this.ledger.place(priced, cell), all[index]!);
  }

  /** How many times the sample with low counts and each with one of them higher make what calls add up to. */
  private timesOf({ calls, sums }: { calls: number; sums: readonly number[] }): number[] {
    const beyond = sums.map((sum, index) => sum - calls * this.samples.low.counts[index]!);
    return [beyond.reduce((rest, times) => rest - times, calls), ...beyond];
  }
}

function metricsOf(priced: PricedEvent): Metrics {
  const metrics = new Metrics();
  metrics.add(priced);
  return metrics;
}

/** Takes calls that are alike. */
export interface AlikeCalls {
  /** Whether they are within the filters of a report. */
  readonly isWanted: boolean;
  /** Counts a call; false where there is another of that id, or where it cannot be counted this way. */
  add(id: HashedId | string, counts: PickedCounts): Kept | false;
  /** Takes back the call that was counted last. */
  remove(id: HashedId, counts: PickedCounts, kept: Kept): void;
}

/** Counts those of one time. */
class CallsAt implements AlikeCalls {
  readonly isWanted = true;
  private readonly learned: LearnedCalls;
  /** Found with the first call, so that places in the ledger come in the order of the log; before that, one call. */
  private place: Tally | PricedEvent;

  constructor(learned: LearnedCalls, low: PricedEvent) {
    this.learned = learned;
    this.place = low;
  }

  add(id: HashedId | string, counts: PickedCounts): Kept | false {
    const { place } = this;
    const tally = place instanceof Tally ? place : this.learned.tally(place, id);
    if (!tally) return false;
    this.place = tally;
    return tally.add(id, counts);
  }

  remove(id: HashedId, counts: PickedCounts, kept: Kept): void {
    if (this.place instanceof Tally) this.place.remove(id, counts, kept);
  }
}

/** The calls of one cell: how many, and the sums of their counts. */
class Tally {
  private readonly ledger: Counting;
  private readonly service: string;
  private readonly form: number;
  private count = 0;
  private readonly sums: Float64Array;

  constructor(ledger: Counting, service: string, form: number, counts: number) {
    this.ledger = ledger;
    this.service = service;
    this.form = form;
    this.sums = new Float64Array(counts);
  }

  add(id: HashedId | string, counts: PickedCounts): Kept | false {
    const kept = this.ledger.calls.keepFormed(this.service, id, this.form, counts);
    if (kept === 'new') this.sum(counts, 1);
    else if (kept === 'again') this.ledger.repeated(1);
    return kept;
  }

  remove(id: HashedId, counts: PickedCounts, kept: Kept): void {
    if (kept === 'new') {
      this.ledger.calls.forgetFormed(this.service, id);
      this.sum(counts, -1);
    } else this.ledger.repeated(-1);
  }

  /** What came since the last time. */
  take(): { calls: number; sums: number[] } {
    const taken = { calls: this.count, sums: [...this.sums] };
    this.count = 0;
    this.sums.fill(0);
    return taken;
  }

  private sum({ numbers, start, places }: PickedCounts, sign: 1 | -1): void {
    const { sums } = this;
    this.count += sign;
    for (let i = 0; i < sums.length; i++) sums[i]! += sign * numbers[start + places[i]!]!;
  }
}

/** The numbers that calls are kept as; undefined where there are none, or where they do not grow in a straight line. */
function formOf({ low, steps, checks }: Samples, ledger: Counting, cell: Cell): Form | undefined {
  const numbersOf = ({ priced }: Sample) => ledger.calls.numbersOf(ledger.place(priced, cell));
  const base = numbersOf(low);
  const raised = steps.map(numbersOf);
  if (!base || raised.some((numbers) => numbers?.length !== base.length)) return undefined;
  const isKept = checks.every((check) => {
    const expected = base.map((_, at) => straight(low.counts, check.counts, base[at]!, (i) => raised[i]![at]));
    return isSame(expected, numbersOf(check));
  });
  if (!isKept) return undefined;
  const zero = low.counts.map(() => 0);
  return {
    constants: base.map((number, at) => straight(low.counts, zero, number, (i) => raised[i]![at])),
    slopes: base.map((number, at) => raised.map((numbers) => numbers![at]! - number)),
  };
}

/** Whether all that is told of calls is the same or grows in a straight line with their counts. */
export function areLinear({ low, steps, checks }: Samples): boolean {
  const base = told(low.priced);
  const raised = steps.map(({ priced }) => told(priced));
  return [...steps, ...checks].every(({ counts, priced }) => {
    const found = told(priced);
    const expected = base.numbers.map((number, at) =>
      straight(low.counts, counts, number, (i) => raised[i]!.numbers[at]),
    );
    return found.words === base.words && isSame(expected, found.numbers);
  });
}

/** The value at some counts of what has these values at low counts, and at those with one of them one higher. */
function straight(
  low: readonly number[],
  counts: readonly number[],
  base: number,
  raised: (index: number) => number | undefined,
): number {
  return low.reduce((value, count, i) => value + (counts[i]! - count) * ((raised(i) ?? Number.NaN) - base), base);
}

function isSame(expected: readonly number[], found: readonly number[] | undefined): boolean {
  return found?.length === expected.length && expected.every((number, at) => number === found[at]);
}

interface Told {
  words: string;
  numbers: number[];
}

/** What a ledger sees of a call, as what has to agree and what may grow. */
function told(priced: PricedEvent): Told {
  // Groups are compared apart, and a recorded cost that matters is among the charges.
  const {
    id: _,
    timestamp: _t,
    usage: _u,
    durationMs,
    labels: _l,
    sessionId: _s,
    recordedCost: _c,
    ...event
  } = priced.event;
  const metrics = metricsOf(priced);
  const counts = COUNT_NAMES.map((name) => metrics.counts[name]);
  if (priced.status === 'unpriced')
    return { words: JSON.stringify([event, durationMs === undefined, priced.reason]), numbers: counts };
  const { charges, cost, credits, estimates, notes, model } = priced;
  const skus = charges.map((charge) => [charge.skuPriceId, String(charge.listUnitPrice), charge.assumption]);
  const money = charges.flatMap(({ count, listCost }) => [count, Number(listCost)]);
  return {
    words: JSON.stringify([event, durationMs === undefined, model, skus, estimates, notes, cost === undefined]),
    numbers: [...counts, ...money, Number(cost ?? 0), credits ?? -1],
  };
}
