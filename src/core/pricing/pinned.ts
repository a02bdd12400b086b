import { type JsonObject, text } from '../json.ts';
import { ELEVENLABS, type UsageEvent } from '../usage/event.ts';
import { bareModelId, type ModelPrices, matchesId, type PriceBook, periodInForce, resolveAlias } from './book/book.ts';
import { parsePriceFile } from './book/file.ts';
import { periodRecord } from './book/period-record.ts';
import { toDecimal } from './money.ts';
import { type PricedEvent, type PricingContext, price, withNote } from './price.ts';

/** The prices that calls were priced at when they were recorded: as much of the price book as these calls need. */
export interface PinnedPrices {
  /** Of the whole book: the day of its newest check. */
  version: string;
  book: PriceBook;
  /** The day that stood in for a missing time. */
  day: string;
}

/** What is said of a call that had no price when it was recorded and has one now. */
export const PRICED_LATER = 'no price was known when it was recorded: priced at a price of today';

/** Cuts out of a price book what prices these calls, as plain data for a log. Undefined where none of them has a price. */
export function pinPrices(
  events: readonly UsageEvent[],
  { book, today }: Pick<PricingContext, 'book' | 'today'>,
): JsonObject | undefined {
  const ids = new Set<string>();
  const days = new Set<string>();
  // What any model may do, such as a search, has standard prices.
  const tiers = new Set(['standard']);
  const credits = new Map<string, string>();
  for (const event of events) {
    const name = event.responseModel ?? event.requestModel;
    if (name === undefined) continue;
    const day = event.timestamp?.slice(0, 10) ?? today;
    days.add(day);
    if (event.tier !== undefined) tiers.add(event.tier);
    const rate = event.service === ELEVENLABS ? book.credits.get(name) : undefined;
    if (rate !== undefined) credits.set(name, rate);
    if (event.service === ELEVENLABS) continue;
    const id = bareModelId(name);
    ids.add(id);
    ids.add(resolveAlias(book.aliases, id, day) ?? id);
  }
  for (const { reroute } of entriesOf(book.models, ids)) if (reroute) ids.add(reroute.to);
  const models = entriesOf(book.models, ids);
  if (models.length + credits.size + entriesOf(book.overrides, ids).length === 0) return undefined;
  ids.add('*');
  const aliases = book.aliases.filter(({ id }) => ids.has(id));
  return {
    version: book.version,
    day: today,
    models: entriesOf(book.models, ids).map((model) => recordOf(model, days, tiers)),
    own: entriesOf(book.overrides, ids).map((model) => recordOf(model, days, tiers)),
    aliases: aliases.map(({ id, targets }) => ({ id, targets: targets.map(({ from, model }) => ({ from, model })) })),
    credits: Object.fromEntries(credits),
  };
}

/** Reads what `pinPrices` made. @throws PriceBookError naming the file where it is not valid. */
export function parsePinned(record: JsonObject, file: string): PinnedPrices {
  const { models = [], own = [], aliases = [], credits = {} } = record;
  const version = text(record.version) ?? '';
  const listed = parsePriceFile({ models, aliases, credits: { perCharacter: credits } }, file);
  const overrides = parsePriceFile({ models: own }, file).models;
  return {
    version,
    book: {
      version,
      models: listed.models,
      overrides,
      aliases: listed.aliases,
      credits: listed.credits,
      sources: {},
    },
    day: text(record.day) ?? '',
  };
}

/** The context in which calls were priced when they were recorded. */
export function pinnedContext({ book, day }: PinnedPrices, context: PricingContext): PricingContext {
  return { ...context, book, today: day || context.today };
}

/** Prices a call as it was priced when it was recorded; where it had no price then, at today's, which is said. */
export function priceAsThen(event: UsageEvent, then: PricingContext, now: PricingContext): PricedEvent {
  const priced = price(event, then);
  if (priced.status === 'priced') return priced;
  const today = price(event, now);
  return today.status === 'priced' ? withNote(today, PRICED_LATER, now.book) : today;
}

function entriesOf(models: readonly ModelPrices[], ids: ReadonlySet<string>): ModelPrices[] {
  const all = [...ids];
  return models.filter((model) => model.ids.some((pattern) => all.some((id) => matchesId(pattern, id))));
}

/** A model with the prices of these days and tiers, and without what is there for people. */
function recordOf(model: ModelPrices, days: ReadonlySet<string>, wantedTiers: ReadonlySet<string>): JsonObject {
  const wanted = new Set([...days].map((day) => periodInForce(model, day, { nearest: true })));
  const { id, ids, service, family, kind, platform, confidence, longContextThreshold } = model;
  const { reroute, regional, imageTokens } = model;
  const periods = model.periods
    .filter((period) => wanted.has(period))
    .map(({ from, to, tiers }) => {
      const some = new Map([...tiers].filter(([tier]) => wantedTiers.has(tier)));
      return periodRecord({ from, to, tiers: some, sources: [] }, toDecimal);
    });
  const record = {
    ...{ id, ids, service, family, kind, platform, confidence, longContextThreshold, reroute, regional, imageTokens },
    periods,
  };
  return JSON.parse(JSON.stringify(record)) as JsonObject;
}
