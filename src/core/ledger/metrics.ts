import { divide, type Money, MoneySum, toNumber } from '../pricing/money.ts';
import type { PricedEvent } from '../pricing/price.ts';
import { ELEVENLABS, imageCount, totalTokens, type Usage } from '../usage/event.ts';

/** The metrics of a set of calls, under the same names in every total, row and group. */
export interface MetricRow {
  calls: number;
  succeeded: number;
  failed: number;
  retries: number;
  priced: number;
  unpriced: number;
  estimated: number;
  incomplete: number;
  /** All input: prompt and tool use, cached included. */
  inputTokens: number;
  cachedInputTokens: number;
  /** All output: visible and reasoning. */
  outputTokens: number;
  reasoningTokens: number;
  toolUseTokens: number;
  totalTokens: number;
  images: number;
  videoSeconds: number;
  audioSeconds: number;
  songs: number;
  searchQueries: number;
  /** Characters sent to ElevenLabs. */
  characters: number;
  /** ElevenLabs credits, billed or (counted in `estimated`) estimated. */
  credits: number;
  durationMs: number;
  /** US dollars; null where nothing is billed in dollars. */
  costUsd: number | null;
  /** How `costUsd` is to be read; `lower-bound` where calls are missing from it. Null where `costUsd` is. */
  costAccuracy: CostAccuracy | null;
  /** Per call that is in `costUsd`. This and the rates are null where they would divide by zero. */
  averageCostUsd: number | null;
  /** Per call whose duration is known. */
  averageDurationMs: number | null;
  /** `cachedInputTokens / inputTokens`, 0 to 1, like the other rates to four decimals. */
  cacheHitRate: number | null;
  /** `retries / calls` */
  retryRate: number | null;
  /** `failed / calls` */
  failureRate: number | null;
}

export type CostAccuracy = 'exact' | 'estimated' | 'lower-bound';

type Derived =
  | 'costUsd'
  | 'costAccuracy'
  | 'averageCostUsd'
  | 'averageDurationMs'
  | 'cacheHitRate'
  | 'retryRate'
  | 'failureRate';
/** The metrics that are numbers, by which rows can be sorted. */
export type NumericMetric = Exclude<keyof MetricRow, 'costAccuracy'>;
/** The metrics that are plain sums. */
export type Counts = Omit<MetricRow, Derived>;

/** The metrics of all calls that some sets counted: those of the set itself where it is one. */
export function sumOf(all: readonly Metrics[]): Metrics {
  if (all.length === 1) return all[0]!;
  const sum = new Metrics();
  for (const metrics of all) sum.merge(metrics);
  return sum;
}

/** Adds up priced events. `add` and `remove` are exact inverses, so order never matters. */
export class Metrics {
  readonly counts: Counts = noCounts();
  private readonly usd = new Map<string, Dollars>();
  /** Calls whose duration is known. */
  private timed = 0;

  add(priced: PricedEvent): void {
    this.apply(priced, 1);
  }

  remove(priced: PricedEvent): void {
    this.apply(priced, -1);
  }

  /** Counts everything that another set counted, so many times. */
  merge(other: Metrics, times = 1): void {
    for (const name of COUNT_NAMES) this.counts[name] += other.counts[name] * times;
    for (const [service, { sum, costed, missing, estimated }] of other.usd) {
      const dollars = this.dollars(service);
      dollars.sum.add(times === 1 ? sum.total : sum.total * BigInt(times));
      dollars.costed += costed * times;
      dollars.missing += missing * times;
      dollars.estimated += estimated * times;
    }
    this.timed += other.timed * times;
  }

  /** Dollars of one service. A mixed set counts Gemini's only: other vendors' dollars are never added to them. */
  cost(service: string): Money | undefined {
    return this.usd.get(service)?.sum.total;
  }

  toRow(service: string): MetricRow {
    const cost = this.cost(service);
    const { counts, timed } = this;
    const costed = this.usd.get(service)?.costed ?? 0;
    return {
      ...tidied(counts),
      costUsd: cost === undefined ? null : toNumber(cost),
      costAccuracy: accuracy(this.usd.get(service)),
      averageCostUsd: cost === undefined || costed === 0 ? null : toNumber(divide(cost, costed)),
      averageDurationMs: timed === 0 ? null : Math.round(counts.durationMs / timed),
      cacheHitRate: rate(counts.cachedInputTokens, counts.inputTokens),
      retryRate: rate(counts.retries, counts.calls),
      failureRate: rate(counts.failed, counts.calls),
    };
  }

