import { Ledger } from '../../src/core/ledger/ledger.ts';
import type { PricedEvent, PricingContext } from '../../src/core/pricing/price.ts';
import { price } from '../../src/core/pricing/price.ts';
import { dimension } from '../../src/core/usage/dimension.ts';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import { callId, weightOf } from '../../src/core/usage/same-call.ts';
import { FileEvents } from '../../src/ingest/recognise.ts';
import { RecordReader } from '../../src/ingest/records.ts';
import { meter } from '../../src/providers/index.ts';
import { shapes } from '../../src/shapes/index.ts';
import { loadPriceBook } from '../../src/store/settings/price-book.ts';
import { sequence } from './documents.ts';

const book = loadPriceBook({ overridesFile: '/nonexistent/prices.json' });
const context: PricingContext = { book, meter, today: '2026-11-22' };
const GROUPS = ['day', 'label:panel', 'tier', 'status'];

/**
 * Reads a log of random lines with optional fields, in pieces of any size, and holds the fold against the sum of
 * `price()` over its calls. Returns how many lines there were. Throws on the first difference.
 */
export function fuzzLog(seed: number): number {
  const random = sequence(seed);
  const lines = Array.from({ length: 200 }, () => line(random));
  const events = eventsOf(`${lines.join('\n')}\n`, random);
  const ledger = new Ledger(GROUPS.map((name) => dimension(name, 'UTC')));
  for (const event of events) ledger.add(price(event, context));
  const calls = once(events.map((event) => price(event, context)));
  equal(
    'calls',
    ledger.totals.counts.calls,
    sum(calls, ({ event }) => event.calls ?? 1),
  );
  equal('duplicates', ledger.duplicates, events.length - calls.length);
  for (const service of new Set(calls.map(({ event }) => event.service)))
    equal(service, ledger.totals.cost(service) ?? 0n, costOf(calls.filter(({ event }) => event.service === service)));
  equal(
    'input',
    ledger.totals.counts.inputTokens,
    sum(calls, ({ event }) => billed(event)?.inputTokens ?? 0),
  );
  equal(
    'output',
    ledger.totals.counts.outputTokens,
    sum(calls, ({ event }) => billed(event)?.outputTokens ?? 0),
  );
  chargesAddUp(ledger, calls);
  for (const { key, metrics } of ledger.groups.values()) {
    const same = calls.filter((call) =>
      GROUPS.every((name) => (dimension(name, 'UTC').valueOf(call) ?? null) === key[name]),
    );
    equal(
      JSON.stringify(key),
      metrics.cost('gemini') ?? 0n,
      costOf(same.filter(({ event }) => event.service === 'gemini')),
    );
    equal(
      JSON.stringify(key),
      metrics.counts.calls,
      sum(same, ({ event }) => event.calls ?? 1),
    );
  }
  return lines.length;
}

function eventsOf(text: string, random: () => number): UsageEvent[] {
  const events: UsageEvent[] = [];
  const file = new FileEvents('x.jsonl', shapes, { event: (event) => events.push(event), skip: () => {} });
  const reader = new RecordReader(file);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + Math.floor(random() * 5000);
    reader.push(bytes.subarray(at, end));
    at = end;
  }
  reader.end();
  file.end();
  return events;
}

/** The calls, each once: of records with one id the fuller one, or else the first. */
function once(priced: readonly PricedEvent[]): PricedEvent[] {
  const calls = new Map<string, PricedEvent>();
  for (const one of priced) {
    const known = calls.get(callId(one));
    if (!known || weightOf(one) > weightOf(known)) calls.set(callId(one), one);
  }
  return [...calls.values()];
}

function chargesAddUp(ledger: Ledger, calls: readonly PricedEvent[]): void {
  const expected = new Map<string, bigint>();
  for (const call of calls)
    for (const { skuPriceId, listCost } of call.status === 'priced' ? call.charges : [])
      expected.set(skuPriceId, (expected.get(skuPriceId) ?? 0n) + listCost);
  const found = new Map<string, bigint>();
  for (const { charge, cost } of ledger.charges.values())
    found.set(charge.skuPriceId, (found.get(charge.skuPriceId) ?? 0n) + cost);
  for (const [sku, cost] of expected) equal(sku, found.get(sku) ?? 0n, cost);
  equal('skus', found.size, expected.size);
}

