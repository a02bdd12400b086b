import type { UsageEvent } from '../usage/event.ts';
import type { Money } from './money.ts';
import type { Quantity } from './quantity.ts';

/** A quantity with its price. Names follow FOCUS (https://focus.finops.org/focus-specification/). */
export interface Charge extends Quantity {
  /** `gemini/gemini-2.5-pro/standard/input.text` */
  skuPriceId: string;
  pricingUnit: string;
  /** US dollars per pricing unit. */
  listUnitPrice: Money;
  listCost: Money;
}

/** An event with its charges, or with the reason why it has none. Unpriced is not free. */
export type PricedEvent = PricedUsage | UnpricedUsage;

export interface PricedUsage {
  status: 'priced';
  event: UsageEvent;
  /** The model whose price applied. */
  model: string | undefined;
  charges: Charge[];
  /** US dollars; undefined for a service that is not billed in dollars. */
  cost: Money | undefined;
  /** ElevenLabs credits, billed or estimated. */
  credits?: number;
  /** Why the figure may differ from the bill; empty when it is the bill. */
  estimates: readonly string[];
  /** What else a reader should know, such as a free allotment that was not deducted. */
  notes: readonly string[];
}

export interface UnpricedUsage {
  status: 'unpriced';
  event: UsageEvent;
  model: string | undefined;
  reason: string;
}
