import type { CostAccuracy } from '../ledger/metrics.ts';
import { toNumber, ZERO } from '../pricing/money.ts';
import { localDay } from '../usage/dimension.ts';
import type { BudgetUnit } from './budget.ts';
import { type BucketState, percentSpent } from './state.ts';

/** A budget with what it holds, as JSON outputs give it. Amounts are dollars or credits (`characters`), by `unit`. */
export interface BudgetRow {
  id: string;
  period: 'run' | 'daily' | 'monthly';
  /** The local day or month, or the id of the run. */
  window: string;
  unit: BudgetUnit;
  limit: number;
  spent: number;
  /** `lower-bound` where calls are not, or not wholly, in `spent`. */
  accuracy: CostAccuracy;
  /** Whole percent of the limit, rounded down. */
  percent: number;
  remaining: number;
  /** What calls under way may still cost, where a budget stops calls. */
  reserved: number;
  /** Calls without a price: not in `spent`. */
  unpriced: number;
  /** Calls of this run that it stopped before they were sent. */
  refused: number;
  /** How many of them had no price, or came after a call without one; absent where none. */
  refusedUnpriced?: number;
  status: BudgetStatus;
  model?: string;
  label?: { name: string; value: string };
}

/**
 * `warned`: a threshold is reached. `exceeded`: the limit is reached. `stopped`: calls of this run were refused for it.
 * A budget may be refused to calls a little below its limit, where calls under way reserve the rest.
 */
export type BudgetStatus = 'ok' | 'warned' | 'exceeded' | 'stopped';

/** `refused`: how many calls of this run it stopped; `refusedUnpriced`: of those, for want of a price. */
export function budgetRow(state: BucketState, refused = 0, refusedUnpriced = 0): BudgetRow {
  const { bucket, spent, reserved, unpriced } = state;
  const { id, period, unit, limit, model, label } = bucket.budget;
  return {
    id,
    period,
    window: bucket.window,
    unit,
    limit: toNumber(limit),
    spent: toNumber(spent),
    accuracy: accuracyOf(state),
    percent: percentSpent(state),
    remaining: toNumber(spent < limit ? limit - spent : ZERO),
    reserved: toNumber(reserved),
    unpriced,
    refused,
    ...(refusedUnpriced > 0 ? { refusedUnpriced } : {}),
    status: refused > 0 ? 'stopped' : statusOf(state),
    ...(model === undefined ? {} : { model }),
    ...(label === undefined ? {} : { label: { name: label.name, value: bucket.value ?? label.value } }),
  };
}

export function accuracyOf({ unpriced, incomplete, estimated }: BucketState): CostAccuracy {
  if (unpriced + incomplete > 0) return 'lower-bound';
  return estimated > 0 ? 'estimated' : 'exact';
}

function statusOf({ spent, bucket }: BucketState): BudgetStatus {
  const { limit, thresholds } = bucket.budget;
  if (spent >= limit) return 'exceeded';
  const [first] = thresholds;
  return first !== undefined && percentSpent({ spent, bucket }) >= first ? 'warned' : 'ok';
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** When a local day begins, ISO 8601 in UTC: the first minute of it, also where clocks change at midnight. */
export function startOfDay(day: string, zone: string): string {
  const middle = Date.parse(`${day}T00:00:00Z`);
  let [before, within] = [middle - 15 * HOUR, middle + 15 * HOUR];
  while (within - before > MINUTE) {
    const half = before + Math.floor((within - before) / 2 / MINUTE) * MINUTE;
    if (localDay(new Date(half).toISOString(), zone) < day) before = half;
    else within = half;
  }
  return new Date(within).toISOString();
}
