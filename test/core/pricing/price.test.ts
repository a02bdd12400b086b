import { describe, expect, it } from 'vitest';
import { toDecimal } from '../../../src/core/pricing/money.ts';
import { type PricedEvent, type PriceMode, price } from '../../../src/core/pricing/price.ts';
import type { Usage, UsageEvent } from '../../../src/core/usage/event.ts';
import { usageFromMetadata } from '../../../src/providers/gemini/text/usage-metadata.ts';
import { meter } from '../../../src/providers/index.ts';
import { loadPriceBook } from '../../../src/store/settings/price-book.ts';
import { goldenCalls } from './golden.ts';

const book = loadPriceBook({ overridesFile: '/nowhere/prices.json' });

describe('hand-priced calls', () => {
  it.each(goldenCalls)('$name: $model on $day, $tier = $$usd', ({ model, day, tier, usd, usageMetadata, hasImage }) => {
    const { usage } = usageFromMetadata(usageMetadata, hasImage ? { hasImage } : {})!;
    const priced = priceOf({ responseModel: model, timestamp: `${day}T12:00:00Z`, tier, usage: usage! });
    expect(dollars(priced)).toBe(usd);
    expect(sumOfCharges(priced)).toBe(usd);
  });
});

describe('hand-priced units', () => {
  it.each<[string, string, string, Usage, string]>([
    ['three searches of Gemini 3', 'gemini-3.8-flash', '2026-11-21', { searchQueries: 3 }, '0.042'],
    [
      'three searches of Gemini 2.5, billed per prompt',
      'gemini-2.5-flash',
      '2026-11-21',
      { searchQueries: 3 },
      '0.035',
    ],
    [
      'a cache of 100,000 tokens for an hour: creation and storage',
      'gemini-3.8-flash',
      '2026-11-21',
      { inputTokens: 100_000, cacheStorageTokenHours: 100_000 },
      '0.125',
    ],
    ['8 s of Veo 3.1 at 1080p', 'veo-3.1-generate-preview', '2026-09-15', video('1080p', 8), '3.2'],
    ['8 s of Veo 3.1 Fast at 1080p', 'veo-3.1-fast-generate-preview', '2026-09-15', video('1080p', 8), '0.96'],
    [
      '10 s of Omni at 720p, by its tokens',
      'gemini-omni-1.1-flash',
      '2026-11-21',
      { outputTokens: 57_920, outputTokensByModality: { video: 57_920 } },
      '1.0136',
    ],
    ['four images of Imagen 4', 'imagen-4.0-generate-001', '2026-06-01', { images: [{ count: 4 }] }, '0.16'],
    ['one song of Lyria 3.5', 'lyria-3.5', '2026-11-21', { songs: 1 }, '0.08'],
    [
      'a song whose usage also reports tokens',
      'lyria-3.5',
      '2026-11-21',
      { songs: 1, inputTokens: 50, outputTokens: 900 },
      '0.08',
    ],
    [
      'an image counted without tokens',
      'gemini-3-pro-image',
      '2026-11-21',
      { images: [{ size: '4K', count: 1 }] },
      '0.24',
    ],
    ['a million characters embedded on Vertex', 'text-embedding-005', '2026-11-21', { characters: 1_000_000 }, '0.025'],
  ])('%s', (_, responseModel, day, usage, expected) => {
    expect(dollars(priceOf({ responseModel, timestamp: `${day}T00:00:00Z`, usage }))).toBe(expected);
  });

  it('the thinking price of the 2.5 Flash preview covers the whole output', () => {
    const usage = { inputTokens: 1000, outputTokens: 1000 };
    const call = { responseModel: 'gemini-2.5-flash-preview-05-20', timestamp: '2025-06-01T00:00:00Z' };
    expect(dollars(priceOf({ ...call, usage }))).toBe('0.00075');
    expect(dollars(priceOf({ ...call, usage: { ...usage, reasoningOutputTokens: 1 } }))).toBe('0.00365');
  });
});