  private apply(priced: PricedEvent, sign: 1 | -1): void {
    const { event } = priced;
    const { counts } = this;
    const usage = event.status === 'failed' ? NO_USAGE : (event.usage ?? NO_USAGE);
    const credits = priced.status === 'priced' ? priced.credits : usage.credits;
    const weight = sign * (event.calls ?? 1);
    counts.calls += weight;
    counts.succeeded += event.status === 'ok' ? weight : 0;
    counts[category(priced)] += weight;
    counts.retries += (event.attempt ?? 1) > 1 ? weight : 0;
    counts.estimated +=
      event.status !== 'failed' && priced.status === 'priced' && priced.estimates.length > 0 ? weight : 0;
    counts.inputTokens += sign * (usage.inputTokens ?? 0);
    counts.cachedInputTokens += sign * (usage.cacheReadInputTokens ?? 0);
    counts.outputTokens += sign * (usage.outputTokens ?? 0);
    counts.reasoningTokens += sign * (usage.reasoningOutputTokens ?? 0);
    counts.toolUseTokens += sign * (usage.toolUseInputTokens ?? 0);
    counts.totalTokens += sign * totalTokens(usage);
    if (usage.images) counts.images += sign * imageCount(usage);
    if (usage.video) counts.videoSeconds += sign * usage.video.reduce((sum, video) => sum + video.seconds, 0);
    counts.audioSeconds += sign * (usage.audioSeconds ?? 0);
    counts.songs += sign * (usage.songs ?? 0);
    counts.searchQueries += sign * (usage.searchQueries ?? 0);
    counts.characters += event.service === ELEVENLABS ? sign * (usage.characters ?? 0) : 0;
    counts.credits += sign * (credits ?? 0);
    counts.durationMs += sign * (event.durationMs ?? 0);
    this.timed += event.durationMs === undefined ? 0 : weight;
    if (event.service === ELEVENLABS) return;
    const dollars = this.dollars(event.service);
    if (priced.status === 'priced' && priced.cost !== undefined) dollars.sum.add(priced.cost, sign);
    const kind = category(priced);
    if (kind === 'priced' || kind === 'incomplete') dollars.costed += weight;
    if (event.status === 'incomplete' || priced.status === 'unpriced') dollars.missing += weight;
    else if (priced.estimates.length > 0) dollars.estimated += weight;
  }

  private dollars(service: string): Dollars {
    let dollars = this.usd.get(service);
    if (!dollars) {
      dollars = { sum: new MoneySum(), costed: 0, missing: 0, estimated: 0 };
      this.usd.set(service, dollars);
    }
    return dollars;
  }
}

/** The dollars of one service, and how many of its calls are in them, and not, or not surely. */
interface Dollars {
  sum: MoneySum;
  costed: number;
  missing: number;
  estimated: number;
}

function accuracy(dollars: Dollars | undefined): CostAccuracy | null {
  if (!dollars) return null;
  if (dollars.missing > 0) return 'lower-bound';
  return dollars.estimated > 0 ? 'estimated' : 'exact';
}

/** The one of four kinds that every call is: `calls = priced + unpriced + failed + incomplete`. */
export function category(priced: PricedEvent): 'priced' | 'unpriced' | 'failed' | 'incomplete' {
  if (priced.event.status === 'ok') return priced.status;
  return priced.event.status;
}

const NO_USAGE: Usage = {};

function noCounts(): Counts {
  return {
    calls: 0,
    succeeded: 0,
    failed: 0,
    retries: 0,
    priced: 0,
    unpriced: 0,
    estimated: 0,
    incomplete: 0,
    inputTokens: 0,
    cachedInputTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    toolUseTokens: 0,
    totalTokens: 0,
    images: 0,
    videoSeconds: 0,
    audioSeconds: 0,
    songs: 0,
    searchQueries: 0,
    characters: 0,
    credits: 0,
    durationMs: 0,
  };
}

/** The names of `Counts`, in their order. */
export const COUNT_NAMES: readonly (keyof Counts)[] = Object.keys(noCounts()) as (keyof Counts)[];

/** The names of all numbers in a row, in their order. */
export const METRIC_NAMES: readonly NumericMetric[] = [
  ...COUNT_NAMES,
  'costUsd',
  'averageCostUsd',
  'averageDurationMs',
  'cacheHitRate',
  'retryRate',
  'failureRate',
];

/** Seconds and milliseconds may be fractions; their sums are cleared of binary noise. */
function tidied(counts: Counts): Counts {
  const tidy = { ...counts };
  for (const name of COUNT_NAMES) tidy[name] = tidyCount(tidy[name]);
  return tidy;
}

/** A sum of decimal fractions without binary noise: `0.30000000000000004` is `0.3`. */
export function tidyCount(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toFixed(6));
}

function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}
