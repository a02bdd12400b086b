import { divide, type Money, MoneySum, toNumber, ZERO } from '../pricing/money.ts';
import type { PricedEvent } from '../pricing/price.ts';
import { callOf, KnownTerms, type PricedCall, type Terms } from '../pricing/terms.ts';
import { ELEVENLABS, imageCount, type Status, type Usage, type UsageEvent } from '../usage/event.ts';

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

/** What calls have in common by which they are counted. */
export interface CallKind {
  service: string;
  status: Status;
  terms: Pick<Terms, 'status' | 'isInDollars' | 'estimates'>;
  /** Whether they repeat an earlier attempt. */
  isRetry: boolean;
  /** Whether their duration is known. */
  isTimed: boolean;
}

/** What is measured of every call, as far as it has any. */
export const MEASURES = [
  'calls',
  'inputTokens',
  'cachedInputTokens',
  'outputTokens',
  'reasoningTokens',
  'toolUseTokens',
  'images',
  'videoSeconds',
  'audioSeconds',
  'songs',
  'searchQueries',
  'characters',
  'credits',
  'durationMs',
] as const satisfies readonly (keyof Counts)[];

/** Measures a call. Sets what is not 0, by the order of `MEASURES`, and returns which these are, as bits. */
export function measure({ event, terms, credits }: PricedCall, into: Float64Array): number {
  const { usage, status, service } = event;
  const billed = terms.status === 'priced' ? credits : usage?.credits;
  let bits = put(into, 0, event.calls ?? 1) | put(into, 13, event.durationMs);
  if (terms.status === 'priced') bits |= put(into, 12, billed);
  if (!usage || status === 'failed') return bits;
  bits |= put(into, 1, usage.inputTokens) | put(into, 2, usage.cacheReadInputTokens);
  bits |= put(into, 3, usage.outputTokens) | put(into, 4, usage.reasoningOutputTokens);
  bits |= put(into, 5, usage.toolUseInputTokens);
  if (usage.images) bits |= put(into, 6, imageCount(usage));
  if (usage.video) bits |= put(into, 7, videoSeconds(usage));
  bits |= put(into, 8, usage.audioSeconds) | put(into, 9, usage.songs) | put(into, 10, usage.searchQueries);
  if (service === ELEVENLABS) bits |= put(into, 11, usage.characters);
  return bits | put(into, 12, billed);
}

function put(into: Float64Array, index: number, value: number | undefined): number {
  if (!value) return 0;
  into[index] = value;
  return 1 << index;
}

function videoSeconds({ video = [] }: Usage): number {
  return video.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Adds up calls. */
export class Metrics {
  readonly counts: Counts = noCounts();
  private readonly usd = new Map<string, Dollars>();
  /** Calls whose duration is known. */
  private timed = 0;

  /** The metrics of one call. */
  static of(priced: PricedEvent): Metrics {
    const call = callOf(priced, new KnownTerms());
    const { event, terms } = call;
    const measured = new Float64Array(MEASURES.length);
    measure(call, measured);
    const metrics = new Metrics();
    metrics.addCalls(kindOf(event, terms), measured, call.cost ?? ZERO);
    return metrics;
  }

  /** Adds calls of one kind: what was measured of them, summed up, and what they cost. */
  addCalls(kind: CallKind, measured: Float64Array, cost: Money): void {
    const { counts } = this;
    const { service, status, terms } = kind;
    const calls = measured[0]!;
    for (let index = 0; index < MEASURES.length; index++) counts[MEASURES[index]!] += measured[index]!;
    counts.totalTokens += measured[1]! + measured[3]!;
    const isEstimated = terms.estimates.length > 0;
    if (status === 'ok') counts.succeeded += calls;
    const outcome = category(kind);
    counts[outcome] += calls;
    if (kind.isRetry) counts.retries += calls;
    if (status !== 'failed' && isEstimated) counts.estimated += calls;
    if (kind.isTimed) this.timed += calls;
    if (service === ELEVENLABS) return;
    const dollars = this.dollars(service);
    if (terms.isInDollars) dollars.sum.add(cost);
    if (outcome === 'priced' || outcome === 'incomplete') dollars.costed += calls;
    if (status === 'incomplete' || terms.status === 'unpriced') dollars.missing += calls;
    else if (isEstimated) dollars.estimated += calls;
  }

  /** Counts everything that another set counted. */
  merge(other: Metrics): void {
    for (const name of COUNT_NAMES) this.counts[name] += other.counts[name];
    for (const [service, { sum, costed, missing, estimated }] of other.usd) {
      const dollars = this.dollars(service);
      dollars.sum.add(sum.total);
      dollars.costed += costed;
      dollars.missing += missing;
      dollars.estimated += estimated;
    }
    this.timed += other.timed;
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
export function category(call: { status: Status; terms: Pick<Terms, 'status'> }): Outcome {
  return call.status === 'ok' ? call.terms.status : call.status;
}

export type Outcome = 'priced' | 'unpriced' | 'failed' | 'incomplete';

/** As `category`, of one call. */
export function outcomeOf({ event, status }: Pick<PricedEvent, 'event' | 'status'>): Outcome {
  return event.status === 'ok' ? status : event.status;
}

export function kindOf(event: UsageEvent, terms: Terms): CallKind {
  const { service, status, attempt = 1, durationMs } = event;
  return { service, status, terms, isRetry: attempt > 1, isTimed: durationMs !== undefined };
}

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
