import type { Platform } from '../../usage/event.ts';
import type { Money } from '../money.ts';

/** Prices by meter, in US dollars per pricing unit of that meter. */
export type Rates = ReadonlyMap<string, Money>;

/** The rates of one service tier. A variant replaces the base rates for the whole call; it never adds to them. */
export interface TierRates {
  base: Rates;
  /** For calls whose prompt is above the model's long-context threshold. */
  longContext?: Rates;
  /** For calls that used reasoning tokens, where a model had such a price. */
  thinking?: Rates;
}

/** Prices in force from `from` (inclusive) to `to` (exclusive), days in UTC as `YYYY-MM-DD`; null is open. */
export interface PricePeriod {
  from: string | null;
  to: string | null;
  /** How well the day is known, such as `exact` or `approximate`. */
  fromConfidence?: string;
  tiers: ReadonlyMap<string, TierRates>;
  sources: readonly string[];
  note?: string;
}

export interface ModelPrices {
  id: string;
  /** Every id it answers to: exact, or ending in `-*`, which stands for a version suffix of digits and hyphens. */
  ids: readonly string[];
  service: string;
  family: string;
  kind: string;
  /** Set where this entry holds for one platform only. */
  platform?: Platform;
  status?: string;
  shutdown?: string;
  confidence: string;
  /** The day these prices were last compared with their sources. */
  checked?: string;
  longContextThreshold?: number;
  /** From that day the vendor answers and bills with another model. */
  reroute?: { to: string; from: string; platform?: Platform };
  /** Surcharge of regional Vertex endpoints from a day on, as a decimal factor. */
  regional?: { factor: string; from: string };
  /** Output tokens of one image by size, to price a count of images without tokens. */
  imageTokens?: Readonly<Record<string, number>>;
  unknown?: readonly string[];
  notes?: readonly string[];
  periods: readonly PricePeriod[];
}

/** A moving name such as `gemini-flash-latest`: which model it meant from which day on. */
export interface MovingAlias {
  id: string;
  /** In date order. `basis` says how day and model are known. */
  targets: readonly { from: string; model: string; basis?: string }[];
}

/** ElevenLabs credits per character by model, as decimal strings; for estimates only. */
export type CreditRates = ReadonlyMap<string, string>;

export interface PriceSource {
  cite: string;
  /** ISO 8601, as exactly as it is known: a year, a month, a day or an interval. */
  date: string;
  kind: string;
}

export interface PriceBook {
  /** The day of the newest price check in the bundled book. */
  version: string;
  models: readonly ModelPrices[];
  /** The user's own prices; they are consulted first, meter by meter. */
  overrides: readonly ModelPrices[];
  aliases: readonly MovingAlias[];
  credits: CreditRates;
  sources: Readonly<Record<string, PriceSource>>;
}

/** `models/x`, `publishers/google/models/x`, `projects/…/models/x` and `google/x` all name the model `x`. */
export function bareModelId(id: string): string {
  if (!id.includes('/') && !id.includes('@')) return id;
  const last = id.replace(/^(?:.*\/)?(?:models|agents)\//, '').replace(/^google\//, '');
  return last.replace(/@.*$/, '');
}

const VERSION_SUFFIX = /^\d[\d-]*$/;

/** Whether `id` is what `pattern` names. `*` may stand only at the end and only for a version such as `001` or `09-2026`. */
export function matchesId(pattern: string, id: string): boolean {
  if (pattern === id) return true;
  if (!pattern.endsWith('-*')) return false;
  const stem = pattern.slice(0, -1);
  return id.startsWith(stem) && VERSION_SUFFIX.test(id.slice(stem.length));
}

/** The entry for an id: one made for the platform before one that holds everywhere. */
export function findModel(
  models: readonly ModelPrices[],
  service: string,
  id: string,
  platform: Platform | undefined,
): ModelPrices | undefined {
  const named = models.filter(
    (model) => model.service === service && model.ids.some((pattern) => matchesId(pattern, id)),
  );
  return (
    named.find((model) => model.platform === (platform ?? 'gemini-api')) ??
    named.find((model) => model.platform === undefined) ??
    named[0]
  );
}

/** What a moving alias meant on a day; undefined when the id is no alias. */
export function resolveAlias(aliases: readonly MovingAlias[], id: string, day: string): string | undefined {
  const targets = aliases.find((alias) => alias.id === id)?.targets;
  if (!targets) return undefined;
  return (targets.findLast((target) => target.from <= day) ?? targets[0])?.model;
}

/** All days from which on a book may say something else of a model than on the day before. */
export function changeDays(name: string, { models, overrides, aliases }: PriceBook): string[] {
  const days = new Set<string | null | undefined>();
  // A set goes on to what is added to it meanwhile: other names of the model, and models that take its place.
  const ids = new Set([bareModelId(name), '*']);
  for (const id of ids) {
    for (const alias of aliases) {
      if (alias.id !== id) continue;
      for (const { from, model } of alias.targets) {
        days.add(from);
        ids.add(model);
      }
    }
    for (const model of [...models, ...overrides]) {
      if (!model.ids.some((pattern) => matchesId(pattern, id))) continue;
      const { periods, reroute, regional } = model;
      for (const { from, to } of periods) days.add(from).add(to);
      days.add(reroute?.from).add(regional?.from);
      ids.add(model.id);
      if (reroute) ids.add(reroute.to);
    }
  }
  return [...days].filter((day) => typeof day === 'string').sort();
}

/** The period that covers a day. With `nearest`, else the last one before it, else the first one after it. */
export function periodInForce(
  model: ModelPrices,
  day: string,
  options: { nearest?: boolean } = {},
): PricePeriod | undefined {
  const covering = model.periods.findLast(
    (period) => (period.from ?? '') <= day && (period.to === null || day < period.to),
  );
  if (covering || !options.nearest) return covering;
  return model.periods.findLast((period) => period.to !== null && period.to <= day) ?? model.periods[0];
}

/**
 * The rate of a meter, by its own name or a more general one: `input.audio` falls back to `input`.
 * A cached meter stops at `input.cached`: whether a cached token may cost as much as a fresh one is for the caller to say.
 */
export function findRate(rates: Rates, meter: string): Money | undefined {
  const floor = meter.startsWith('input.cached') ? 'input.cached' : '';
  for (
    let name = meter;
    name && name.length >= floor.length;
    name = name.slice(0, Math.max(0, name.lastIndexOf('.')))
  ) {
    const rate = rates.get(name);
    if (rate !== undefined) return rate;
  }
  return undefined;
}
