import type { UsageEvent } from '../usage/event.ts';
import { changeDays, type PriceBook } from './book.ts';
import { isUndatedAnswer, promptTokens, type ResolvedRates, resolveRates } from './rates.ts';

type Answer = ResolvedRates | { reason: string };

/** What was resolved for one model in one era, by what else of a call decides its rates. */
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

/** What is known of a model by one book: its prices change on a few days only, and between them is an era. */
interface KnownModel {
  changes: readonly string[];
  /** The number of an era by day. */
  eras: Map<string, number>;
  known: Known[][];
}

interface Memory {
  size: number;
  models: Map<string, KnownModel>;
}

const memories = new WeakMap<PriceBook, Memory>();
/** A bound for logs that name a new model in every record. */
const MOST_KNOWN = 20_000;

/** As `resolveRates`, but remembered: a log asks for the same few models a million times. */
export function knownRates(name: string, day: string, event: UsageEvent, book: PriceBook): Answer {
  const known = knownFor(name, day, event, book);
  const isLong = promptTokens(event) > known.longContextThreshold;
  const hasReasoning = (event.usage?.reasoningOutputTokens ?? 0) > 0;
  const variant = (isLong ? 1 : 0) + (hasReasoning ? 2 : 0);
  known.variants[variant] ??= resolveRates(name, day, event, book);
  return known.variants[variant];
}

/** A number that is the same for days on which a book says the same of a model. */
export function priceEra(name: string, day: string, book: PriceBook): number {
  const memory = memoryOf(book);
  return eraIn(knownModel(name, book, memory), day, memory);
}

function knownFor(name: string, day: string, event: UsageEvent, book: PriceBook): Known {
  const memory = memoryOf(book);
  const model = knownModel(name, book, memory);
  const era = eraIn(model, day, memory);
  model.known[era] ??= [];
  const inEra = model.known[era]!;
  for (const known of inEra) if (isFor(known, event)) return known;
  memory.size++;
  const made = resolved(name, day, event, book);
  inEra.push(made);
  return made;
}

function knownModel(name: string, book: PriceBook, memory: Memory): KnownModel {
  let model = memory.models.get(name);
  if (!model) {
    memory.size++;
    model = { changes: changeDays(name, book), eras: new Map(), known: [] };
    memory.models.set(name, model);
  }
  return model;
}

function eraIn(model: KnownModel, day: string, memory: Memory): number {
  let era = model.eras.get(day);
  if (era === undefined) {
    memory.size++;
    era = model.changes.filter((change) => change <= day).length;
    model.eras.set(day, era);
  }
  return era;
}

function memoryOf(book: PriceBook): Memory {
  let memory = memories.get(book);
  if (!memory || memory.size >= MOST_KNOWN) {
    memory = { size: 0, models: new Map() };
    memories.set(book, memory);
  }
  return memory;
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

function resolved(name: string, day: string, event: UsageEvent, book: PriceBook): Known {
  const answer = resolveRates(name, day, event, book);
  const { service, platform, tier, location } = event;
  const threshold = 'model' in answer ? answer.model.longContextThreshold : undefined;
  const longContextThreshold = threshold ?? Number.POSITIVE_INFINITY;
  return { service, platform, tier, location, undated: isUndatedAnswer(event), longContextThreshold, variants: [] };
}