function billed({ status, usage }: UsageEvent): UsageEvent['usage'] {
  return status === 'failed' ? undefined : usage;
}

function costOf(calls: readonly PricedEvent[]): bigint {
  return calls.reduce((total, call) => total + (call.status === 'priced' ? (call.cost ?? 0n) : 0n), 0n);
}

function sum(calls: readonly PricedEvent[], of: (call: PricedEvent) => number): number {
  return calls.reduce((total, call) => total + of(call), 0);
}

function equal(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`${what}: ${String(found)} where ${String(expected)} was to be expected`);
}

const MODELS = [
  'gemini-2.5-flash',
  'gemini-2.5-pro',
  'gemini-3.8-flash',
  'gemini-2.5-flash-image',
  'models/gemini-9',
  'veo-3.0-generate-001',
];

/** A line of any of three kinds, each field of which may be there or not. */
function line(random: () => number): string {
  const some = <T>(make: () => T): T | undefined => (random() < 0.6 ? make() : undefined);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const id = pick([undefined, `id-${below(90)}`, `id-${below(1e6)}`]);
  const time = some(
    () => `2026-${pick(['03', '10', '11'])}-2${below(9)}T1${below(10)}:00:0${below(10)}.${below(900) + 100}Z`,
  );
  const input = pick([below(5000), 200_000 + below(3), 0]);
  const output = below(900);
  const thoughts = some(() => below(400));
  const cached = some(() => below(input + 1));
  const labels = some(() => ({ panel: `p${below(3)}`, note: some(() => 'é "x" \\') }));
  const kind = below(3);
  if (kind === 0)
    return JSON.stringify({
      timestamp: time,
      response: {
        candidates: [{ finishReason: 'STOP', content: { parts: [some(() => ({ text: 'x'.repeat(below(300)) }))] } }],
        usageMetadata: {
          promptTokenCount: input,
          candidatesTokenCount: output,
          thoughtsTokenCount: thoughts,
          cachedContentTokenCount: cached,
          totalTokenCount: input + output + (thoughts ?? 0),
          promptTokensDetails: some(() => [{ modality: 'AUDIO', tokenCount: below(input + 1) }]),
          trafficType: some(() => pick(['ON_DEMAND', 'ON_DEMAND_PRIORITY'])),
        },
        modelVersion: some(() => pick(MODELS)),
        responseId: id,
      },
      model: pick(MODELS),
      labels,
    });
  if (kind === 1)
    return JSON.stringify({
      id,
      timestamp: time,
      service: pick(['gemini', 'elevenlabs', 'openai']),
      operation: 'x',
      status: pick(['ok', 'ok', 'failed', 'incomplete']),
      responseModel: some(() => pick(MODELS)),
      requestModel: pick(MODELS),
      tier: some(() => pick(['batch', 'flex', 'priority'])),
      attempt: some(() => 1 + below(3)),
      calls: some(() => 1 + below(3)),
      durationMs: some(() => below(9000)),
      usage: some(() => ({
        inputTokens: input,
        outputTokens: output,
        cacheReadInputTokens: some(() => below(input + 1)),
        characters: some(() => below(900)),
        credits: some(() => below(900)),
        video: some(() => [{ resolution: '720p', audio: true, seconds: below(90) / 8 }]),
        images: some(() => [{ count: 1 + below(3) }]),
        searchQueries: some(() => below(4)),
      })),
      recordedCost: some(() => ({ amount: `${below(20_000)}.${below(1000)}`, currency: pick(['USD', 'USD', 'EUR']) })),
      labels,
    });
  return JSON.stringify({
    model: pick(MODELS),
    ts: time,
    input_tokens: input,
    output_tokens: output,
    cached_tokens: cached,
    cost_usd: some(() => below(1000) / 7),
    request_id: id,
    labels,
  });
}
