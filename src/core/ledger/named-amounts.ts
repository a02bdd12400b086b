import { type Money, ZERO } from '../pricing/money.ts';
import type { UsageEvent } from '../usage/event.ts';
import { Ledger } from './ledger.ts';

export interface CallSum {
  calls: number;
  /** Pico-dollars, or credits where the sum is one of credits. */
  amount: Money;
}

/**
 * Sums of amounts by name, of calls that each count once: a fuller record of a call takes the place of an earlier one. It is
 * a ledger whose charges are these amounts.
 */
export class CallSums {
  private readonly ledger = new Ledger();

  add(event: UsageEvent, amounts: Readonly<Record<string, Money>>): void {
    const charges = Object.entries(amounts).map(([name, listCost]) => ({
      meter: name,
      count: event.calls ?? 1,
      skuPriceId: name,
      pricingUnit: 'call',
      listUnitPrice: ZERO,
      listCost,
    }));
    this.ledger.add({ status: 'priced', event, model: undefined, charges, cost: undefined, estimates: [], notes: [] });
  }

  /** Every name that any call was summed under. */
  get all(): Map<string, CallSum> {
    const sums = [...this.ledger.charges.values()].filter(({ quantity }) => quantity > 0);
    return new Map(sums.map(({ charge, quantity, cost }) => [charge.meter, { calls: quantity, amount: cost }]));
  }
}
