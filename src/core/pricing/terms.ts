import { Trie } from '../trie.ts';
import type { Service, UsageEvent } from '../usage/event.ts';
import { cost, type Money, MoneySum, parseMoney } from './money.ts';
import type { Charge, PricedEvent } from './priced.ts';
import type { PricingUnit } from './quantity.ts';

/** How the counts of one meter are charged. */
export interface Line {
  /** The meter that is charged, and how many of it one of the counted meter is. */
  meter: string;
  each: number;
  /** `gemini/gemini-2.5-pro/standard/input.text` */
  skuPriceId: string;
  unit: PricingUnit;
  listUnitPrice: Money;
  /** See `wholeUnitCost` of money.ts. */
  wholeUnitCost: number;
  /** Set where each call has an amount of its own, such as one that a log recorded, and the price of a unit tells nothing. */
  isByAmount: boolean;
  estimates: readonly string[];
  assumption: string | undefined;
}

/**
 * What calls have in common that differ in their counts alone: their prices, and what has to be said of them. One object
 * for all of them, so that calls on the same terms can be told by it.
 */
export interface Terms {
  service: Service;
  status: 'priced' | 'unpriced';
  model: string | undefined;
  /** Why there is no price. */
  reason: string;
  /** False for what is billed in credits alone. */
  isInDollars: boolean;
  lines: readonly Line[];
  estimates: readonly string[];
  notes: readonly string[];
}

/** An event on its terms. `amounts` has one count a line; of a line by amount it has the count, whole dollars, and the rest in pico-dollars. */
export class PricedCall {
  readonly event: UsageEvent;
  readonly terms: Terms;
  readonly amounts: readonly number[];
  /** ElevenLabs credits, billed or estimated. */
  readonly credits: number | undefined;

  constructor(event: UsageEvent, terms: Terms, amounts: readonly number[] = NO_AMOUNTS, credits?: number) {
    this.event = event;
    this.terms = terms;
    this.amounts = amounts;
    this.credits = credits;
  }

  get status(): Terms['status'] {
    return this.terms.status;
  }

  get model(): string | undefined {
    return this.terms.model;
  }

  get reason(): string {
    return this.terms.reason;
  }

  get estimates(): readonly string[] {
    return this.terms.estimates;
  }

  get notes(): readonly string[] {
    return this.terms.notes;
  }

  get charges(): Charge[] {
    const { amounts } = this;
    let at = 0;
    return this.terms.lines.map((line) => {
      const { meter, skuPriceId, unit, listUnitPrice, isByAmount, assumption } = line;
      const count = amounts[at]!;
      const sum = new MoneySum();
      at = addCost(line, amounts, at, sum);
      const listCost = sum.total;
      const price = isByAmount && count === 1 ? listCost : listUnitPrice;
      const charge: Charge = { meter, count, skuPriceId, pricingUnit: unit.name, listUnitPrice: price, listCost };
      if (assumption !== undefined) charge.assumption = assumption;
      return charge;
    });
  }

  get cost(): Money | undefined {
    if (!this.terms.isInDollars) return undefined;
    const sum = new MoneySum();
    let at = 0;
    for (const line of this.terms.lines) at = addCost(line, this.amounts, at, sum);
    return sum.total;
  }
}

const NO_AMOUNTS: readonly number[] = [];
const DOLLAR = 10n ** 12n;

/** The amounts that a line by amount has of a call. */
export function amountsOf(count: number, money: Money): [count: number, dollars: number, pico: number] {
  const dollars = money / DOLLAR;
  return [count, Number(dollars), Number(money - dollars * DOLLAR)];
}

/** The amounts of one call that costs so many dollars, as `parseMoney` reads them; undefined for what it does not read. */
export function amountsOfDecimal(dollars: string): number[] | undefined {
  // What is not short takes big integers.
  const [, whole, fraction = ''] = SHORT_DECIMAL.exec(dollars) ?? [];
  if (whole !== undefined) return [1, Number(whole), Number(fraction.padEnd(12, '0'))];
  const money = parseMoney(dollars);
  return money === undefined ? undefined : amountsOf(1, money);
}

const SHORT_DECIMAL = /^(\d{1,9})(?:\.(\d{1,12}))?$/;

function moneyOf(dollars: number, pico: number): Money {
  return BigInt(dollars) * DOLLAR + BigInt(pico);
}

/** Adds what one call is charged for one line: exact, half-even to a pico-dollar. Returns where the amounts of the next line start. */
export function addCost(line: Line, amounts: ArrayLike<number>, at: number, sum: MoneySum): number {
  const count = amounts[at]!;
  if (line.isByAmount) {
    sum.add(moneyOf(amounts[at + 1]!, amounts[at + 2]!));
    return at + 3;
  }
  const exact = count * line.wholeUnitCost;
  if (Number.isSafeInteger(exact)) sum.addNumber(exact);
  else sum.add(cost(count, line.listUnitPrice, line.unit.size));
  return at + 1;
}

/** Terms by what they are made of, each made once. It is bounded, for logs that name something new in every record. */
export class KnownTerms {
  private root = new Trie<Terms>();
  private size = 0;

  of(keys: readonly unknown[], make: () => Terms): Terms {
    let place = this.root;
    for (const key of keys) place = place.step(key);
    if (place.value) return place.value;
    if (++this.size > MOST_TERMS) {
      this.root = new Trie();
      this.size = 0;
    }
    place.value = make();
    return place.value;
  }
}

const MOST_TERMS = 20_000;

/** The terms and amounts of any priced event; those of hand-made ones are found by what they say. */
export function callOf(priced: PricedEvent, known: KnownTerms): PricedCall {
  if (priced instanceof PricedCall) return priced;
  const { event, model } = priced;
  const { service } = event;
  if (priced.status === 'unpriced') {
    const { reason } = priced;
    const terms = known.of(['unpriced', service, model, reason], () => unpricedTerms(service, model, reason));
    return new PricedCall(event, terms);
  }
  const { charges, cost: total, credits, estimates, notes } = priced;
  const isInDollars = total !== undefined;
  const skus = charges.flatMap(({ skuPriceId, listUnitPrice }) => [skuPriceId, listUnitPrice]);
  const terms = known.of(
    ['made', service, model, isInDollars, skus.length, ...skus, estimates.length, ...estimates, ...notes],
    () => ({
      service,
      status: 'priced',
      model,
      reason: '',
      isInDollars,
      lines: charges.map(lineOfCharge),
      estimates,
      notes,
    }),
  );
  return new PricedCall(
    event,
    terms,
    charges.flatMap(({ count, listCost }) => amountsOf(count, listCost)),
    credits,
  );
}

function lineOfCharge({ meter, skuPriceId, pricingUnit, listUnitPrice, assumption }: Charge): Line {
  return {
    meter,
    each: 1,
    skuPriceId,
    unit: { name: pricingUnit, size: 1 },
    listUnitPrice,
    wholeUnitCost: Number.NaN,
    isByAmount: true,
    estimates: [],
    assumption,
  };
}

export function unpricedTerms(service: Service, model: string | undefined, reason: string): Terms {
  return { service, status: 'unpriced', model, reason, isInDollars: false, lines: [], estimates: [], notes: [] };
}
