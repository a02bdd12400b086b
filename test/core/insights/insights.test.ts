import { describe, expect, it } from 'vitest';
import { CheaperModels } from '../../../src/core/insights/cheaper.ts';
import { cheapShare } from '../../../src/core/insights/classes.ts';
import { InsightCalls } from '../../../src/core/insights/insights.ts';
import { spreadOf } from '../../../src/core/insights/units.ts';
import { price } from '../../../src/core/pricing/price.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { call, flash, JUNE, pricing, speech, usd } from '../june.ts';

function insightsOf(events: readonly UsageEvent[], units: string[] = []) {
  const calls = new InsightCalls(units, { zone: 'UTC' }, pricing);
  for (const event of events) calls.add(price(event, pricing));
  return calls.insights;
}

function savingsOf(events: readonly UsageEvent[]) {
  return insightsOf(events).savings.map(({ id, from, to, bound, calls, saved, credits }) => [
    from === undefined ? id : `${id} ${from} > ${to}`,
    bound,
    calls,
    saved ?? credits,
  ]);
}

describe('the hand-computed month', () => {
  it('costs a panel', () => {
    // p1: 5 flash calls = 0.275, and 10 of speech; p2: 4 flash calls = 0.22, and the refused one; p3: 2 pro calls = 0.15.
    const [panel] = insightsOf(JUNE, ['label:panel']).units;
    expect(panel).toEqual({
      by: 'label:panel',
      units: 3,
      calls: 22,
      // 0.645 / 3 = 0.215
      cost: { units: 3, total: usd(0.645), mean: usd(0.215), median: usd(0.22), least: usd(0.15), most: usd(0.275) },
      accuracy: 'exact',
      characters: { units: 1, total: 10_000n, mean: 10_000n, median: 10_000n, least: 10_000n, most: 10_000n },
      credits: { units: 1, total: 10_000n, mean: 10_000n, median: 10_000n, least: 10_000n, most: 10_000n },
      dearest: [
        { name: 'p1', calls: 15, cost: usd(0.275), accuracy: 'exact' },
        { name: 'p2', calls: 5, cost: usd(0.22), accuracy: 'exact' },
        { name: 'p3', calls: 2, cost: usd(0.15), accuracy: 'exact' },
      ],
      without: { calls: 1, cost: usd(0.035), accuracy: 'lower-bound' },
    });
  });

  it('has rates', () => {
    const { rates, retryCost, repeatsOfAnswers } = insightsOf(JUNE);
    expect(rates).toEqual({
      // 9 x 10,000 of 9 x 109,000 + 3 x 20,000
      cacheHitRate: { part: 90_000, whole: 1_041_000 },
      retryRate: { part: 1, whole: 23 },
      failureRate: { part: 1, whole: 23 },
      // 9 x 4,000 + 2 x 2,000 of 9 x 10,000 + 2 x 5,000 + 1,000
      thinkingShare: { part: 40_000, whole: 101_000 },
      // 36,000 at 2.50 = 0.09 and 4,000 at 10 = 0.04
      thinkingCost: usd(0.13),
    });
    expect([retryCost, repeatsOfAnswers]).toEqual([usd(0.055), 0]);
  });

  it('is mostly of the cheap model', () => {
    const { classes } = insightsOf(JUNE);
    expect(classes).toEqual({
      models: [
        {
          model: 'gemini-2.5-pro',
          nature: 'text',
          priceClass: 'dear',
          perMillionOutput: usd(10),
          calls: 3,
          cost: usd(0.185),
        },
        {
          model: 'gemini-2.5-flash',
          nature: 'text',
          priceClass: 'cheap',
          perMillionOutput: usd(2.5),
          calls: 9,
          cost: usd(0.495),
        },
      ],
      calls: { cheap: 9, dear: 3 },
      cost: { cheap: usd(0.495), dear: usd(0.185) },
      unclassed: 0,
    });
    expect(cheapShare(classes)).toEqual({ part: 9, whole: 12 });
  });

  it('could have cost less', () => {
    expect(savingsOf(JUNE)).toEqual([
      // 9 x (0.055 - 0.014): on Flash-Lite a flash call costs 99,000 at 0.10 + 10,000 at 0.01 + 10,000 at 0.40 = 0.014.
      ['model gemini-2.5-flash > gemini-2.5-flash-lite', 'exact', 9, usd(0.369)],
      // Half of everything but cached input: 9 x (0.055 - 0.01485 - 0.0003 - 0.0125) + 2 x 0.0375 + 0.0175
      ['batch', 'exact', 12, usd(0.33865)],
      ['flex', 'exact', 12, usd(0.33865)],
      // All input at the cached price: 9 x (0.03 - 109,000 at 0.03) + 3 x (0.025 - 20,000 at 0.125)
      ['caching', 'most', 12, usd(0.30807)],
      // 2 x (0.075 - 0.002 - 0.002) + 0.035 - 0.002 - 0.0004
      ['model gemini-2.5-pro > gemini-2.5-flash-lite', 'exact', 3, usd(0.1746)],
      ['thinking', 'exact', 11, usd(0.13)],
      ['interrupted', 'least', 1, usd(0.035)],
      ['credits eleven_multilingual_v2 > eleven_flash_v2_5', 'exact', 10, 5000],
    ]);
  });
});

