import { describe, expect, it } from 'vitest';
import { callRow } from '../../../src/core/export/call-row.ts';
import { focusRows } from '../../../src/core/export/focus.ts';
import { FOCUS_COLUMNS } from '../../../src/core/export/focus-row.ts';
import type { Charge, PricedEvent } from '../../../src/core/pricing/price.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';

const charge = (meter: string, count: number, unit: string, unitPrice: bigint, cost: bigint): Charge => ({
  meter,
  count,
  skuPriceId: `gemini/gemini-2.5-flash/standard/${meter}`,
  pricingUnit: unit,
  listUnitPrice: unitPrice,
  listCost: cost,
});

function priced(fields: Partial<UsageEvent>, charges: Charge[], credits?: number): PricedEvent {
  const event: UsageEvent = {
    id: 'a',
    service: 'gemini',
    operation: 'generate_content',
    status: 'ok',
    responseModel: 'gemini-2.5-flash',
    timestamp: '2026-12-31T23:59:59.000Z',
    ...fields,
  };
  const cost = charges.reduce((sum, { listCost }) => sum + listCost, 0n);
  return {
    status: 'priced',
    event,
    model: event.responseModel,
    charges,
    cost: credits === undefined ? cost : undefined,
    estimates: [],
    notes: [],
    ...(credits === undefined ? {} : { credits }),
  };
}

const rowsOf = (...events: PricedEvent[]) => focusRows(events.map(callRow), '2027-02-28');
const DOLLAR = 10n ** 12n;

describe('a FOCUS row', () => {
  it('adds up the charges of a day, a price and a set of labels', () => {
    const input = (count: number) =>
      charge('input.text', count, '1M tokens', (3n * DOLLAR) / 10n, BigInt(count) * 300_000n);
    const labels = { phase: 'script' };
    const rows = rowsOf(
      priced({ labels }, [input(1_000_000)]),
      priced({ labels }, [input(200_001)]),
      priced({}, [input(5)]),
    );
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      BilledCost: '0.3600003',
      ListCost: '0.3600003',
      EffectiveCost: '0.3600003',
      ListUnitPrice: '0.3',
      ConsumedQuantity: '1200001',
      ConsumedUnit: 'Tokens',
      PricingQuantity: '1.200001',
      PricingUnit: '1000000 Tokens',
      PricingCategory: 'Standard',
      ChargeCategory: 'Usage',
      BillingCurrency: 'USD',
      SkuPriceId: 'gemini/gemini-2.5-flash/standard/input.text',
      ChargePeriodStart: '2026-12-31T00:00:00Z',
      ChargePeriodEnd: '2027-01-01T00:00:00Z',
      BillingPeriodStart: '2026-12-01T00:00:00Z',
      BillingPeriodEnd: '2027-01-01T00:00:00Z',
      ServiceName: 'Gemini API',
      Tags: '{"phase":"script"}',
      x_Calls: '2',
    });
    expect(Object.keys(rows[0]!).sort()).toEqual([...FOCUS_COLUMNS].sort());
  });

  it.each([
    ['image', 'image', 3, '3', 'Images', 'Images', '3'],
    ['song', 'song', 1, '1', 'Songs', 'Songs', '1'],
    ['video.1080p', 'second', 8.5, '8.5', 'Seconds', 'Seconds', '8.5'],
    ['grounding.search.query', '1,000 requests', 12, '12', 'Requests', '1000 Requests', '0.012'],
    ['cache.storage', '1M token-hours', 1.5, '1.5', 'Token-Hours', '1000000 Token-Hours', '0.0000015'],
    ['recorded', 'call', 1, '1', 'Requests', 'Requests', '1'],
  ])('of %s counts in the units of FOCUS', (meter, unit, count, consumed, consumedUnit, pricingUnit, quantity) => {
    const [row] = rowsOf(priced({}, [charge(meter, count, unit, DOLLAR, DOLLAR)]));
    expect([row!.ConsumedQuantity, row!.ConsumedUnit, row!.PricingUnit, row!.PricingQuantity]).toEqual([
      consumed,
      consumedUnit,
      pricingUnit,
      quantity,
    ]);
  });

  it('of ElevenLabs counts credits that cost nothing by themselves', () => {
    const fields = { service: 'elevenlabs', responseModel: 'eleven_v3', usage: { characters: 240, credits: 120 } };
    const [row] = rowsOf(priced(fields, [], 120));
    expect(row).toMatchObject({
      BilledCost: '0',
      ConsumedQuantity: '120',
      ConsumedUnit: 'Credits',
      PricingCategory: 'Other',
      SkuPriceId: null,
      ListUnitPrice: null,
      ProviderName: 'ElevenLabs',
      x_Characters: '240',
    });
  });

  it('says where a call without a price, without a time or on Vertex AI belongs', () => {
    const event = priced({ platform: 'vertex', location: 'europe-west4' }, []).event;
    const { timestamp: _, ...undated } = event;
    const [row] = rowsOf({ status: 'unpriced', event: undated, model: 'x', reason: 'no price known for x' });
    expect(row).toMatchObject({
      BilledCost: '0',
      ChargePeriodStart: '2027-02-28T00:00:00Z',
      BillingPeriodEnd: '2027-03-01T00:00:00Z',
      ProviderName: 'Google Cloud',
      ServiceName: 'Vertex AI',
      RegionId: 'europe-west4',
      x_Unpriced: 'no price known for x',
    });
  });

  it('has none for a call that failed or was free', () => {
    expect(rowsOf(priced({ status: 'failed' }, []), priced({}, []))).toEqual([]);
  });
});
