import { ELEVENLABS, imageCount, totalTokens } from './event.ts';
import { divide, type Money, toNumber, ZERO } from './money.ts';
import type { PricedEvent } from './price.ts';

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
  averageCostUsd: number | null;
}

type Counts = Omit<MetricRow, 'costUsd' | 'averageCostUsd'>;

/** Adds up priced events. `add` and `remove` are exact inverses, so order never matters. */
export class Metrics {
  readonly counts: Counts = noCounts();
  private readonly usd = new Map<string, Money>();

  add(priced: PricedEvent): void {
    this.apply(priced, 1);
  }

  remove(priced: PricedEvent): void {
    this.apply(priced, -1);
  }

  /** Dollars of one service. A mixed set counts Gemini's only: other vendors' dollars are never added to them. */
  cost(service: string): Money | undefined {
    return this.usd.get(service);
  }

  toRow(service: string): MetricRow {
    const cost = this.cost(service);
    const { priced } = this.counts;
    return {
      ...this.counts,
      costUsd: cost === undefined ? null : toNumber(cost),
      averageCostUsd: cost === undefined || priced === 0 ? null : toNumber(divide(cost, priced)),
    };
  }

  private apply(priced: PricedEvent, sign: 1 | -1): void {
    const { event } = priced;
    const { counts } = this;
    const usage = event.status === 'failed' ? {} : (event.usage ?? {});
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
    counts.images += sign * imageCount(usage);
    counts.videoSeconds += sign * (usage.video ?? []).reduce((sum, video) => sum + video.seconds, 0);
    counts.audioSeconds += sign * (usage.audioSeconds ?? 0);
    counts.songs += sign * (usage.songs ?? 0);
    counts.searchQueries += sign * (usage.searchQueries ?? 0);
    counts.characters += event.service === ELEVENLABS ? sign * (usage.characters ?? 0) : 0;
    counts.credits += sign * (credits ?? 0);
    counts.durationMs += sign * (event.durationMs ?? 0);
    if (event.service === ELEVENLABS) return;
    const cost = priced.status === 'priced' ? (priced.cost ?? ZERO) : ZERO;
    this.usd.set(event.service, (this.usd.get(event.service) ?? ZERO) + BigInt(sign) * cost);
  }
}

/** The one of four kinds that every call is: `calls = priced + unpriced + failed + incomplete`. */
export function category(priced: PricedEvent): 'priced' | 'unpriced' | 'failed' | 'incomplete' {
  if (priced.event.status === 'ok') return priced.status;
  return priced.event.status;
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
