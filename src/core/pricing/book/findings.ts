import { addDays, daysBetween } from '../../time/day.ts';
import { findModel, type ModelPrices, type PriceBook, type PricePeriod } from './book.ts';
import { type DayPrices, isShutDown, priceRow } from './list.ts';

/** A thing about the price book that a careful reader would want to know. */
export type Finding =
  | { kind: 'stale'; model: string; checked: string; days: number }
  | { kind: 'uncertain'; model: string; confidence: string; unknown: readonly string[] }
  | { kind: 'change'; model: string; day: string; prices: DayPrices }
  | { kind: 'reroute'; model: string; to: string; day: string }
  | { kind: 'shadow'; model: string; set: string; day: string };

export const STALE_AFTER_DAYS = 30;
export const LOOK_AHEAD_DAYS = 60;

/** What to know about the prices of models that still answer on that day, in the order of the kinds above. */
export function findings(book: PriceBook, day: string): Finding[] {
  const models = book.models.filter((model) => !isShutDown(model, day));
  return [
    ...models.flatMap((model) => stale(model, day)),
    ...models.flatMap(uncertain),
    ...models.flatMap((model) => upcoming(model, day, book)),
    ...models.flatMap(reroute),
    ...book.overrides.flatMap((own) => shadowed(own, day, book)),
  ];
}

function stale({ id, checked }: ModelPrices, day: string): Finding[] {
  if (checked === undefined) return [];
  const days = daysBetween(checked, day);
  return days > STALE_AFTER_DAYS ? [{ kind: 'stale', model: id, checked, days }] : [];
}

function uncertain({ id, confidence, unknown = [] }: ModelPrices): Finding[] {
  const isUncertain = confidence === 'low' || confidence === 'none' || unknown.length > 0;
  return isUncertain ? [{ kind: 'uncertain', model: id, confidence, unknown }] : [];
}

function upcoming(model: ModelPrices, day: string, book: PriceBook): Finding[] {
  const { next } = priceRow(model, day, book);
  return next && next.day <= addDays(day, LOOK_AHEAD_DAYS)
    ? [{ kind: 'change', model: model.id, day: next.day, prices: next }]
    : [];
}

function reroute({ id, reroute: to }: ModelPrices): Finding[] {
  return to ? [{ kind: 'reroute', model: id, to: to.to, day: to.from }] : [];
}

/** An own price set before an official one started, and in force when it does. */
function shadowed(own: ModelPrices, day: string, book: PriceBook): Finding[] {
  const official = findModel(book.models, own.service, own.id, own.platform);
  const set = own.checked ?? '';
  const newer = official?.periods.filter((period): period is PricePeriod & { from: string } => {
    const isNewer = period.from !== null && period.from > set && period.from <= addDays(day, LOOK_AHEAD_DAYS);
    return (
      isNewer &&
      own.periods.some((mine) => (mine.from ?? '') < period.from! && (mine.to === null || mine.to > period.from!))
    );
  });
  return (newer ?? []).map((period) => ({ kind: 'shadow', model: own.id, set, day: period.from }));
}
