import type { Charge } from '../../src/core/pricing/price.ts';

/** What a hand-made event is charged, in pico-dollars; nothing where it is not billed in dollars. */
export function chargesOf(cost: bigint | undefined): Charge[] {
  if (cost === undefined) return [];
  return [{ meter: 'made', count: 1, skuPriceId: 'made', pricingUnit: 'call', listUnitPrice: 0n, listCost: cost }];
}
