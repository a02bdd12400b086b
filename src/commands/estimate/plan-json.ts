import type { ComparedRow, Figures } from '../../core/estimate/plan-compare.ts';
import type { PriceBook } from '../../core/pricing/book/book.ts';
import { toNumber } from '../../core/pricing/money.ts';
import { type QuotaReading, remaining } from '../../core/quota/quota.ts';
import { ELEVENLABS } from '../../core/usage/event.ts';
import type { PlanView } from '../../views/estimate/plan.ts';
import { jsonDocument } from '../pricing/json.ts';
import { modelJson, usdOf } from './json.ts';

/** `costwatch estimate --plan … --json`. */
export function planJson({ day, plan, planned, cost, quota, compared }: PlanView, book: PriceBook): string {
  return jsonDocument(book, day, {
    incomplete: cost.unpriced > 0,
    plan: { name: plan.name ?? null, unit: plan.unit ?? null, marginPercent: Number(plan.margin) },
    steps: planned.map(({ step, estimate }) => ({ name: step.name, labels: step.labels, ...modelJson(estimate) })),
    totals: {
      costUsd: toNumber(cost.cost),
      marginUsd: toNumber(cost.margin),
      costWithMarginUsd: toNumber(cost.costWithMargin),
      costPerUnitUsd: usdOf(cost.costPerUnit),
      credits: cost.credits,
      creditsWithMargin: cost.creditsWithMargin,
    },
    quota: quota ? quotaJson(quota, cost.creditsWithMargin) : null,
    compared: compared?.map(comparedJson) ?? null,
  });
}

function quotaJson(quota: QuotaReading, credits: number): object {
  if (!quota.known) return { remaining: null, enough: null, problem: quota.message };
  const left = remaining(quota);
  return { remaining: left, enough: left === null || credits <= left, problem: null };
}

function comparedJson({ steps, service, model, planned, actual }: ComparedRow): object {
  const figures = ({ calls, cost, credits }: Figures) =>
    service === ELEVENLABS ? { calls, credits, costUsd: null } : { calls, credits: null, costUsd: toNumber(cost) };
  return {
    steps,
    service,
    model,
    planned: figures(planned),
    actual: { ...figures(actual), failed: actual.failed, unpriced: actual.unpriced },
  };
}
