import { tidyCount } from '../ledger/metrics.ts';
import { cost, divide, type Money, scale, ZERO } from '../pricing/money.ts';
import type { CallEstimate } from './estimate.ts';
import type { Plan } from './plan.ts';

/** What a plan costs in all. Gemini in dollars, ElevenLabs in credits. */
export interface PlanCost {
  cost: Money;
  margin: Money;
  costWithMargin: Money;
  /** With margin, per unit of the plan; undefined for a plan without a unit. */
  costPerUnit: Money | undefined;
  credits: number;
  creditsWithMargin: number;
  /** Steps without a known cost; the sums are then lower bounds. */
  unpriced: number;
}

/** Adds up the steps of a plan and its margin. */
export function planCost(plan: Plan, estimates: readonly CallEstimate[]): PlanCost {
  const total = estimates.reduce((sum, estimate) => sum + (estimate.cost ?? ZERO), ZERO);
  const margin = cost(1, scale(total, plan.margin), 100);
  const credits = estimates.reduce((sum, estimate) => sum + (estimate.credits ?? 0), 0);
  return {
    cost: total,
    margin,
    costWithMargin: total + margin,
    costPerUnit: plan.unit ? divide(total + margin, plan.unit.count) : undefined,
    credits,
    creditsWithMargin: Math.ceil(tidyCount((credits * (100 + Number(plan.margin))) / 100)),
    unpriced: estimates.filter(({ priced }) => priced.status === 'unpriced').length,
  };
}
