import type { ModelPrices, PricePeriod, Rates, TierRates } from './book.ts';
import type { Tier } from './file.ts';

/** A price that the user sets. Pure planning: what the list of own prices becomes. */
export interface OwnPrice {
  model: { id: string; family: string; kind: string };
  tier: Tier;
  /** Sets the rates of calls above the model's long-context threshold instead of the others. */
  longContext: boolean;
  /** The first day it holds; null for all days. */
  from: string | null;
  rates: Rates;
  /** The day it was set. */
  checked: string;
}

/** The own prices after one was set: meters merge into what the user had set before for that model and day. */
export function setOwnPrice(own: readonly ModelPrices[], price: OwnPrice): ModelPrices[] {
  const { id, family, kind } = price.model;
  const before = own.find((model) => model.id === id);
  const periods = withPrice(before?.periods ?? [], price);
  const fresh = { id, ids: [id], service: 'gemini', family, kind, confidence: 'own' };
  const after: ModelPrices = { ...(before ?? fresh), checked: price.checked, periods };
  return before ? own.map((model) => (model === before ? after : model)) : [...own, after];
}

function withPrice(periods: readonly PricePeriod[], price: OwnPrice): PricePeriod[] {
  const { from } = price;
  const split = from === null ? fillGaps(periods) : startAt(periods, from);
  return split.map((period) => (from === null || period.from === from ? mergeRates(period, price) : period));
}

/** Periods without a gap, so that a price for all days has somewhere to be written. */
function fillGaps(periods: readonly PricePeriod[]): PricePeriod[] {
  const filled: PricePeriod[] = [];
  let next: string | null = null;
  for (const period of periods) {
    if (period.from !== next) filled.push(emptyPeriod(next, period.from));
    filled.push(period);
    next = period.to;
  }
  if (filled.length === 0 || next !== null) filled.push(emptyPeriod(next, null));
  return filled;
}

/** Periods of which one starts on `day`. It goes on with the rates of the period that it cuts off. */
function startAt(periods: readonly PricePeriod[], day: string): PricePeriod[] {
  if (periods.some((period) => period.from === day)) return [...periods];
  const before = periods.filter((period) => (period.from ?? '') < day);
  const after = periods.filter((period) => (period.from ?? '') > day);
  const cut = before.pop();
  if (cut === undefined) return [emptyPeriod(day, after[0]?.from ?? null), ...after];
  if (cut.to !== null && cut.to <= day) return [...before, cut, emptyPeriod(day, after[0]?.from ?? null), ...after];
  return [...before, { ...cut, to: day }, { ...cut, from: day }, ...after];
}

function emptyPeriod(from: string | null, to: string | null): PricePeriod {
  return { from, to, tiers: new Map(), sources: [] };
}

function mergeRates(period: PricePeriod, price: OwnPrice): PricePeriod {
  const tier: TierRates = period.tiers.get(price.tier) ?? { base: new Map() };
  const merged = price.longContext
    ? { ...tier, longContext: new Map([...(tier.longContext ?? []), ...price.rates]) }
    : { ...tier, base: new Map([...tier.base, ...price.rates]) };
  return { ...period, tiers: new Map([...period.tiers, [price.tier, merged]]) };
}
