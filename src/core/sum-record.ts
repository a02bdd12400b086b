import { type CallSum, KEPT, QUARTER_MS } from './call-sum.ts';
import type { ChargeTotal } from './ledger/ledger.ts';
import { COUNT_NAMES } from './ledger/metrics.ts';
import type { Money } from './pricing/money.ts';
import type { Charge } from './pricing/price.ts';
import type { UsageEvent } from './usage/event.ts';

/** Sums as plain data for a line of JSON: every text and every price once, and a row of numbers for each sum. */
export interface SumRecord {
  /** What the indexes in `counts` of a row stand for, and what its texts are: both may change with a version. */
  counts: readonly string[];
  kept: readonly string[];
  texts: string[];
  labels: Record<string, string>[];
  /** SKU, meter, pricing unit and pico-dollars per unit. */
  prices: [sku: string, meter: string, unit: string, unitPrice: string][];
  rows: SumRow[];
}

type SumRow = [
  quarter: number,
  /** Milliseconds into the quarter. */
  first: number,
  last: number,
  /** The model whose price applied and the values of `KEPT`, as indexes of texts; -1 where there is none. */
  texts: number[],
  labels: number,
  /** Index of the count and its value, in turns, as in the other lists of numbers. */
  counts: number[],
  timed: number,
  usd: [cost: string | number, costed: number, missing: number, estimated: number] | 0,
  /** Index of the price, quantity, and cost in pico-dollars. */
  charges: (number | string)[],
  estimates: number[],
  notes: number[],
];

export function writeSums(sums: readonly CallSum[]): SumRecord {
  const texts = new Indexes<string>((text) => text);
  const labels = new Indexes<Record<string, string>>((value) => JSON.stringify(value));
  const prices = new Indexes<Charge>((charge) => `${charge.skuPriceId} ${charge.listUnitPrice}`);
  const rows = sums.map(({ stands, state, charges, estimates, notes, first, last }): SumRow => {
    const { event, model } = stands;
    const start = Date.parse(event.timestamp!);
    // The calls of a sum are of one service.
    const [dollars] = state.usd;
    return [
      start / QUARTER_MS,
      first - start,
      last - start,
      [model, ...KEPT.map((name) => event[name])].map((text) => (text === undefined ? -1 : texts.of(text))),
      event.labels ? labels.of(event.labels) : -1,
      [...state.counts],
      state.timed,
      dollars ? [digits(dollars[1]), dollars[2], dollars[3], dollars[4]] : 0,
      charges.flatMap(({ charge, quantity, cost }) => [prices.of(charge), quantity, digits(cost)]),
      [...estimates].flatMap(([reason, calls]) => [texts.of(reason), calls]),
      [...notes].flatMap(([note, calls]) => [texts.of(note), calls]),
    ];
  });
  return {
    counts: COUNT_NAMES,
    kept: KEPT,
    texts: texts.all,
    labels: labels.all,
    prices: prices.all.map(({ skuPriceId, meter, pricingUnit, listUnitPrice }) => [
      skuPriceId,
      meter,
      pricingUnit,
      `${listUnitPrice}`,
    ]),
    rows,
  };
}

/** Reads what `writeSums` made. `source` is the log that its calls were in. */
export function* readSums(record: SumRecord, source: string): Generator<CallSum> {
  const { texts, labels, prices, rows, kept } = record;
  const toCounts = countReader(record.counts);
  const charges = prices.map(([skuPriceId, meter, pricingUnit, unitPrice]): Charge => {
    const listUnitPrice = BigInt(unitPrice);
    return { skuPriceId, meter, pricingUnit, listUnitPrice, count: 1, listCost: 0n };
  });
  const read = { quarter: -1, timestamp: '' };
  for (const [quarter, first, last, words, label, counts, timed, usd, charged, estimates, notes] of rows) {
    const start = quarter * QUARTER_MS;
    if (quarter !== read.quarter) Object.assign(read, { quarter, timestamp: new Date(start).toISOString() });
    const event = { id: '', timestamp: read.timestamp, source } as UsageEvent;
    for (let index = 0; index < kept.length; index++) {
      const text = texts[words[index + 1]!];
      if (text !== undefined) (event as unknown as Record<string, string>)[kept[index]!] = text;
    }
    if (label !== -1) event.labels = labels[label]!;
    yield {
      stands: {
        status: 'priced',
        event,
        model: texts[words[0]!],
        charges: [],
        cost: undefined,
        estimates: [],
        notes: [],
      },
      calls: callsOf(toCounts(counts)),
      state: {
        counts: toCounts(counts),
        timed,
        usd: usd ? [[event.service, BigInt(usd[0]), usd[1], usd[2], usd[3]]] : [],
      },
      charges: chargeTotals(charged, charges),
      estimates: said(estimates, texts),
      notes: said(notes, texts),
      first: start + first,
      last: start + last,
    };
  }
}

/** Turns the indexes of a record into those of this version; a count that it does not know is left out. */
function countReader(names: readonly string[]): (counts: number[]) => readonly number[] {
  if (names.length === COUNT_NAMES.length && names.every((name, index) => name === COUNT_NAMES[index]))
    return (counts) => counts;
  const known = names.map((name) => COUNT_NAMES.indexOf(name as (typeof COUNT_NAMES)[number]));
  return (counts) => {
    const read: number[] = [];
    for (let at = 0; at < counts.length; at += 2) {
      const index = known[counts[at]!] ?? -1;
      if (index !== -1) read.push(index, counts[at + 1]!);
    }
    return read;
  };
}

function callsOf(counts: readonly number[]): number {
  for (let at = 0; at < counts.length; at += 2) if (COUNT_NAMES[counts[at]!] === 'calls') return counts[at + 1]!;
  return 0;
}

function chargeTotals(numbers: (number | string)[], charges: readonly Charge[]): ChargeTotal[] {
  const totals: ChargeTotal[] = [];
  for (let at = 0; at < numbers.length; at += 3) {
    const charge = charges[numbers[at] as number]!;
    totals.push({ charge, quantity: numbers[at + 1] as number, cost: BigInt(numbers[at + 2]!) });
  }
  return totals;
}

function said(numbers: readonly number[], texts: readonly string[]): (readonly [string, number])[] {
  const all: [string, number][] = [];
  for (let at = 0; at < numbers.length; at += 2) all.push([texts[numbers[at]!]!, numbers[at + 1]!]);
  return all;
}

/** A number where it is exact, else its digits. */
function digits(money: Money): number | string {
  const number = Number(money);
  return Number.isSafeInteger(number) ? number : `${money}`;
}

/** A list in which each value stands once. */
class Indexes<Value> {
  readonly all: Value[] = [];
  private readonly indexes = new Map<string, number>();
  private readonly keyOf: (value: Value) => string;

  constructor(keyOf: (value: Value) => string) {
    this.keyOf = keyOf;
  }

  of(value: Value): number {
    const key = this.keyOf(value);
    let index = this.indexes.get(key);
    if (index === undefined) {
      index = this.all.push(value) - 1;
      this.indexes.set(key, index);
    }
    return index;
  }
}
