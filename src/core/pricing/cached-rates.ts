import { Trie } from '../trie.ts';
import type { UsageEvent } from '../usage/event.ts';
import { changeDays, type PriceBook } from './book/book.ts';
import { isUndatedAnswer, promptTokens, type ResolvedRates, resolveRates } from './rates.ts';
import type { Terms } from './terms.ts';

/** The rates of some calls, and the terms that were made of them, by what these calls are charged for. */
export interface CachedRates {
  rates: ResolvedRates | { reason: string };
  terms: Trie<Terms>;
}

/** What was resolved for one model in one price period, by what else of a call decides its rates. */
interface Case {
  service: UsageEvent['service'];
  platform: UsageEvent['platform'] | undefined;
  tier: string | undefined;
  location: string | undefined;
  undated: boolean;
  longContextThreshold: number;
  /** Short and long prompts, without and with reasoning. */
  variants: (CachedRates | undefined)[];
}

/** What is known of a model by one book: its prices change on a few days only, and between them is a price period. */
interface CachedModel {
  changes: readonly string[];
  /** By price period. */
  cases: Case[][];
}

interface RateCache {
  size: number;
  models: Map<string, CachedModel>;
}

const caches = new WeakMap<PriceBook, RateCache>();
/** A bound for logs that name a new model in every record. */
const MOST_CACHED = 20_000;

/**
 * As `resolveRates`, but remembered: a log asks for the same few models a million times. `time` is a day or a moment of it,
 * in ISO 8601 and UTC.
 */
export function cachedRates(name: string, time: string, event: UsageEvent, book: PriceBook): CachedRates {
  const found = caseFor(name, time, event, book);
  const isLong = promptTokens(event) > found.longContextThreshold;
  const hasReasoning = (event.usage?.reasoningOutputTokens ?? 0) > 0;
  const variant = (isLong ? 1 : 0) + (hasReasoning ? 2 : 0);
  found.variants[variant] ??= { rates: resolveRates(name, time.slice(0, 10), event, book), terms: new Trie() };
  return found.variants[variant];
}

function caseFor(name: string, time: string, event: UsageEvent, book: PriceBook): Case {
  const cache = cacheOf(book);
  const { changes, cases } = cachedModel(name, book, cache);
  let period = 0;
  for (const day of changes) if (day <= time) period++;
  cases[period] ??= [];
  const inPeriod = cases[period]!;
  for (const known of inPeriod) if (isFor(known, event)) return known;
  cache.size++;
  const made = resolved(name, time.slice(0, 10), event, book);
  inPeriod.push(made);
  return made;
}

function cachedModel(name: string, book: PriceBook, cache: RateCache): CachedModel {
  let model = cache.models.get(name);
  if (!model) {
    cache.size++;
    model = { changes: changeDays(name, book), cases: [] };
    cache.models.set(name, model);
  }
  return model;
}

function cacheOf(book: PriceBook): RateCache {
  let cache = caches.get(book);
  if (!cache || cache.size >= MOST_CACHED) {
    cache = { size: 0, models: new Map() };
    caches.set(book, cache);
  }
  return cache;
}

function isFor(known: Case, event: UsageEvent): boolean {
  return (
    known.service === event.service &&
    known.platform === event.platform &&
    known.tier === event.tier &&
    known.location === event.location &&
    known.undated === isUndatedAnswer(event)
  );
}

function resolved(name: string, day: string, event: UsageEvent, book: PriceBook): Case {
  const answer = resolveRates(name, day, event, book);
  const { service, platform, tier, location } = event;
  const threshold = 'model' in answer ? answer.model.longContextThreshold : undefined;
  const longContextThreshold = threshold ?? Number.POSITIVE_INFINITY;
  return { service, platform, tier, location, undated: isUndatedAnswer(event), longContextThreshold, variants: [] };
}
