import type { CountedCalls } from './counted-calls.ts';
import type { UsageEvent } from './event.ts';
import type { CountedCall } from './ledger.ts';
import { COUNT_NAMES, Metrics } from './metrics.ts';
import type { PricedEvent } from './price.ts';

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
  place(priced: PricedEvent): CountedCall;
  /** Counts a call so many times, also less than none. */
  count(call: CountedCall, times: number): void;
}

/**
 * Calls that add to all totals in a straight line with each of their counts: then their number and the sums of their
 * counts are enough to know. `add` takes them, `settle` adds them to the ledger.
 */
export class AlikeCalls {
  readonly service: string;
  private samples: Samples;
  private readonly ledger: Counting;
  private calls = 0;
  private readonly sums: number[];
  /** How a call is kept: made with the first, so that places in the ledger come in the order of the log. */
  private form: Form | undefined;
  private isUnusual = false;
  /** Whether others may be learned from it. */
  private readonly isModel: boolean;
  /** What is told of a call with low counts, for comparison. */
  private here: Told | undefined;

  constructor(samples: Samples, ledger: Counting, isModel = true) {
    this.isModel = isModel;
    this.samples = samples;
    this.ledger = ledger;
    this.service = samples.low.priced.event.service;
    this.sums = samples.low.counts.map(() => 0);
  }

  /**
   * For calls that were learned in full: those like them at another time, as `event` is but for its time. Undefined where
   * the time changes more than their place in the ledger.
   */
  at(low: PricedEvent): AlikeCalls | undefined {
    const { samples, ledger } = this;
    this.here ??= told(samples.low.priced);
    const there = told(low);
    if (this.here.words !== there.words || !isSame(this.here.numbers, there.numbers)) return undefined;
    if (ledger.place(low).cell === this.prepared()?.low.cell) return this;
    const { timestamp } = low.event;
    if (timestamp === undefined) return undefined;
    const moved = ({ counts, priced }: Sample): Sample => ({
      counts,
      priced: { ...priced, event: { ...priced.event, timestamp } },
    });
    // What was checked here holds there.
    return new AlikeCalls({ low: moved(samples.low), steps: samples.steps.map(moved), checks: [] }, ledger, false);
  }

  /** One of these calls, with low counts. */
  get event(): UsageEvent {
    return this.samples.low.priced.event;
  }

  /** Whether the call with the id in `bytes[start, end)` is already counted. */
  has(bytes: Uint8Array, start: number, end: number): boolean {
    return this.ledger.calls.has(this.service, bytes, start, end);
  }

  hasText(id: string): boolean {
    return this.ledger.calls.hasText(this.service, id);
  }

  /** Of the id that was asked for last. */
  get hash(): number {
    return this.ledger.calls.hash;
  }

  get check(): number {
    return this.ledger.calls.check;
  }

  /** Counts a call of which `has` said that it was not; false where it cannot be counted this way. */
  add(hash: number, check: number, counts: Float64Array): boolean {
    const form = this.prepared();
    if (!form) return false;
    const { sums } = this;
    this.ledger.calls.keepFormed(hash, check, form.index, counts, sums.length);
    this.calls++;
    for (let count = 0; count < sums.length; count++) sums[count]! += counts[count]!;
    return true;
  }

  /** Adds what came since the last time to the ledger. */
  settle(): void {
    const { form, calls, sums, samples } = this;
    if (!form || calls === 0) return;
    const beyond = sums.map((sum, index) => sum - calls * samples.low.counts[index]!);
    this.ledger.count(
      form.low,
      beyond.reduce((rest, times) => rest - times, calls),
    );
    for (const [index, step] of form.steps.entries()) this.ledger.count(step, beyond[index]!);
    this.calls = 0;
    this.sums.fill(0);
  }

  private prepared(): Form | undefined {
    if (!this.form && !this.isUnusual) {
      this.form = formOf(this.samples, this.ledger);
      this.isUnusual = this.form === undefined;
      // There may be many of these, and what they were learned from takes memory.
      if (!this.isModel) this.samples = { low: this.samples.low, steps: [], checks: [] };
    }
    return this.form;
  }
}

/** How calls are kept. */
interface Form {
  low: CountedCall;
  steps: CountedCall[];
  /** Of the numbers that a call is kept as. */
  index: number;
}

function formOf({ low, steps, checks }: Samples, ledger: Counting): Form | undefined {
  const place = ({ priced }: Sample) => ledger.place(priced);
  const numbersOf = (call: CountedCall) => ledger.calls.numbersOf(call);
  const placed = { low: place(low), steps: steps.map(place) };
  const base = numbersOf(placed.low);
  const raised = placed.steps.map(numbersOf);
  if (!base) return undefined;
  const isKept = checks.every((check) => {
    const expected = base.map((_, at) => straight(low.counts, check.counts, base[at]!, (i) => raised[i]?.[at]));
    return isSame(expected, numbersOf(place(check)));
  });
  if (!isKept || raised.some((numbers) => numbers?.length !== base.length)) return undefined;
  const zero = low.counts.map(() => 0);
  const constants = base.map((number, at) => straight(low.counts, zero, number, (i) => raised[i]![at]));
  const slopes = base.map((number, at) => raised.map((numbers) => numbers![at]! - number));
  return { ...placed, index: ledger.calls.formOf({ constants, slopes }) };
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
  const metrics = new Metrics();
  metrics.add(priced);
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