describe('price', () => {
  const usage = { inputTokens: 1_000_000, outputTokens: 50_000 };
  const call = { responseModel: 'gemini-2.5-flash', timestamp: '2026-11-21T23:59:59Z', usage };

  it('follows the UTC day of the call, and the model that answers in its place', () => {
    expect(dollars(priceOf(call))).toBe('0.425');
    const rerouted = priceOf({ ...call, timestamp: '2026-12-01T00:00:00Z' });
    expect(rerouted).toMatchObject({ status: 'priced', model: 'gemini-3.5-flash-lite' });
    expect(dollars(rerouted)).toBe('0.425');
  });

  it.each([
    [{ responseModel: 'models/gemini-2.5-flash' }, []],
    [{ responseModel: 'publishers/google/models/gemini-2.5-flash-001' }, []],
    [
      { responseModel: 'gemini-flash-latest', timestamp: '2026-02-01T00:00:00Z' },
      ['gemini-flash-latest taken for gemini-3-flash-preview'],
    ],
    [
      { responseModel: undefined, requestModel: 'gemini-2.5-flash' },
      ['priced by the model asked for, not the one that answered'],
    ],
    [{ timestamp: undefined }, ['no time in the record: price of 2026-11-21']],
    [{ responseModel: 'gemini-1.5-pro' }, ['last known price of gemini-1.5-pro, which ended before 2025-09-30']],
    [{ estimated: 'counted from the request' }, ['counted from the request']],
  ])('%j is priced with the estimates %j', (change, estimates) => {
    expect(priceOf({ ...call, ...change } as Partial<UsageEvent>)).toMatchObject({ status: 'priced', estimates });
  });

  it.each([
    [{ responseModel: 'gemini-9-ultra' }, 'no price known for gemini-9-ultra'],
    [{ responseModel: 'gemini-2.5-flash-tts-lite' }, 'no price known for gemini-2.5-flash-tts-lite'],
    [{ responseModel: 'gemini-robotics-er-1.6-preview' }, 'no standard price known for gemini-robotics-er-1.6-preview'],
    [{ tier: 'deferred' }, 'no deferred price known for gemini-2.5-flash'],
    [{ responseModel: undefined }, 'no model name'],
    [{ usage: undefined }, 'no usage in the response'],
    [{ usage: undefined, errorCode: 'SAFETY' }, 'no usage in the response (SAFETY)'],
    [{ service: 'openai' }, 'no prices for openai'],
  ])('%j is unpriced: %s', (change, reason) => {
    expect(priceOf({ ...call, ...change } as Partial<UsageEvent>)).toMatchObject({ status: 'unpriced', reason });
  });

  it('charges nothing for a failed call', () => {
    expect(dollars(priceOf({ ...call, status: 'failed' }))).toBe('0');
  });

  it.each<[PriceMode, string | undefined, string]>([
    ['auto', '0.425', 'counts come first'],
    ['calculate', '0.425', 'counts only'],
    ['display', '0.5', 'as the log recorded it'],
  ])('mode %s gives $%s: %s', (mode, expected) => {
    expect(dollars(priceOf({ ...call, recordedCost: { amount: '0.50', currency: 'USD' } }, mode))).toBe(expected);
  });

  it('takes no recorded cost in another currency', () => {
    const recorded = { ...call, recordedCost: { amount: '1', currency: 'EUR' } };
    expect(priceOf(recorded, 'display')).toMatchObject({ status: 'unpriced', reason: 'the log records EUR, not USD' });
    expect(priceOf(call, 'display')).toMatchObject({ status: 'unpriced', reason: 'the log records no cost for it' });
  });
});

describe('ElevenLabs', () => {
  const call = { service: 'elevenlabs', operation: 'text_to_speech', requestModel: 'eleven_flash_v2_5' };

  it.each<[string, Partial<UsageEvent>, number]>([
    ['the header is the bill', { usage: { credits: 12, characters: 100 } }, 12],
    ['a header of zero is zero', { usage: { credits: 0, characters: 1 } }, 0],
    ['17 characters at half a credit', { usage: { characters: 17 } }, 8],
    ['5 characters at half a credit', { usage: { characters: 5 } }, 2],
    ['one credit a character', { requestModel: 'eleven_v3', usage: { characters: 735 } }, 735],
  ])('%s', (_, change, credits) => {
    expect(priceOf({ ...call, ...change })).toMatchObject({ status: 'priced', credits, cost: undefined });
  });

  it('does not guess the rate of a model it does not know', () => {
    const unknown = priceOf({ ...call, requestModel: 'eleven_v9', usage: { characters: 100 } });
    expect(unknown).toMatchObject({ status: 'unpriced', reason: 'no credit rate known for eleven_v9' });
  });
});

function video(resolution: string, seconds: number): Usage {
  return { video: [{ resolution, audio: true, seconds }] };
}

function priceOf(change: Partial<UsageEvent>, mode: PriceMode = 'auto'): PricedEvent {
  const event = { id: 'e', service: 'gemini', operation: 'generate_content', status: 'ok' as const, ...change };
  return price(event, { book, meter, today: '2026-11-21', mode });
}

function dollars(priced: PricedEvent): string | undefined {
  if (priced.status === 'unpriced') throw new Error(priced.reason);
  return priced.cost === undefined ? undefined : toDecimal(priced.cost);
}

function sumOfCharges(priced: PricedEvent): string | undefined {
  if (priced.status === 'unpriced') throw new Error(priced.reason);
  return toDecimal(priced.charges.reduce((sum, charge) => sum + charge.listCost, 0n));
}
