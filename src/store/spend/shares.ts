import type { CallRecord } from '../../capture/wire/record.ts';
import { type Amount, type Bucket, type Budget, type BudgetUnit, bucketsOf } from '../../core/budget/budget.ts';
import type { CostBound } from '../../core/budget/cost-bound.ts';
import { type Spend, spendOf, spendUnderWay } from '../../core/budget/state.ts';
import { moneyFromNumber, parseMoney, ZERO } from '../../core/pricing/money.ts';
import { type PricedEvent, type PricingContext, price } from '../../core/pricing/price.ts';
import type { UsageEvent } from '../../core/usage/event.ts';

/** Which budgets are looked at, and how calls are priced and put into their buckets. */
export interface SpendOptions {
  budgets: readonly Budget[];
  pricing: PricingContext;
  /** The IANA zone that cuts days and months. */
  zone: string;
  /** Whether a process lives: by default as the system says. */
  isAlive?: (pid: number) => boolean;
}

/** What one call put into which buckets. */
export type Shares = { bucket: Bucket; spend: Spend }[];

/** The shares of a call that has ended, and how it was priced: by `priceOf`, or else at the prices of today. */
export function sharesOf(
  event: UsageEvent,
  session: string | undefined,
  { budgets, pricing, zone }: SpendOptions,
  priceOf = (call: UsageEvent): PricedEvent => price(call, pricing),
): { shares: Shares; priced: PricedEvent | undefined } {
  const buckets = bucketsOf(event, budgets, { zone, session });
  if (buckets.length === 0) return { shares: [], priced: undefined };
  const priced = priceOf(event);
  return { shares: buckets.map((bucket) => ({ bucket, spend: spendOf(priced, bucket.budget.unit) })), priced };
}

/** The shares of a call that is under way. */
export function sharesUnderWay(
  { event, bound, phase }: CallRecord,
  session: string,
  { budgets, pricing, zone }: SpendOptions,
): Shares {
  const buckets = bucketsOf(event, budgets, { zone, session });
  if (buckets.length === 0) return [];
  const priced = price(event, pricing);
  return buckets.map((bucket) => {
    const { unit } = bucket.budget;
    const spend = spendUnderWay(priced, unit, amountOf(bound, unit));
    return { bucket, spend: phase === 'reserve' ? { ...spend, calls: 0 } : spend };
  });
}

function amountOf(bound: CostBound | undefined, unit: BudgetUnit): Amount {
  if (unit === 'usd') return parseMoney(bound?.usd ?? '0') ?? ZERO;
  return moneyFromNumber(bound?.credits ?? 0) ?? ZERO;
}