describe('savings', () => {
  const text = { inputTokens: 1000, outputTokens: 100 };

  it.each<[string, UsageEvent, string[]]>([
    ['a batch call is in batch already', flash(1, 'a', { tier: 'batch' }), ['model', 'caching', 'thinking']],
    [
      'a priority call can be standard',
      flash(1, 'a', { tier: 'priority' }),
      ['model', 'standard', 'caching', 'thinking'],
    ],
    ['a live session takes neither', call('x', 1, 'gemini-3.8-live', { operation: 'live', usage: text }), []],
    ['a refused call is not charged', flash(1, 'a', { status: 'failed' }), []],
    ['a model without a price', call('x', 1, 'gemini-9-mystery', { usage: text }), []],
    [
      'no cheaper model of the kind',
      call('x', 1, 'gemini-2.5-flash-lite', { usage: text }),
      ['batch', 'flex', 'caching'],
    ],
    [
      'a recorded cost says nothing of others',
      { ...call('x', 1, 'gemini-9-mystery', {}), recordedCost: { amount: '2', currency: 'USD' } },
      [],
    ],
    [
      'embeddings know batch, but neither flex nor cache',
      call('x', 1, 'gemini-embedding-001', { operation: 'embed_content', usage: { inputTokens: 1000 } }),
      ['batch'],
    ],
    [
      'speech at the low rate',
      { ...speech(1), requestModel: 'eleven_flash_v2_5', responseModel: 'eleven_flash_v2_5' },
      [],
    ],
    ['another vendor', { ...flash(1, 'a'), service: 'openai', recordedCost: { amount: '2', currency: 'USD' } }, []],
  ])('%s', (_, event, ids) => {
    const found = insightsOf([event]).savings.map(({ id }) => id);
    expect(found.sort()).toEqual([...ids].sort());
  });

  it.each([
    // 4 Argon and Carbon charge 2 and 10 now, but 4 and 20 from December on, more than 3.1 Pro with 2 and 12.
    ['gemini-3.1-pro-preview', '2026-11-22', 'gemini-4-hydrogen'],
    // Of the same family.
    ['gemini-2.5-pro', '2026-11-22', 'gemini-2.5-flash-lite'],
    ['gemini-3.8-flash', '2026-11-22', 'gemini-3.5-flash-lite'],
    ['gemini-3.5-flash-lite', '2026-11-22', 'gemini-3.1-flash-lite'],
    ['gemini-2.5-flash-lite', '2026-11-22', undefined],
    // Answered by 3.6 Flash since October: there are no prices of its own to compare.
    ['gemini-3.5-flash', '2026-11-22', undefined],
    ['gemini-3-pro-image', '2026-11-22', 'gemini-nano-banana-2.1'],
    ['veo-3.1-generate-001', '2026-11-22', 'veo-3.1-fast-generate-001'],
    ['gemini-9-mystery', '2026-11-22', undefined],
  ])('the next cheaper model of %s on %s', (model, day, cheaper) => {
    expect(new CheaperModels(pricing.book, day).below(model)).toBe(cheaper);
  });

  it('by an estimated price are estimates', () => {
    const { timestamp: _, ...undated } = flash(1, 'a');
    const saved = insightsOf([undated, flash(2, 'a')]).savings.map(({ id, calls, estimated }) => [
      id,
      calls,
      estimated,
    ]);
    expect(saved).toEqual([
      ['model', 2, 1],
      ['batch', 2, 1],
      ['flex', 2, 1],
      ['caching', 2, 1],
      ['thinking', 2, 1],
    ]);
  });

  it('counts a call once, by its fullest record, in any order', () => {
    const partial = flash(1, 'a', { usage: { inputTokens: 5, outputTokens: 1 } });
    const full = flash(1, 'a');
    expect(savingsOf([partial, full, full])).toEqual(savingsOf([full]));
    expect(savingsOf([full, partial])).toEqual(savingsOf([full]));
  });

  it('prices an image by the tokens that it has on the other model', () => {
    // One 1K image: 1,120 tokens at 120 = 0.1344 on Pro; at 30 = 0.0336 on Nano Banana 2.1.
    const image = call('image', 10, 'gemini-3-pro-image', {
      timestamp: '2026-11-10T00:00:00Z',
      usage: { outputTokens: 1120, outputTokensByModality: { image: 1120 }, images: [{ size: '1K', count: 1 }] },
    });
    const context = { ...pricing, today: '2026-11-20' };
    const calls = new InsightCalls([], { zone: 'UTC' }, context);
    calls.add(price(image, context));
    const model = calls.insights.savings.find(({ id }) => id === 'model');
    expect(model).toEqual({
      id: 'model',
      bound: 'exact',
      calls: 1,
      estimated: 0,
      saved: usd(0.1344) - usd(0.0336),
      from: 'gemini-3-pro-image',
      to: 'gemini-nano-banana-2.1',
    });
  });
});

