import { PRICED_LATER } from '../../core/pricing/pinned.ts';
import type { PricedEvent, PricedUsage } from '../../core/pricing/price.ts';
import { promptTokens } from '../../core/pricing/rates.ts';
import { QUARTER_MS } from '../../core/time/day.ts';
import type { ImageCount, Usage, UsageEvent, VideoSeconds } from '../../core/usage/event.ts';
import { invalidEvent } from '../../core/usage/validate.ts';

/**
 * Puts calls together that no report can tell apart: those of one quarter of an hour that agree in every field but counts,
 * times and ids, and are priced alike.
 */
export class Aggregates {
  private readonly groups = new Map<string, Decided[]>();

  /** False for a call of which a later record or price may say more. */
  add(priced: PricedEvent): boolean {
    if (!isDecided(priced)) return false;
    const key = canBeSummed(priced) ? keyOf(priced) : `${this.groups.size}`;
    const group = this.groups.get(key);
    if (group) group.push(priced);
    else this.groups.set(key, [priced]);
    return true;
  }

  /**
   * One event for each set of calls whose sum is priced as they are, to the last pico-dollar; where it is not, they stay as
   * they are. `ids` says of each that nothing replaces it.
   */
  *all(price: (event: UsageEvent) => PricedEvent): Generator<UsageEvent> {
    for (const group of this.groups.values()) {
      const sum = group.length > 1 ? sumOf(group.map(({ event }) => event)) : undefined;
      if (sum && invalidEvent(sum) === undefined && isSum(price(sum), group)) yield sum;
      else for (const { event } of group) yield { ...event, ids: [event.id] };
    }
  }
}

type Timed = UsageEvent & { timestamp: string };
type Decided = PricedUsage & { event: Timed };

/**
 * A call without a price may get one that is known later. One with a recorded cost, one without a time and a record of
 * several calls have more to them than a sum of counts.
 */
function isDecided(priced: PricedEvent): priced is Decided {
  const { recordedCost, calls = 1, ids, timestamp } = priced.event;
  if (priced.status === 'unpriced' || priced.notes.includes(PRICED_LATER)) return false;
  return recordedCost === undefined && calls === 1 && ids === undefined && timestamp !== undefined;
}

/** Times that are not told in milliseconds cannot be compared as text, and sums of fractions are not exact. */
function canBeSummed({ event: { timestamp, usage } }: Decided): boolean {
  const time = new Date(timestamp);
  return !Number.isNaN(time.valueOf()) && time.toISOString() === timestamp && hasWholeCounts(usage);
}

function hasWholeCounts(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(hasWholeCounts);
}

/** All that reports filter and group by, and how the call is priced. */
function keyOf(priced: Decided): string {
  const { event, model, charges, estimates, notes, credits } = priced;
  const { id: _id, isPlace: _isPlace, timestamp, durationMs, usage, labels, calls: _calls, ...facts } = event;
  return JSON.stringify([
    Math.floor(Date.parse(timestamp) / QUARTER_MS),
    Object.entries(facts).sort(byName),
    Object.entries(labels ?? {}).sort(byName),
    durationMs === undefined,
    model ?? null,
    charges.map(({ skuPriceId, listUnitPrice }) => [skuPriceId, `${listUnitPrice}`]).sort(byName),
    [...new Set(estimates)].sort(),
    [...new Set(notes)].sort(),
    [credits === undefined, usage?.credits === undefined, (usage?.reasoningOutputTokens ?? 0) > 0],
  ]);
}

function byName([one]: readonly unknown[], [other]: readonly unknown[]): number {
  return `${one}` < `${other}` ? -1 : 1;
}

/** One event for several calls, with their ids. Undefined where their usage is of a form that has no sum. */
function sumOf(calls: readonly Timed[]): UsageEvent | undefined {
  const [first] = calls;
  const times = calls.map(({ timestamp }) => timestamp).sort();
  const ids = calls.map(({ id }) => id);
  const { id: _id, isPlace: _isPlace, timestamp: _first, usage: _usage, durationMs, ...facts } = first!;
  const usages = calls.flatMap(({ usage }) => usage ?? []);
  const usage = sumOfUsages(usages);
  if (!usage) return undefined;
  if (usage.inputTokens !== undefined) {
    // On the same side of any threshold as every one of them.
    const prompts = calls.reduce((sum, call) => sum + promptTokens(call), 0);
    usage.contextTokens = Math.floor(prompts / calls.length);
  }
  return {
    ...facts,
    id: ids[0]!,
    timestamp: times[0]!,
    lastTimestamp: times.at(-1)!,
    ...(usages.length > 0 ? { usage } : {}),
    ...(durationMs === undefined
      ? {}
      : { durationMs: rounded(calls.reduce((sum, call) => sum + (call.durationMs ?? 0), 0)) }),
    calls: calls.length,
    ids,
  };
}

