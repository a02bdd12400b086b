import type { UsageEvent } from './event.ts';
import type { PriceBook } from './price-book.ts';
import { isUndatedAnswer, promptTokens, type ResolvedRates, resolveRates } from './rates.ts';

type Answer = ResolvedRates | { reason: string };

/** What was resolved for one model on one day, by what else of a call decides its rates. */
interface Known {
  service: UsageEvent['service'];
  platform: UsageEvent['platform'] | undefined;
  tier: string | undefined;
  location: string | undefined;
  undated: boolean;
  longContextThreshold: number;
  /** Short and long prompts, without and with reasoning. */
  variants: (Answer | undefined)[];
}

/** All that is known by the prices of one book: the model, then the day. */
interface Memory {
  size: number;
  models: Map<string, Map<string, Known[]>>;
}

const memories = new WeakMap<PriceBook, Memory>();
/** A bound for logs that name a new model in every record. */
const MOST_KNOWN = 20_000;

/** As `resolveRates`, but remembered: a log asks for the same few models and days a million times. */
export function knownRates(name: string, day: string, event: UsageEvent, book: PriceBook): Answer {
  const known = recall(memories.get(book)?.models.get(name)?.get(day), event) ?? learn(name, day, event, book);
  const isLong = promptTokens(event) > known.longContextThreshold;
  const hasReasoning = (event.usage?.reasoningOutputTokens ?? 0) > 0;
  const variant = (isLong ? 1 : 0) + (hasReasoning ? 2 : 0);
  known.variants[variant] ??= resolveRates(name, day, event, book);
  return known.variants[variant];
}

function recall(all: Known[] | undefined, event: UsageEvent): Known | undefined {
  if (all) for (const known of all) if (isFor(known, event)) return known;
  return undefined;
}

function isFor(known: Known, event: UsageEvent): boolean {
  return (
    known.service === event.service &&
    known.platform === event.platform &&
    known.tier === event.tier &&
    known.location === event.location &&
    known.undated === isUndatedAnswer(event)
  );
}

function learn(name: string, day: string, event: UsageEvent, book: PriceBook): Known {
  const answer = resolveRates(name, day, event, book);
  const { service, platform, tier, location } = event;
  const threshold = 'model' in answer ? answer.model.longContextThreshold : undefined;
  const longContextThreshold = threshold ?? Number.POSITIVE_INFINITY;
  const undated = isUndatedAnswer(event);
  const known: Known = { service, platform, tier, location, undated, longContextThreshold, variants: [] };
  let memory = memories.get(book);
  if (!memory || memory.size >= MOST_KNOWN) {
    memory = { size: 0, models: new Map() };
    memories.set(book, memory);
  }
  memory.size++;
  const days = memory.models.get(name) ?? new Map<string, Known[]>();
  memory.models.set(name, days);
  days.set(day, [...(days.get(day) ?? []), known]);
  return known;
}