describe('units', () => {
  it.each([
    ['nothing', [], undefined],
    ['one', [3n], { units: 1, total: 3n, mean: 3n, median: 3n, least: 3n, most: 3n }],
    // Half to even: 5 / 2 = 2.
    ['two', [4n, 1n], { units: 2, total: 5n, mean: 2n, median: 2n, least: 1n, most: 4n }],
    ['three', [9n, 1n, 2n], { units: 3, total: 12n, mean: 4n, median: 2n, least: 1n, most: 9n }],
  ])('spread of %s', (_, amounts, spread) => expect(spreadOf(amounts)).toEqual(spread));

  it('of several groupings are told apart', () => {
    const { units } = insightsOf(JUNE, ['label:panel', 'day', 'label:none']);
    expect(units.map(({ by, units: count, calls, without }) => [by, count, calls, without.calls])).toEqual([
      ['label:panel', 3, 22, 1],
      ['day', 11, 23, 0],
      ['label:none', 0, 0, 23],
    ]);
  });

  it('with an unpriced call are lower bounds', () => {
    const mystery = call('x', 3, 'gemini-9-mystery', { labels: { panel: 'p1' }, usage: { inputTokens: 1 } });
    const [panel] = insightsOf([...JUNE, mystery], ['label:panel']).units;
    expect(panel?.accuracy).toBe('lower-bound');
    expect(panel?.dearest.map(({ accuracy }) => accuracy)).toEqual(['lower-bound', 'exact', 'exact']);
  });
});

describe('price classes', () => {
  const used = (model: string, outputTokens: number) => call(model, 1, model, { usage: { outputTokens } });

  it.each<[string, UsageEvent[], Record<string, string>, number]>([
    ['one model has none to compare with', [flash(1, 'a')], {}, 1],
    [
      'models of one price are of no class',
      [used('gemini-3.8-flash', 10), used('gemini-3.6-flash', 10)].map((event) => ({
        ...event,
        timestamp: '2026-10-01T00:00:00Z',
      })),
      {},
      2,
    ],
    [
      'images are compared with images',
      [used('gemini-2.5-pro', 10), used('gemini-2.5-flash', 10), used('gemini-3-pro-image', 10)],
      { 'gemini-2.5-pro': 'dear', 'gemini-2.5-flash': 'cheap' },
      1,
    ],
    ['a model without output', [call('e', 1, 'gemini-embedding-001', { usage: { inputTokens: 5 } })], {}, 1],
  ])('%s', (_, events, classes, unclassed) => {
    const found = insightsOf(events).classes;
    expect(Object.fromEntries(found.models.map(({ model, priceClass }) => [model, priceClass]))).toEqual(classes);
    expect(found.unclassed).toBe(unclassed);
  });

  it('exactly half of the dearest is cheap', () => {
    // Pro in batch is charged 5 a million, half of 10.
    const half = [used('gemini-2.5-pro', 10), used('gemini-2.5-computer-use-preview-10-2025', 10)];
    expect(insightsOf(half).classes).toMatchObject({ models: [], unclassed: 2 });
    const batch = half.map((event, index) => (index === 0 ? { ...event, tier: 'batch' } : event));
    expect(insightsOf(batch).classes.models.map(({ model, priceClass }) => [model, priceClass])).toEqual([
      ['gemini-2.5-computer-use-preview-10-2025', 'dear'],
      ['gemini-2.5-pro', 'cheap'],
    ]);
  });
});

describe('retries', () => {
  it('beyond refused and interrupted calls repeat answers', () => {
    const again = [2, 3].map((attempt) => flash(attempt, 'p1', { attempt }));
    expect(insightsOf([flash(1, 'p1'), ...again]).repeatsOfAnswers).toBe(2);
  });
});
