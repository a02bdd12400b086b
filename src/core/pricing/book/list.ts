import { daysBetween } from '../../time/day.ts';
import type { Money } from '../money.ts';
import { pricingUnit } from '../quantity.ts';
import { resolveRates } from '../rates.ts';
import { findModel, type ModelPrices, type PriceBook, periodInForce } from './book.ts';
import type { Tier } from './file.ts';

export interface ListedPrice {
  meter: string;
  /** US dollars per `unit`. */
  price: Money;
  unit: string;
  /** Set by the user. */
  own: boolean;
}

/** What a model costs on one day. */
export interface DayPrices {
  day: string;
  prices: ListedPrice[];
  /** Whether the day is inside a period with a known price; else these are the nearest known prices, or none. */
  known: boolean;
  /** The model that answers and bills in its place. */
  answeredAs?: string;
}

export interface PriceRow extends DayPrices {
  model: ModelPrices;
  /** The first later day on which anything of this changes. */
  next?: DayPrices;
  shutDown: boolean;
  checkedDaysAgo?: number;
}

/** Whether a model no longer answers. A shutdown day may be known as a month or a year only, or not at all. */
export function isShutDown({ shutdown, status }: ModelPrices, day: string): boolean {
  return shutdown === undefined ? status === 'shutdown' : shutdown < day.slice(0, shutdown.length);
}

export function priceRow(model: ModelPrices, day: string, book: PriceBook): PriceRow {
  const now = pricesOn(model, day, book);
  const next = nextChange(model, now, book);
  return {
    model,
    ...now,
    ...(next ? { next } : {}),
    shutDown: isShutDown(model, day),
    ...(model.checked ? { checkedDaysAgo: daysBetween(model.checked, day) } : {}),
  };
}

/** The prices of a day as a call to that model would find them, tools left out. */
export function pricesOn(
  model: ModelPrices,
  day: string,
  book: PriceBook,
  options: { tier?: Tier; longContext?: boolean } = {},
): DayPrices {
  const { tier = 'standard', longContext = false } = options;
  const inputTokens = longContext ? (model.longContextThreshold ?? 0) + 1 : 1;
  const { id, service, platform } = model;
  const call = {
    id,
    service,
    operation: '',
    status: 'ok' as const,
    tier,
    usage: { inputTokens },
    ...(platform ? { platform } : {}),
  };
  const rates = resolveRates(id, day, call, book);
  if ('reason' in rates) return { day, prices: [], known: false };
  const own = ownMeters(rates.model, day, book, tier, longContext);
  const prices = [...rates.rates].filter(([meter]) => !meter.startsWith('grounding.') || id === '*');
  return {
    day,
    prices: prices.map(([meter, price]) => ({
      meter,
      price,
      unit: pricingUnit(meter)?.name ?? meter,
      own: own.has(meter),
    })),
    known: rates.estimates.length === 0,
    ...(rates.model.id === id ? {} : { answeredAs: rates.model.id }),
  };
}

function ownMeters(model: ModelPrices, day: string, book: PriceBook, tier: Tier, longContext: boolean): Set<string> {
  const own = findModel(book.overrides, model.service, model.id, model.platform);
  const rates = own && periodInForce(own, day)?.tiers.get(tier);
  return new Set((longContext ? rates?.longContext : rates?.base)?.keys());
}

function nextChange(model: ModelPrices, now: DayPrices, book: PriceBook): DayPrices | undefined {
  const target = findModel(book.models, model.service, now.answeredAs ?? model.id, model.platform);
  const own = findModel(book.overrides, model.service, model.id, model.platform);
  const periods = [model, target, own].flatMap((entry) => entry?.periods ?? []);
  const days = [...periods.flatMap((period) => [period.from, period.to]), model.reroute?.from ?? null];
  const later = [...new Set(days.filter((day): day is string => day !== null && day > now.day))].sort();
  return later.map((day) => pricesOn(model, day, book)).find((then) => !isSame(now, then));
}

function isSame(one: DayPrices, other: DayPrices): boolean {
  const rates = new Map(one.prices.map(({ meter, price }) => [meter, price]));
  return (
    one.known === other.known &&
    one.answeredAs === other.answeredAs &&
    one.prices.length === other.prices.length &&
    other.prices.every(({ meter, price }) => rates.get(meter) === price)
  );
}
