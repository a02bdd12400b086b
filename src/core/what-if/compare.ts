import { Ledger } from '../ledger/ledger.ts';
import type { CostAccuracy } from '../ledger/metrics.ts';
import { CallSums } from '../ledger/named-amounts.ts';
import { type Money, toNumber, ZERO } from '../pricing/money.ts';
import type { PricedEvent, PricingContext } from '../pricing/price.ts';
import { GEMINI } from '../usage/event.ts';
import { priceWhatIf, type WhatIf } from './what-if.ts';

/** What was assumed, and what it comes to beside what was really charged. Dollars are Gemini's. */
export interface WhatIfSummary {
  models: { from: string | null; to: string }[];
  tier: string | null;
  asOf: string | null;
  /** Charged calls that it concerns; all others keep their own price. */
  calls: number;
  real: { costUsd: number | null; costAccuracy: CostAccuracy | null };
  /** The calls with a price both ways, which alone can be compared. */
  compared: { calls: number; realCostUsd: number; costUsd: number; differenceUsd: number };
  /** Calls that have a price, but none of this kind, and the other way round. They are in no difference. */
  onlyReal: number;
  onlyWhatIf: number;
}

/** Prices calls as they would have been, and keeps what they really cost beside it. */
export class WhatIfComparison {
  private readonly real = new Ledger();
  private readonly sums = new CallSums();
  private readonly whatIf: WhatIf;
  private readonly context: PricingContext;

  constructor(whatIf: WhatIf, context: PricingContext) {
    this.whatIf = whatIf;
    this.context = context;
  }

  /** The price of a call as it would have been; `real` is what it really cost. */
  price(real: PricedEvent): PricedEvent {
    const { event } = real;
    const changed = priceWhatIf(event, this.whatIf, this.context);
    this.real.add(real);
    if (event.service === GEMINI) this.compare(real, changed);
    return changed ?? real;
  }

  summary(): WhatIfSummary {
    const { models, tier = null, asOf = null } = this.whatIf;
    const { costUsd, costAccuracy } = this.real.totals.toRow(GEMINI);
    const sums = this.sums.all;
    const callsOf = (name: string) => sums.get(name)?.calls ?? 0;
    const amountOf = (name: string) => sums.get(name)?.amount ?? ZERO;
    const difference = amountOf('what if') - amountOf('real');
    return {
      models: models.map(({ from = null, to }) => ({ from, to })),
      tier,
      asOf,
      calls: callsOf('concerned'),
      real: { costUsd, costAccuracy },
      compared: {
        calls: callsOf('what if'),
        realCostUsd: toNumber(amountOf('real')),
        costUsd: toNumber(amountOf('what if')),
        differenceUsd: difference < ZERO ? -toNumber(-difference) : toNumber(difference),
      },
      onlyReal: callsOf('only real'),
      onlyWhatIf: callsOf('only what if'),
    };
  }

  private compare(real: PricedEvent, changed: PricedEvent | undefined): void {
    const whatIf = changed ?? real;
    const concerned: Record<string, Money> = changed ? { concerned: ZERO } : {};
    const { event } = real;
    if (event.status === 'failed') this.sums.add(event, {});
    else if (real.status === 'priced' && whatIf.status === 'priced')
      this.sums.add(event, { ...concerned, real: real.cost ?? ZERO, 'what if': whatIf.cost ?? ZERO });
    else if (real.status === 'priced') this.sums.add(event, { ...concerned, 'only real': ZERO });
    else if (whatIf.status === 'priced') this.sums.add(event, { ...concerned, 'only what if': ZERO });
    else this.sums.add(event, concerned);
  }
}
