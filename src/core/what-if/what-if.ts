import { bareModelId, findModel, type ModelPrices, type PriceBook, resolveAlias } from '../pricing/book/book.ts';
import type { Tier } from '../pricing/book/file.ts';
import { isShutDown } from '../pricing/book/list.ts';
import { forEvent, type PricedEvent, type PricingContext, price, unpriced, withNote } from '../pricing/price.ts';
import { GEMINI, type Platform, type Usage, type UsageEvent } from '../usage/event.ts';

/** Other prices for the calls that were made. It concerns Gemini's calls alone. */
export interface WhatIf {
  /** Which model stands in for which: the first whose `from` fits. Without `from` it fits every model. */
  models: readonly ModelSwap[];
  /** The tier of every call instead of its own. */
  tier?: Tier;
  /** Prices of this day, `YYYY-MM-DD`, instead of those of each call's own. */
  asOf?: string;
}

export interface ModelSwap {
  /** An id, or the start of one with `*`. */
  from?: string;
  to: string;
}

/**
 * Prices a call as it would have been, with the same counts; undefined for a call that the what-if does not concern. A
 * recorded cost never answers, and a call that cannot be priced so is unpriced with the reason.
 */
export function priceWhatIf(event: UsageEvent, whatIf: WhatIf, context: PricingContext): PricedEvent | undefined {
  if (event.service !== GEMINI) return undefined;
  const to = swapOf(event, whatIf.models, context.book)?.to;
  if (to === undefined && whatIf.tier === undefined && whatIf.asOf === undefined) return undefined;
  const day = whatIf.asOf ?? event.timestamp?.slice(0, 10) ?? context.today;
  const moved = whatIf.tier === undefined ? event : { ...event, tier: whatIf.tier };
  const changed = to === undefined ? moved : onModel(moved, to, day, context.book);
  if ('reason' in changed) {
    return unpriced({ ...moved, responseModel: to! }, changed.reason, context.book);
  }
  const dated = whatIf.asOf === undefined ? changed : { ...changed, timestamp: `${whatIf.asOf}T00:00:00.000Z` };
  const priced = price(dated, { ...context, mode: 'calculate' });
  return forEvent(withShutDown(priced, day, context.book), changed);
}

function swapOf(event: UsageEvent, models: readonly ModelSwap[], book: PriceBook): ModelSwap | undefined {
  const id = bareModelId(event.responseModel ?? event.requestModel ?? '');
  return models.find(({ from }) => {
    if (from === undefined || from === id) return true;
    if (from.endsWith('*')) return id.startsWith(from.slice(0, -1));
    return knownModel(id, event.platform, book)?.id === from;
  });
}

/** The entry of a Gemini model, the user's own ones included. */
function knownModel(id: string, platform: Platform | undefined, book: PriceBook): ModelPrices | undefined {
  return findModel(book.models, GEMINI, id, platform) ?? findModel(book.overrides, GEMINI, id, platform);
}

/** The call as another model would have counted it, or why that cannot be known. */
export function onModel(event: UsageEvent, to: string, day: string, book: PriceBook): UsageEvent | { reason: string } {
  const source = event.responseModel ?? event.requestModel;
  const from = source === undefined ? undefined : entryOf(source, day, event, book);
  const target = entryOf(to, day, event, book);
  if (from && target && natureOf(from) !== natureOf(target)) {
    return { reason: `${from.id} is a model for ${natureOf(from)}, ${target.id} one for ${natureOf(target)}` };
  }
  const usage = event.usage && imagesOn(target, event.usage);
  if (event.usage && !usage) return { reason: `how many tokens its images have on ${to} is not known` };
  return { ...event, responseModel: to, ...(usage ? { usage } : {}) };
}

function entryOf(name: string, day: string, { platform }: UsageEvent, book: PriceBook): ModelPrices | undefined {
  const id = bareModelId(name);
  return knownModel(resolveAlias(book.aliases, id, day) ?? id, platform, book);
}

/** Kinds that differ in name, but not in what goes in and comes out. */
const TEXT_KINDS = ['text', 'gemma', 'robotics'];

/** What a model is for; models for one thing can stand in for each other. */
export function natureOf({ kind }: ModelPrices): string {
  return TEXT_KINDS.includes(kind) ? 'text' : kind;
}

/** The same images have another number of tokens on another model. */
function imagesOn(target: ModelPrices | undefined, usage: Usage): Usage | undefined {
  const tokens = usage.outputTokensByModality?.image ?? 0;
  if (tokens === 0) return usage;
  let others = 0;
  for (const { size = '1K', count } of usage.images ?? []) {
    const each = target?.imageTokens?.[size];
    if (each === undefined) return undefined;
    others += each * count;
  }
  if (others === 0) return undefined;
  const outputTokensByModality = { ...usage.outputTokensByModality, image: others };
  return { ...usage, outputTokens: (usage.outputTokens ?? 0) - tokens + others, outputTokensByModality };
}

function withShutDown(priced: PricedEvent, day: string, book: PriceBook): PricedEvent {
  if (priced.status === 'unpriced' || priced.model === undefined) return priced;
  const model = knownModel(priced.model, priced.event.platform, book);
  if (!model || !isShutDown(model, day)) return priced;
  return withNote(priced, `${model.id} no longer answers on ${day}`, book);
}
