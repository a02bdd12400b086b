import { describe, expect, it } from 'vitest';
import { parsePriceFile } from '../../../src/core/pricing/book/file.ts';
import { NOT_CHARGED } from '../../../src/core/pricing/charge.ts';
import { toDecimal } from '../../../src/core/pricing/money.ts';
import { type PricedEvent, price } from '../../../src/core/pricing/price.ts';
import type { Quantity } from '../../../src/core/pricing/quantity.ts';

describe('the charges of a call', () => {
  it('charges each line by its own meter, or the more general one', () => {
    const charged = charge({ input: '0.30', 'input.audio': '1.00' }, [
      { meter: 'input.text', count: 1000 },
      { meter: 'input.audio', count: 1000 },
    ]);
    expect(charged.costs).toEqual(['0.0003', '0.001']);
    expect(charged.charges[0]).toMatchObject({ skuPriceId: 'gemini/m/standard/input.text', pricingUnit: '1M tokens' });
  });

  it('charges cached tokens in full where no cached price is known, and says so', () => {
    const charged = charge({ input: '0.30' }, [{ meter: 'input.cached.text', count: 1000 }]);
    expect(charged.costs).toEqual(['0.0003']);
    expect(charged.estimates).toEqual(['no cached-input price known for m: cached tokens charged in full']);
  });

  it('prices a call whole or not at all', () => {
    const lines = [
      { meter: 'input.text', count: 1 },
      { meter: 'output.image', count: 1 },
    ];
    expect(priced({ input: '1', 'output.text': '2' }, lines)).toMatchObject({
      status: 'unpriced',
      reason: 'no standard price known for output.image of m',
    });
  });

  it('turns counted images into tokens where only tokens have a price', () => {
    const charged = charge({ 'output.image': '30' }, [{ meter: 'image.2K', count: 2 }], {
      imageTokens: { '1K': 1120, '2K': 1680 },
    });
    expect(charged.costs).toEqual(['0.1008']);
    expect(charged.estimates).toEqual(['1,680 tokens assumed for each 2K image']);
    const listed = charge({ image: '0.04' }, [{ meter: 'image.1K', count: 4 }], { imageTokens: { '1K': 1120 } });
    expect(listed.costs).toEqual(['0.16']);
  });

  it('keeps a line of zero for what is reported and not billed', () => {
    expect(charge({ input: '1' }, [{ meter: NOT_CHARGED, count: 119 }]).costs).toEqual(['0']);
  });

  it('are none where nothing was used', () => {
    expect(charge({ input: '1' }, []).costs).toEqual([]);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e300])('refuses the count %d', (count) => {
    expect(priced({ input: '1' }, [{ meter: 'input.text', count }])).toMatchObject({
      status: 'unpriced',
      reason: `${count} is not a count of input.text`,
    });
  });
});

function priced(rates: Record<string, string>, quantities: Quantity[], model: object = {}): PricedEvent {
  const tiers = { standard: rates };
  const periods = [{ from: null, to: null, tiers, sources: [] }];
  const entry = { id: 'm', service: 'gemini', family: 'F', kind: 'text', confidence: 'high', periods, ...model };
  const { models } = parsePriceFile({ models: [entry] }, 'test.json');
  const book = { version: '', models, overrides: [], aliases: [], credits: new Map(), sources: {} };
  const event = {
    id: '1',
    service: 'gemini',
    operation: 'x',
    responseModel: 'm',
    timestamp: '2026-11-22T10:00:00.000Z',
  };
  return price({ ...event, status: 'ok', usage: {} }, { book, meter: () => quantities, today: '2026-11-22' });
}

function charge(prices: Record<string, string>, quantities: Quantity[], model?: object) {
  const made = priced(prices, quantities, model);
  if (made.status === 'unpriced') throw new Error(made.reason);
  const { charges, estimates } = made;
  return { charges, estimates, costs: charges.map((line) => toDecimal(line.listCost)) };
}
