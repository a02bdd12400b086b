import { cheapShare } from '../../core/insights/classes.ts';
import type { Forecast } from '../../core/insights/forecast.ts';
import { LEAST_DAYS } from '../../core/insights/forecast.ts';
import type { MonthForecast } from '../../core/insights/forecast-calls.ts';
import type { Insights } from '../../core/insights/insights.ts';
import { decimal, type Share } from '../../core/insights/rates.ts';
import type { Saving } from '../../core/insights/savings.ts';
import { type RateName, rateVerdict, type Targets, unitVerdict, type Verdict } from '../../core/insights/targets.ts';
import type { Spread, UnitInsight } from '../../core/insights/units.ts';
import { toNumber } from '../../core/pricing/money.ts';
import { jsonText } from '../../views/formats/json.ts';
import { FORECAST_METHOD } from '../../views/insights/forecast.ts';
import type { InsightsView } from '../../views/insights/insights.ts';
import { assumptionOf } from '../../views/insights/savings.ts';

/** `costwatch insights --json`: the figures of the table, dollars as numbers, shares of 1. */
export function insightsJson({ summary, insights, forecast, targets }: InsightsView): string {
  const { schemaVersion, priceBook, incomplete, period, totals, reasons, diagnostics } = summary;
  const { rates, classes } = insights;
  const rate = (name: RateName, share: Share, more: object = {}) => ({
    value: decimal(share),
    part: share.part,
    whole: share.whole,
    ...more,
    ...verdictJson(rateVerdict(name, share, targets)),
  });
  return jsonText({
    schemaVersion,
    priceBook,
    incomplete,
    period,
    totals,
    units: insights.units.map((unit) => unitJson(unit, targets)),
    rates: {
      cacheHitRate: rate('cacheHitRate', rates.cacheHitRate),
      retryRate: rate('retryRate', rates.retryRate, { costUsd: toNumber(insights.retryCost) }),
      failureRate: rate('failureRate', rates.failureRate),
      thinkingShare: rate('thinkingShare', rates.thinkingShare, { costUsd: toNumber(rates.thinkingCost) }),
      cheapShare: rate('cheapShare', cheapShare(classes), {
        cheapCostUsd: toNumber(classes.cost.cheap),
        dearCostUsd: toNumber(classes.cost.dear),
        unclassed: classes.unclassed,
      }),
    },
    models: classes.models.map(({ perMillionOutput, cost, ...model }) => ({
      ...model,
      usdPerMillionOutput: toNumber(perMillionOutput),
      costUsd: toNumber(cost),
    })),
    savings: insights.savings.map((saving) => savingJson(saving, insights)),
    forecast: forecast ? forecastJson(forecast) : null,
    reasons,
    diagnostics,
  });
}

function verdictJson(verdict: Verdict | undefined): object {
  if (!verdict) return { target: null, met: null };
  return { target: toNumber(verdict.target), met: verdict.met ?? null };
}

function unitJson(unit: UnitInsight, targets: Targets): object {
  const { by, units, calls, cost, accuracy, characters, credits, dearest, without } = unit;
  return {
    by,
    units,
    calls,
    callsPerUnit: decimal({ part: calls, whole: units }),
    costUsd: cost ? spreadJson(cost, toNumber) : null,
    costAccuracy: accuracy,
    characters: characters ? spreadJson(characters, Number) : null,
    credits: credits ? spreadJson(credits, Number) : null,
    dearest: dearest.map(({ cost: own, accuracy: costAccuracy, ...one }) => ({
      ...one,
      costUsd: toNumber(own),
      costAccuracy,
    })),
    without: { calls: without.calls, costUsd: toNumber(without.cost), costAccuracy: without.accuracy },
    ...verdictJson(unitVerdict(unit, targets)),
  };
}

function spreadJson({ units, total, mean, median, least, most }: Spread, number: (amount: bigint) => number): object {
  return {
    units,
    total: number(total),
    mean: number(mean),
    median: number(median),
    least: number(least),
    most: number(most),
  };
}

function savingJson(saving: Saving, insights: Insights): object {
  const { id, bound, calls, estimated, saved, credits = null, from = null, to = null } = saving;
  const savedUsd = saved === undefined ? null : toNumber(saved);
  const assumption = assumptionOf(saving, insights);
  return { id, bound, calls, estimated, savedUsd, savedCredits: credits, from, to, assumption };
}

function forecastJson({ days, cost, characters, credits }: MonthForecast): object {
  return {
    ...days,
    leastDays: LEAST_DAYS,
    method: FORECAST_METHOD,
    costUsd: cost ? amountsJson(cost, toNumber) : null,
    costAccuracy: cost?.accuracy ?? null,
    characters: characters ? amountsJson(characters, Number) : null,
    credits: credits ? amountsJson(credits, Number) : null,
  };
}

function amountsJson(
  { soFar, forecast }: { soFar: bigint; forecast: Forecast | undefined },
  number: (amount: bigint) => number,
): object {
  const amount = (one: bigint | undefined) => (one === undefined ? null : number(one));
  return {
    soFar: number(soFar),
    expected: amount(forecast?.expected),
    low: amount(forecast?.low),
    high: amount(forecast?.high),
  };
}