/** Durations may be fractions of milliseconds. */
function rounded(sum: number): number {
  return Number.isInteger(sum) ? sum : Number(sum.toFixed(6));
}

function sumOfUsages(usages: readonly Usage[]): Usage | undefined {
  const sum: Record<string, unknown> = {};
  for (const { images, video, contextTokens: _, ...counts } of usages)
    for (const [name, count] of Object.entries(counts)) {
      if (count === undefined) continue;
      const total = plus(sum[name], count);
      if (total === undefined) return undefined;
      sum[name] = total;
    }
  const usage = sum as Usage;
  const images = sumBy(
    usages.flatMap(({ images }) => images ?? []),
    ({ size }) => `${size}`,
    addImages,
  );
  const video = sumBy(
    usages.flatMap(({ video }) => video ?? []),
    ({ resolution, audio }) => `${resolution} ${audio}`,
    addSeconds,
  );
  if (images.length > 0) usage.images = images;
  if (video.length > 0) usage.video = video;
  return usage;
}

/** The sum of two counts, or of two objects of counts; undefined for anything else. */
function plus(sum: unknown, count: unknown): unknown {
  if (typeof count === 'number')
    return typeof sum === 'object' ? undefined : ((sum as number | undefined) ?? 0) + count;
  if (typeof count !== 'object' || count === null || Array.isArray(count) || typeof sum === 'number') return undefined;
  const parts = { ...(sum as Record<string, number> | undefined) };
  for (const [name, part] of Object.entries(count)) {
    if (part === undefined) continue;
    if (typeof part !== 'number') return undefined;
    parts[name] = (Object.hasOwn(parts, name) ? parts[name]! : 0) + part;
  }
  return parts;
}

function addImages(one: ImageCount, other: ImageCount): ImageCount {
  return { ...one, count: one.count + other.count };
}

function addSeconds(one: VideoSeconds, other: VideoSeconds): VideoSeconds {
  return { ...one, seconds: one.seconds + other.seconds };
}

function sumBy<Item>(items: readonly Item[], keyOf: (item: Item) => string, add: (one: Item, other: Item) => Item) {
  const sums = new Map<string, Item>();
  for (const item of items) {
    const key = keyOf(item);
    const sum = sums.get(key);
    sums.set(key, sum === undefined ? item : add(sum, item));
  }
  return [...sums.values()];
}

/** Whether an aggregate is priced as its calls are together: in every charge, and for the same reasons. */
export function isSum(whole: PricedEvent, parts: readonly PricedUsage[]): boolean {
  const [part] = parts;
  if (whole.status === 'unpriced' || !part || whole.model !== part.model) return false;
  if (remarksOf(whole) !== remarksOf(part)) return false;
  if (amountsOf([whole]) !== amountsOf(parts)) return false;
  if ((whole.credits === undefined) !== (part.credits === undefined)) return false;
  return (whole.credits ?? 0) === parts.reduce((sum, { credits = 0 }) => sum + credits, 0);
}

function remarksOf({ estimates, notes }: PricedUsage): string {
  return JSON.stringify([[...new Set(estimates)].sort(), [...new Set(notes)].sort()]);
}

function amountsOf(calls: readonly PricedUsage[]): string {
  const costs = calls.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
  const lines = new Map<string, { count: number; cost: bigint }>();
  for (const { charges } of calls)
    for (const { skuPriceId, listUnitPrice, count, listCost } of charges) {
      const key = `${skuPriceId} ${listUnitPrice}`;
      const line = lines.get(key) ?? { count: 0, cost: 0n };
      lines.set(key, { count: line.count + count, cost: line.cost + listCost });
    }
  const charged = [...lines].map(([key, { count, cost }]) => `${key} ${count} ${cost}`).sort();
  return JSON.stringify([costs.length > 0 ? `${costs.reduce((sum, cost) => sum + cost, 0n)}` : null, charged]);
}
