import { type Counts, Metrics, outcomeOf } from '../ledger/metrics.ts';
import { toDecimal } from '../pricing/money.ts';
import type { Charge, PricedEvent } from '../pricing/price.ts';
import { modelName } from '../usage/dimension.ts';
import type { UsageEvent } from '../usage/event.ts';

type Facts = Omit<UsageEvent, 'usage' | 'recordedCost' | 'estimated' | 'calls' | 'source'>;

/** One call as plain data: what it was, its counts under the names of every total, and its charges. */
export interface CallRow extends Facts {
  /** The model whose price applied, else the one that answered. */
  model?: string;
  file?: string;
  outcome: 'priced' | 'unpriced' | 'failed' | 'incomplete';
  counts: Counts;
  /** US dollars as an exact decimal; null where nothing is billed in dollars. */
  costUsd: string | null;
  charges: CallCharge[];
  /** Why the figures may differ from the bill. */
  estimates: string[];
  /** Why there is no price. */
  unpriced?: string;
}

export interface CallCharge {
  sku: string;
  meter: string;
  quantity: number;
  unit: string;
  /** Decimals, exact. */
  unitPriceUsd: string;
  costUsd: string;
}

export function callRow(priced: PricedEvent): CallRow {
  const { usage: _, recordedCost: _recorded, estimated: _why, calls: _calls, source, ...facts } = priced.event;
  const metrics = Metrics.of(priced);
  const cost = metrics.cost(facts.service);
  const model = modelName(priced);
  const isPriced = priced.status === 'priced';
  return {
    ...facts,
    ...(model === undefined ? {} : { model }),
    ...(source === undefined ? {} : { file: source }),
    outcome: outcomeOf(priced),
    counts: metrics.counts,
    costUsd: cost === undefined ? null : toDecimal(cost),
    charges: isPriced ? priced.charges.map(plainCharge) : [],
    estimates: isPriced ? [...new Set(priced.estimates)] : [],
    ...(isPriced ? {} : { unpriced: priced.reason }),
  };
}

function plainCharge(charge: Charge): CallCharge {
  return {
    sku: charge.skuPriceId,
    meter: charge.meter,
    quantity: charge.count,
    unit: charge.pricingUnit,
    unitPriceUsd: toDecimal(charge.listUnitPrice),
    costUsd: toDecimal(charge.listCost),
  };
}
