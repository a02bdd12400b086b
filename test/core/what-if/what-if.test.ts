import { describe, expect, it } from 'vitest';
import { InsightCalls } from '../../../src/core/insights/insights.ts';
import { toDecimal, toNumber } from '../../../src/core/pricing/money.ts';
import { price } from '../../../src/core/pricing/price.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { WhatIfComparison } from '../../../src/core/what-if/compare.ts';
import { priceWhatIf, type WhatIf } from '../../../src/core/what-if/what-if.ts';
import { call, flash, JUNE, pricing, speech } from '../june.ts';

const FLASH = 'gemini-2.5-flash';
const PRO = 'gemini-2.5-pro';
const LITE = 'gemini-2.5-flash-lite';
const text = { inputTokens: 100_000, outputTokens: 10_000 };
const image = call('image', 10, 'gemini-3-pro-image', {
  timestamp: '2026-11-10T00:00:00Z',
  usage: { outputTokens: 2240, outputTokensByModality: { image: 2240 }, images: [{ size: '2K', count: 2 }] },
});

function answer(event: UsageEvent, whatIf: WhatIf): string {
  const priced = priceWhatIf(event, whatIf, pricing);
  if (!priced) return 'as it is';
  if (priced.status === 'unpriced') return priced.reason;
  return `${priced.model} ${toDecimal(priced.cost!)}`;
}

describe('a call', () => {
  it.each<[string, UsageEvent, WhatIf, string]>([
    // 99,000 at 0.10 + 10,000 at 0.01 + 10,000 at 0.40
    ['on another model', flash(1, 'a'), { models: [{ to: LITE }] }, `${LITE} 0.014`],
    // 0.01485 + 0.0003 + 0.0125
    ['in batch', flash(1, 'a'), { models: [], tier: 'batch' }, `${FLASH} 0.02765`],
    ['in standard', flash(1, 'a', { tier: 'priority' }), { models: [], tier: 'standard' }, `${FLASH} 0.055`],
    // 0.00495 + 0.0001 + 0.002
    ['on another model in batch', flash(1, 'a'), { models: [{ to: LITE }], tier: 'batch' }, `${LITE} 0.00705`],
    ['of the named model', flash(1, 'a'), { models: [{ from: FLASH, to: LITE }] }, `${LITE} 0.014`],
    ['of another model', flash(1, 'a'), { models: [{ from: PRO, to: LITE }] }, 'as it is'],
    [
      'of a named version',
      flash(1, 'a', { responseModel: `models/${FLASH}-001` }),
      { models: [{ from: FLASH, to: LITE }] },
      `${LITE} 0.014`,
    ],
    ['by the start of a name', flash(1, 'a'), { models: [{ from: 'gemini-2.5*', to: LITE }] }, `${LITE} 0.014`],
    ['by the first that fits', flash(1, 'a'), { models: [{ from: FLASH, to: LITE }, { to: PRO }] }, `${LITE} 0.014`],
    // 3.8 Flash, 100,000 in and 10,000 out: 0.075 + 0.0375 at the introductory price, twice that from 2027 on.
    [
      'on its own day',
      call('x', 1, 'gemini-3.8-flash', { usage: text, timestamp: '2026-10-01T00:00:00Z' }),
      { models: [], asOf: '2026-12-31' },
      'gemini-3.8-flash 0.1125',
    ],
    [
      'on a later day',
      call('x', 1, 'gemini-3.8-flash', { usage: text, timestamp: '2026-10-01T00:00:00Z' }),
      { models: [], asOf: '2027-01-01' },
      'gemini-3.8-flash 0.225',
    ],
    [
      'of no known day',
      call('x', 1, 'gemini-3.8-flash', { usage: text, timestamp: undefined } as Partial<UsageEvent>),
      { models: [], asOf: '2027-01-01' },
      'gemini-3.8-flash 0.225',
    ],
    // 2 images of 1,680 tokens at 30
    ['with images', image, { models: [{ to: 'gemini-nano-banana-2.1' }] }, 'gemini-nano-banana-2.1 0.1008'],
    [
      'with images of a size that is not made there',
      image,
      { models: [{ to: 'gemini-3.1-flash-lite-image' }] },
      'how many tokens its images have on gemini-3.1-flash-lite-image is not known',
    ],
    [
      'with images nobody counted',
      { ...image, usage: { ...image.usage, images: [] } },
      { models: [{ to: 'gemini-nano-banana-2.1' }] },
      'how many tokens its images have on gemini-nano-banana-2.1 is not known',
    ],
    [
      'on a model of another kind',
      flash(1, 'a'),
      { models: [{ to: 'gemini-3-pro-image' }] },
      'gemini-2.5-flash is a model for text, gemini-3-pro-image one for image',
    ],
    ['on an open text model', flash(1, 'a'), { models: [{ to: 'gemma-4-31b-it' }] }, 'gemma-4-31b-it 0'],
    [
      'in a tier that is not there',
      call('x', 1, 'gemini-3.8-live', { usage: text, timestamp: '2026-11-01T00:00:00Z' }),
      { models: [], tier: 'batch' },
      'no batch price known for gemini-3.8-live',
    ],
    ['without usage', call('x', 1, FLASH, {}), { models: [{ to: LITE }] }, 'no usage in the response'],
    ['that was refused', flash(1, 'a', { status: 'failed' }), { models: [{ to: LITE }] }, `${LITE} 0`],
    [
      'with a recorded cost only',
      { ...call('x', 1, FLASH, {}), recordedCost: { amount: '2', currency: 'USD' } },
      { models: [], tier: 'batch' },
      'no usage in the response',
    ],
    [
      'of a model without a price',
      call('x', 1, 'gemini-9-mystery', { usage: text }),
      { models: [{ to: LITE }] },
      `${LITE} 0.014`,
    ],
    ['of speech', speech(1), { models: [{ to: LITE }], tier: 'batch', asOf: '2027-01-01' }, 'as it is'],
    ['of another vendor', { ...flash(1, 'a'), service: 'openai' }, { models: [{ to: LITE }] }, 'as it is'],
  ])('%s', (_, event, whatIf, expected) => expect(answer(event, whatIf)).toBe(expected));

  it('keeps its own day, and says so when the model is gone on the other', () => {
    const priced = priceWhatIf(flash(1, 'a', { platform: 'vertex' }), { models: [], asOf: '2027-02-01' }, pricing);
    expect(priced?.event.timestamp).toBe('2026-06-01T10:00:00.000Z');
    expect(priced).toMatchObject({ notes: [`${FLASH} no longer answers on 2027-02-01`] });
  });
});

