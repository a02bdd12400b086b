import type { UsageEvent } from '../usage/event.ts';
import {
  bareModelId,
  findModel,
  type ModelPrices,
  type PriceBook,
  type PricePeriod,
  periodInForce,
  type Rates,
  resolveAlias,
} from './book/book.ts';
import { scale, ZERO } from './money.ts';

/** The rates that hold for one call, and what had to be assumed to find them. */
export interface ResolvedRates {
  model: ModelPrices;
  /** `standard`, `batch`, …, with `-long-context` where the whole call moved there. */
  tier: string;
  rates: Rates;
  estimates: string[];
  notes: string[];
}

/** Finds the rates for a model name on a day, or says why there are none. */
export function resolveRates(
  name: string,
  day: string,
  event: UsageEvent,
  book: PriceBook,
): ResolvedRates | { reason: string } {
  const estimates: string[] = [];
  const notes: string[] = [];
  const id = followAlias(bareModelId(name), day, book, estimates);
  const model = followReroute(id, day, event, book, notes);
  if (!model) return { reason: `no price known for ${name}` };
  const tier = event.tier ?? 'standard';
  const anyModel = findModel(book.models, event.service, '*', event.platform);
  const shared = anyModel && periodInForce(anyModel, day)?.tiers.get('standard')?.base;
  if (tier === 'provisioned') {
    notes.push('provisioned throughput is not billed per token');
    return { model, tier, rates: new Map([...(shared ?? []), ...PREPAID]), estimates, notes };
  }

  const override = findModel(book.overrides, event.service, model.id, event.platform);
  const own = override && pickVariant(periodInForce(override, day), tier, model, event);
  const period = override === model ? undefined : periodInForce(model, day, { nearest: true });
  const listed = pickVariant(period, tier, model, event);
  // A user's price for short prompts says nothing about long ones that have a listed price of their own.
  const overridden = own && listed && own.suffix !== listed.suffix ? undefined : own;
  if (!overridden && !listed) return { reason: `no ${tier} price known for ${model.id}` };
  if (listed && period && !covers(period, day)) estimates.push(nearestPriceNote(model, period, day));

  const factor = regionalFactor(model, day, event);
  if (factor) notes.push(`regional endpoint ${event.location}: listed token prices x ${factor}`);
  const regional = factor && listed ? scaleTokens(listed.rates, factor) : listed?.rates;
  const rates = new Map([...(shared ?? []), ...(regional ?? []), ...(overridden?.rates ?? [])]);
  const suffix = (listed ?? overridden)?.suffix ?? '';
  return { model, tier: tier + suffix, rates, estimates, notes };
}

/** Reserved capacity pays for tokens, and for nothing else. */
const PREPAID: Rates = new Map([
  ['input', ZERO],
  ['output', ZERO],
]);

/** The surcharge of a region is on tokens; tools, storage and the user's own prices do not have it. */
function scaleTokens(rates: Rates, factor: string): Rates {
  return new Map([...rates].map(([meter, rate]) => [meter, /^(in|out)put/.test(meter) ? scale(rate, factor) : rate]));
}

function followAlias(id: string, day: string, book: PriceBook, estimates: string[]): string {
  const target = resolveAlias(book.aliases, id, day);
  if (!target) return id;
  estimates.push(`${id} taken for ${target}`);
  return target;
}

function followReroute(
  id: string,
  day: string,
  event: UsageEvent,
  book: PriceBook,
  notes: string[],
): ModelPrices | undefined {
  const model = findModel(book.models, event.service, id, event.platform);
  const override = findModel(book.overrides, event.service, id, event.platform);
  if (!model) return override;
  const reroute = model.reroute;
  if (!reroute || day < reroute.from || (override && periodInForce(override, day))) return model;
  if (isUndatedAnswer(event)) return model;
  if (reroute.platform && reroute.platform !== (event.platform ?? 'gemini-api')) return model;
  notes.push(`${model.id} is answered and billed as ${reroute.to} since ${reroute.from}`);
  return findModel(book.models, event.service, reroute.to, event.platform) ?? model;
}

/** An answer of no known day names the model that gave it, so it was given before any reroute of that model. */
export function isUndatedAnswer(event: UsageEvent): boolean {
  return event.timestamp === undefined && event.responseModel !== undefined;
}

/** All tokens of a call move to a variant together: that is how Google bills long prompts. */
function pickVariant(
  period: PricePeriod | undefined,
  tierName: string,
  model: ModelPrices,
  event: UsageEvent,
): { rates: Rates; suffix: string } | undefined {
  const tier = period?.tiers.get(tierName);
  if (!tier) return undefined;
  if (
    tier.longContext &&
    model.longContextThreshold !== undefined &&
    promptTokens(event) > model.longContextThreshold
  ) {
    return { rates: tier.longContext, suffix: '-long-context' };
  }
  if (tier.thinking && (event.usage?.reasoningOutputTokens ?? 0) > 0)
    return { rates: tier.thinking, suffix: '-thinking' };
  return { rates: tier.base, suffix: '' };
}

/** The prompt size that decides the long-context tier. */
export function promptTokens({ usage }: UsageEvent): number {
  return usage?.contextTokens ?? (usage?.inputTokens ?? 0) - (usage?.toolUseInputTokens ?? 0);
}

function covers(period: PricePeriod, day: string): boolean {
  return (period.from ?? '') <= day && (period.to === null || day < period.to);
}

function nearestPriceNote(model: ModelPrices, period: PricePeriod, day: string): string {
  return (period.from ?? '') > day
    ? `first known price of ${model.id}, from ${period.from}`
    : `last known price of ${model.id}, which ended before ${period.to}`;
}

function regionalFactor(model: ModelPrices, day: string, event: UsageEvent): string | undefined {
  if (event.platform !== 'vertex' || !event.location || event.location === 'global') return undefined;
  return model.regional && day >= model.regional.from ? model.regional.factor : undefined;
}
