import { outcomeOf } from '../ledger/metrics.ts';
import { moneyFromNumber, ZERO } from '../pricing/money.ts';
import type { PricedEvent } from '../pricing/price.ts';
import type { Amount, Bucket, BudgetUnit } from './budget.ts';

/** What one call, or many, put into a bucket. */
export interface Spend {
  /** Exact, of what is priced. */
  spent: Amount;
  /** What calls under way may cost on top of what is already counted in `spent`. */
  reserved: Amount;
  /** Calls sent, those under way included. */
  calls: number;
  /** Calls whose bound is in `reserved`. */
  underWay: number;
  /** Calls in `spent` by an estimate. */
  estimated: number;
  /** Calls that were cut off: in `spent` with what they cost at least. */
  incomplete: number;
  /** Calls without a price: not in `spent`, and not free. */
  unpriced: number;
  /** Those of them whose outcome may come later, such as a batch or a video that is being made. */
  pendingOutcome: number;
}

export interface BucketState extends Spend {
  bucket: Bucket;
}

export function noSpend(): Spend {
  return {
    spent: ZERO,
    reserved: ZERO,
    calls: 0,
    underWay: 0,
    estimated: 0,
    incomplete: 0,
    unpriced: 0,
    pendingOutcome: 0,
  };
}

/** Adds one spend to another, or takes it out again. */
export function addSpend(sum: Spend, { spent, reserved, ...counts }: Spend, sign: 1 | -1 = 1): void {
  sum.spent += BigInt(sign) * spent;
  sum.reserved += BigInt(sign) * reserved;
  for (const name of ['calls', 'underWay', 'estimated', 'incomplete', 'unpriced', 'pendingOutcome'] as const)
    sum[name] += sign * counts[name];
}

/** What an ended call puts into buckets of a unit. */
export function spendOf(priced: PricedEvent, unit: BudgetUnit): Spend {
  const { event } = priced;
  const kind = outcomeOf(priced);
  const isPriced = priced.status === 'priced';
  return {
    spent: isPriced ? amountOf(priced, unit) : ZERO,
    reserved: ZERO,
    calls: event.calls ?? 1,
    underWay: 0,
    estimated: kind === 'priced' && isPriced && priced.estimates.length > 0 ? 1 : 0,
    incomplete: kind === 'incomplete' ? 1 : 0,
    unpriced: kind === 'unpriced' ? 1 : 0,
    pendingOutcome: kind === 'unpriced' && event.usage === undefined ? 1 : 0,
  };
}

/** What a call under way puts into buckets: what it has cost so far, and the rest of its bound as a reservation. */
export function spendUnderWay(priced: PricedEvent, unit: BudgetUnit, bound: Amount): Spend {
  const spent = priced.status === 'priced' ? amountOf(priced, unit) : ZERO;
  return {
    ...noSpend(),
    spent,
    reserved: bound > spent ? bound - spent : ZERO,
    calls: 1,
    underWay: bound > ZERO ? 1 : 0,
  };
}

function amountOf(priced: PricedEvent & { status: 'priced' }, unit: BudgetUnit): Amount {
  if (unit === 'usd') return priced.cost ?? ZERO;
  return moneyFromNumber(priced.credits ?? 0) ?? ZERO;
}

/** Whether nothing may be spent any more. What is reserved by other calls counts as spent where a call asks. */
export function isUsedUp({ spent, reserved, bucket }: BucketState): boolean {
  return spent + reserved >= bucket.budget.limit;
}

/** Whole percent of the limit that is spent, rounded down so that 100 is never said too early. Reservations are not spent. */
export function percentSpent({ spent, bucket }: Pick<BucketState, 'spent' | 'bucket'>): number {
  return Number((spent * 100n) / bucket.budget.limit);
}

/** The thresholds, in percent of the limit, that were not reached before and are now. */
export function crossed(bucket: Bucket, before: Amount, after: Amount): number[] {
  const { limit, thresholds } = bucket.budget;
  const isReached = (spent: Amount, percent: number) => spent * 100_000n >= limit * BigInt(Math.round(percent * 1000));
  return thresholds.filter((percent) => isReached(after, percent) && !isReached(before, percent));
}

/** `limit`: it is used up. `unpriced`: it holds a call without a price. */
export type Refusal = 'limit' | 'unpriced';

/** Why no further call of a bucket may be sent; undefined where it may, or where the budget only warns. */
export function refusal(state: BucketState): Refusal | undefined {
  const { onBudget, onUnpriced } = state.bucket.budget;
  if (onBudget === 'stop' && isUsedUp(state)) return 'limit';
  return onUnpriced === 'stop' && state.unpriced > 0 ? 'unpriced' : undefined;
}
