import type { Ledger } from '../ledger/ledger.ts';
import { Metrics } from '../ledger/metrics.ts';
import { type Money, ZERO } from '../pricing/money.ts';
import { GEMINI } from '../usage/event.ts';

/** A part of a whole: 3 retries of 100 calls. */
export interface Share {
  part: number;
  whole: number;
}

export interface Rates {
  /** Input tokens of Gemini that came from a cache, of all. */
  cacheHitRate: Share;
  /** Calls that repeat an earlier attempt, of all. */
  retryRate: Share;
  /** Calls that were refused, of all. */
  failureRate: Share;
  /** Reasoning tokens of Gemini, of all output tokens. */
  thinkingShare: Share;
  /** What those reasoning tokens were charged. */
  thinkingCost: Money;
}

/** The rates of all calls of a ledger. */
export function ratesOf(ledger: Ledger): Rates {
  const all = ledger.totals.counts;
  const { counts } = ledger.byService.get(GEMINI)?.metrics ?? new Metrics();
  let thinkingCost = ZERO;
  for (const { charge, cost } of ledger.charges.values()) if (isThinking(charge.meter)) thinkingCost += cost;
  return {
    cacheHitRate: { part: counts.cachedInputTokens, whole: counts.inputTokens },
    retryRate: { part: all.retries, whole: all.calls },
    failureRate: { part: all.failed, whole: all.calls },
    thinkingShare: { part: counts.reasoningTokens, whole: counts.outputTokens },
    thinkingCost,
  };
}

function isThinking(meter: string): boolean {
  return meter.startsWith('output.') && meter.endsWith('.reasoning');
}

/** To four decimals, as everywhere in JSON; null where there is no whole. */
export function decimal({ part, whole }: Share): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}
