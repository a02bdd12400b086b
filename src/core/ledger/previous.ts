import { type Money, toNumber, ZERO } from '../pricing/money.ts';
import { addDays, DAY_MS, daysBetween, QUARTER_MS } from '../time/day.ts';
import { type DayRange, inRange } from '../time/day-range.ts';
import { localDay } from '../usage/dimension.ts';
import { ELEVENLABS } from '../usage/event.ts';
import { type Ledger, MIXED } from './ledger.ts';
import type { CostAccuracy } from './metrics.ts';

/** The days just before those of a report, as many of them, and how the report's own figures differ. */
export interface PreviousPeriod {
  /** Days in the zone of the report, both inclusive. */
  from: string;
  to: string;
  /**
   * Set where the days of the report are not over: then only the same part of the earlier ones is compared, up to this
   * moment (ISO 8601 in UTC, on a quarter of an hour).
   */
  before: string | null;
  calls: number;
  costUsd: number;
  costAccuracy: CostAccuracy;
  characters: number;
  credits: number;
  /** From then to now; the rates are parts of the earlier figure, to four decimals, null where that is 0. */
  change: { calls: number; costUsd: number; costRate: number | null; credits: number; creditsRate: number | null };
}

/** The days before a range, where it has a first day. A range without a last one ends today. */
export class PreviousDays {
  readonly from: string;
  readonly to: string;
  readonly before: string | null;
  private readonly zone: string;

  private constructor(since: string, until: string, now: Date, zone: string) {
    const days = daysBetween(since, until) + 1;
    this.from = addDays(since, -days);
    this.to = addDays(since, -1);
    const moment = Math.floor((now.valueOf() - days * DAY_MS) / QUARTER_MS) * QUARTER_MS;
    this.before = until < localDay(now.toISOString(), zone) ? null : new Date(moment).toISOString();
    this.zone = zone;
  }

  static of({ since, until }: DayRange, now: Date, zone: string): PreviousDays | undefined {
    return since === undefined
      ? undefined
      : new PreviousDays(since, until ?? localDay(now.toISOString(), zone), now, zone);
  }

  /** Whether a call of this time is one of theirs. */
  has(timestamp: string | undefined): boolean {
    if (timestamp === undefined || !inRange(localDay(timestamp, this.zone), { since: this.from, until: this.to }))
      return false;
    return this.before === null || timestamp < this.before;
  }
}

/** Compares the calls of a report with those of the days before. */
export function comparePeriods({ from, to, before }: PreviousDays, earlier: Ledger, now: Ledger): PreviousPeriod {
  const [then, current] = [earlier, now].map(({ totals }) => ({ totals, cost: totals.cost(MIXED) ?? ZERO }));
  const { calls, characters, credits } = then!.totals.toRow(ELEVENLABS);
  const counts = current!.totals.toRow(ELEVENLABS);
  return {
    from,
    to,
    before,
    calls,
    costUsd: toNumber(then!.cost),
    costAccuracy: then!.totals.toRow(MIXED).costAccuracy ?? 'exact',
    characters,
    credits,
    change: {
      calls: counts.calls - calls,
      costUsd: difference(then!.cost, current!.cost),
      costRate: rate(Number(then!.cost), Number(current!.cost)),
      credits: counts.credits - credits,
      creditsRate: rate(credits, counts.credits),
    },
  };
}

function difference(then: Money, now: Money): number {
  return now < then ? -toNumber(then - now) : toNumber(now - then);
}

function rate(then: number, now: number): number | null {
  return then === 0 ? null : Math.round(((now - then) / then) * 10_000) / 10_000;
}