describe('the comparison', () => {
  function compared(events: readonly UsageEvent[], whatIf: WhatIf) {
    const comparison = new WhatIfComparison(whatIf, pricing);
    for (const event of events) comparison.price(price(event, pricing));
    return comparison.summary();
  }

  it('sets the real month beside the other', () => {
    // 9 flash calls at 0.014, 2 pro calls at 0.004, the interrupted one at 0.0024: 0.1364 instead of 0.68.
    expect(compared(JUNE, { models: [{ to: LITE }] })).toEqual({
      models: [{ from: null, to: LITE }],
      tier: null,
      asOf: null,
      calls: 12,
      real: { costUsd: 0.68, costAccuracy: 'lower-bound' },
      compared: { calls: 12, realCostUsd: 0.68, costUsd: 0.1364, differenceUsd: -0.5436 },
      onlyReal: 0,
      onlyWhatIf: 0,
    });
  });

  it('keeps the calls apart that have a price one way only', () => {
    const mystery = call('x', 1, 'gemini-9-mystery', { usage: text });
    const embedding = call('e', 1, 'gemini-embedding-001', { usage: { inputTokens: 1_000_000 } });
    expect(compared([mystery, embedding, flash(1, 'a'), flash(1, 'a')], { models: [{ to: PRO }] })).toMatchObject({
      calls: 3,
      // 0.055 + 0.15
      real: { costUsd: 0.205, costAccuracy: 'lower-bound' },
      // 99,000 at 1.25 + 10,000 at 0.125 + 10,000 at 10 = 0.225
      compared: { calls: 1, realCostUsd: 0.055, costUsd: 0.225, differenceUsd: 0.17 },
      onlyReal: 1,
      onlyWhatIf: 1,
    });
  });

  it.each(['batch', 'flex'] as const)('in %s differs by what insights calls saved', (tier) => {
    const calls = new InsightCalls([], { zone: 'UTC' }, pricing);
    for (const event of JUNE) calls.add(price(event, pricing));
    const saved = calls.insights.savings.find(({ id }) => id === tier)?.saved;
    expect(compared(JUNE, { models: [], tier }).compared.differenceUsd).toBe(-toNumber(saved!));
  });

  it('with nothing changed has no difference', () => {
    expect(compared(JUNE, { models: [{ from: FLASH, to: FLASH }], tier: 'standard' }).compared).toEqual({
      calls: 12,
      realCostUsd: 0.68,
      costUsd: 0.68,
      differenceUsd: 0,
    });
  });

  it('gives a call that it does not concern its own price', () => {
    const comparison = new WhatIfComparison({ models: [{ from: PRO, to: LITE }] }, pricing);
    const real = price(flash(1, 'a'), pricing);
    expect(comparison.price(real)).toBe(real);
    expect(comparison.summary()).toMatchObject({ calls: 0, compared: { calls: 1, differenceUsd: 0 } });
  });
});
