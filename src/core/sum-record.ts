import { type CallSum, KEPT, QUARTER_MS } from './call-sum.ts';
import type { UsageEvent } from './event.ts';
import type { ChargeTotal } from './ledger.ts';
import { COUNT_NAMES, Metrics, type MetricsState } from './metrics.ts';
import type { Money } from './money.ts';
import type { Charge } from './price.ts';

/** Sums as plain data for a line of JSON: every text and every price once, and a row of numbers for each sum. */
export interface SumRecord {
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
  usd: [cost: string | number, missing: number, estimated: number] | 0,
  /** Index of the price, quantity, and cost in pico-dollars. */
  charges: (number | string)[],
  estimates: number[],
  notes: number[],
];

export function writeSums(sums: readonly CallSum[]): SumRecord {
  const texts = new Indexes<string>((text) => text);
  const labels = new Indexes<Record<string, string>>((value) => JSON.stringify(value));
  const prices = new Indexes<Charge>((charge) => `${charge.skuPriceId} ${charge.listUnitPrice}`);
  const rows = sums.map(({ stands, metrics, charges, estimates, notes, first, last }): SumRow => {
    const { event, model } = stands;
    const start = Date.parse(event.timestamp!);
    const { counts, timed, usd } = metrics.state;
    const dollars = usd[event.service];
    return [
      start / QUARTER_MS,
      Date.parse(first) - start,
      Date.parse(last) - start,
      [model, ...KEPT.map((name) => event[name])].map((text) => (text === undefined ? -1 : texts.of(text))),
      event.labels ? labels.of(event.labels) : -1,
      COUNT_NAMES.flatMap((name, index) => (counts[name] ? [index, counts[name]] : [])),
      timed,
      dollars ? [digits(dollars.cost), dollars.missing, dollars.estimated] : 0,
      charges.flatMap(({ charge, quantity, cost }) => [prices.of(charge), quantity, digits(cost)]),
      [...estimates].flatMap(([reason, calls]) => [texts.of(reason), calls]),
      [...notes].flatMap(([note, calls]) => [texts.of(note), calls]),
    ];
  });
  return {
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
export function* readSums({ texts, labels, prices, rows }: SumRecord, source: string): Generator<CallSum> {
  const charges = prices.map(([skuPriceId, meter, pricingUnit, unitPrice]): Charge => {
    const listUnitPrice = BigInt(unitPrice);
    return { skuPriceId, meter, pricingUnit, listUnitPrice, count: 1, listCost: 0n };
  });
  for (const [quarter, first, last, words, label, counts, timed, usd, charged, estimates, notes] of rows) {
    const start = quarter * QUARTER_MS;
    const [model, ...kept] = words.map((index) => texts[index]);
    const event = { id: '', timestamp: new Date(start).toISOString(), source } as UsageEvent;
    for (const [index, name] of KEPT.entries()) {
      if (kept[index] !== undefined) Object.assign(event, { [name]: kept[index] });
    }
    if (label !== -1) event.labels = labels[label]!;
    const state: MetricsState = { counts: {}, timed, usd: {} };
    for (const [index, count] of pairs(counts)) state.counts[COUNT_NAMES[index]!] = count;
    if (usd) state.usd[event.service] = { cost: BigInt(usd[0]), missing: usd[1], estimated: usd[2] };
    yield {
      stands: { status: 'priced', event, model, charges: [], cost: undefined, estimates: [], notes: [] },
      metrics: Metrics.of(state),
      charges: chargeTotals(charged, charges),
      estimates: pairs(estimates).map(([text, calls]) => [texts[text]!, calls] as const),
      notes: pairs(notes).map(([text, calls]) => [texts[text]!, calls] as const),
      first: new Date(start + first).toISOString(),
      last: new Date(start + last).toISOString(),
    };
  }
}

function chargeTotals(numbers: (number | string)[], charges: readonly Charge[]): ChargeTotal[] {
  const totals: ChargeTotal[] = [];
  for (let at = 0; at < numbers.length; at += 3) {
    const [index, quantity, cost] = numbers.slice(at, at + 3) as [number, number, number | string];
    const listCost = BigInt(cost);
    totals.push({ charge: { ...charges[index]!, count: quantity, listCost }, quantity, cost: listCost });
  }
  return totals;
}

function pairs(numbers: readonly number[]): [number, number][] {
  const all: [number, number][] = [];
  for (let at = 0; at < numbers.length; at += 2) all.push([numbers[at]!, numbers[at + 1]!]);
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
