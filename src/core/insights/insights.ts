import { Ledger } from '../ledger/ledger.ts';
import { CallSums } from '../ledger/named-amounts.ts';
import { type Money, ZERO } from '../pricing/money.ts';
import type { PricedEvent, PricingContext } from '../pricing/price.ts';
import { type Calendar, dimension } from '../usage/dimension.ts';
import { type PriceClasses, priceClasses } from './classes.ts';
import { type Rates, ratesOf } from './rates.ts';
import { type Saving, Savings, savingsOf } from './savings.ts';
import { type UnitInsight, unitInsight } from './units.ts';

/** What the user's own calls say about their costs. */
export interface Insights {
  units: UnitInsight[];
  rates: Rates;
  /** Dollars of calls that repeat an earlier attempt. */
  retryCost: Money;
  /** Retries beyond the refused and interrupted calls: they repeat calls that were answered. */
  repeatsOfAnswers: number;
  classes: PriceClasses;
  savings: Saving[];
}

/** Collects priced calls and draws the insights from them. */
export class InsightCalls {
  readonly ledger: Ledger;
  private readonly savings: Savings;
  private readonly sums = new CallSums();
  private readonly units: readonly string[];
  private readonly context: PricingContext;

  /** `units` are names of `--by`. Throws a `UsageError` for one that there is not. */
  constructor(units: readonly string[], calendar: Calendar, context: PricingContext) {
    this.units = units;
    this.context = context;
    this.ledger = new Ledger(units.map((name) => dimension(name, calendar)));
    this.savings = new Savings(context);
  }

  add(priced: PricedEvent): void {
    this.ledger.add(priced);
    const saved = this.savings.savedBy(priced);
    if ((priced.event.attempt ?? 1) > 1 && priced.status === 'priced') saved.retries = priced.cost ?? ZERO;
    this.sums.add(priced.event, saved);
  }

  get insights(): Insights {
    const sums = this.sums.all;
    const groups = [...this.ledger.groups.values()];
    const { retries, failed, incomplete } = this.ledger.totals.counts;
    return {
      units: this.units.map((by) => unitInsight(by, groups)),
      rates: ratesOf(this.ledger),
      retryCost: sums.get('retries')?.amount ?? ZERO,
      repeatsOfAnswers: Math.max(0, retries - failed - incomplete),
      classes: priceClasses(this.ledger, this.context.book),
      savings: savingsOf(sums),
    };
  }
}
