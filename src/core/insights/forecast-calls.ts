import { Ledger } from '../ledger/ledger.ts';
import type { CostAccuracy } from '../ledger/metrics.ts';
import { ZERO } from '../pricing/money.ts';
import type { PricedEvent } from '../pricing/price.ts';
import { dimension, localDay } from '../usage/dimension.ts';
import { ELEVENLABS, GEMINI } from '../usage/event.ts';
import { type Forecast, type ForecastDays, forecastDays, forecastMonth } from './forecast.ts';
import { whole } from './units.ts';

export interface MonthForecast {
  days: ForecastDays;
  /** Undefined where the month has no call of the kind; `forecast` is, where it has too few days. */
  cost: { soFar: bigint; forecast: Forecast | undefined; accuracy: CostAccuracy } | undefined;
  characters: { soFar: bigint; forecast: Forecast | undefined } | undefined;
  credits: { soFar: bigint; forecast: Forecast | undefined } | undefined;
}

/** Collects the calls of the month that a moment is in, by the days of a zone. */
export class ForecastCalls {
  private readonly ledger: Ledger;
  private readonly zone: string;
  private readonly today: string;
  private first: string | undefined;

  constructor(now: Date, zone: string) {
    this.zone = zone;
    this.today = localDay(now.toISOString(), zone);
    this.ledger = new Ledger([dimension('day', zone)]);
  }

  /** Takes calls of any time: those of earlier months tell since when there are any. */
  add(priced: PricedEvent): void {
    const { timestamp } = priced.event;
    if (timestamp === undefined) return;
    const day = localDay(timestamp, this.zone);
    if (day > this.today) return;
    if (this.first === undefined || day < this.first) this.first = day;
    if (day.slice(0, 7) === this.today.slice(0, 7)) this.ledger.add(priced);
  }

  /** Undefined where the month has no call. */
  get forecast(): MonthForecast | undefined {
    const { totals } = this.ledger;
    if (this.first === undefined || totals.counts.calls === 0) return undefined;
    const days = forecastDays(this.today, this.first);
    const series = (of: (day: Ledger['totals']) => bigint) => {
      const daily = new Map([...this.ledger.groups.values()].map(({ key, metrics }) => [key.day!, of(metrics)]));
      return { soFar: of(totals), forecast: forecastMonth(daily, days) };
    };
    const accuracy = totals.toRow(GEMINI).costAccuracy;
    const speech = this.ledger.byService.get(ELEVENLABS)?.metrics.counts;
    return {
      days,
      cost: accuracy === null ? undefined : { ...series((metrics) => metrics.cost(GEMINI) ?? ZERO), accuracy },
      characters: speech?.characters ? series(({ counts }) => whole(counts.characters)) : undefined,
      credits: speech?.credits ? series(({ counts }) => whole(counts.credits)) : undefined,
    };
  }
}
