import type { Money } from '../money.ts';
import type { PricePeriod, Rates, TierRates } from './book.ts';

/** A period as plain data for JSON, with prices shown as decimal text in files and as numbers in answers. */
export function periodRecord(period: PricePeriod, show: (price: Money) => string | number): object {
  const tiers = [...period.tiers].map(([name, tier]) => [name, tierRecord(tier, show)]);
  return { ...period, tiers: Object.fromEntries(tiers) };
}

function tierRecord({ base, longContext, thinking }: TierRates, show: (price: Money) => string | number): object {
  const record = (rates: Rates) => Object.fromEntries([...rates].map(([meter, price]) => [meter, show(price)]));
  return {
    ...record(base),
    ...(longContext ? { longContext: record(longContext) } : {}),
    ...(thinking ? { thinking: record(thinking) } : {}),
  };
}
