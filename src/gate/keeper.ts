import type { Refusal } from '../capture/child/gate/budget-error.ts';
import type { CallNumber, Keeper as GateKeeper } from '../capture/child/gate/gate.ts';
import { host } from '../capture/child/host.ts';
import type { GateConfig } from '../capture/wire/gate-config.ts';
import { type Budget, bucketsOf } from '../core/budget/budget.ts';
import { type Forecast, forecast } from '../core/budget/cost-bound.ts';
import { parseBudgets } from '../core/budget/file.ts';
import type { BucketState, Refusal as Why } from '../core/budget/state.ts';
import type { PricingContext } from '../core/pricing/price.ts';
import type { UsageEvent } from '../core/usage/event.ts';
import { meter } from '../providers/index.ts';
import { largestAnswers } from '../providers/largest-answers.ts';
import type { Exchange } from '../providers/provider.ts';
import { loadPriceBook } from '../store/settings/price-book.ts';
import { callKey, MachineSpend } from '../store/spend/machine-spend.ts';
import { refusalText, unpricedText } from './refusal-text.ts';

/**
 * The budgets of a run that stop calls, in one of its processes. Lock-free: everybody writes the bound of a call to its
 * own spool before it reads those of all others, and sends the call only where what is spent and what the others hold
 * is below the limit. Of the calls that were let through, take the one that wrote last: it read after all of them had
 * written, so all but itself were in the sum that was below the limit. Together they overshoot by at most its bound.
 * At the very edge two processes may see each other and both be refused.
 */
export class Keeper implements GateKeeper {
  private readonly config: GateConfig;
  private readonly budgets: readonly Budget[];
  private readonly pricing: PricingContext;
  private readonly spend: MachineSpend;

  /** @throws CostwatchError where a budget or a price is not valid. */
  constructor(config: GateConfig) {
    const { dataDir, zone, sessionId: session } = config;
    this.config = config;
    this.budgets = parseBudgets(config.budgets, 'gate.json').filter(
      ({ onBudget, onUnpriced }) => onBudget === 'stop' || onUnpriced === 'stop',
    );
    const now = () => new Date(host.now());
    this.pricing = { book: loadPriceBook(config.pricing), meter, today: now().toISOString().slice(0, 10) };
    const { budgets, pricing } = this;
    this.spend = new MachineSpend({ dataDir, budgets, pricing, zone, now, session });
  }

  forecast(event: UsageEvent, request: Exchange['request']): Forecast | undefined {
    const answers = largestAnswers(event, request);
    if (answers === 'free') return undefined;
    return answers ? forecast(answers, this.pricing) : {};
  }

  refuses(event: UsageEvent, { unpriced }: Forecast, { process, call }: CallNumber): Refusal | undefined {
    const { zone, sessionId: session } = this.config;
    const buckets = bucketsOf(event, this.budgets, { zone, session });
    const [strict] = unpriced === undefined ? [] : buckets.filter(({ budget }) => budget.onUnpriced === 'stop');
    if (strict) return { budget: strict.budget.id, reason: unpricedText(strict, unpriced), unpriced: true };
    if (buckets.length === 0) return undefined;
    this.refresh();
    const refused = this.spend.refusedBy(event, callKey(session, process, call));
    if (!refused) return undefined;
    const { state, why } = refused;
    return {
      budget: state.bucket.budget.id,
      reason: refusalText(refused),
      unpriced: why === 'unpriced',
      mayPass: isOnlyHeld(state, why),
    };
  }

  refresh(): void {
    this.spend.refresh();
  }

  heldBy(event: UsageEvent): string | undefined {
    const refused = this.spend.refusedBy(event);
    if (!refused || !isOnlyHeld(refused.state, refused.why)) return undefined;
    const { bucket, spent, reserved } = refused.state;
    return `${bucket.key} ${spent} ${reserved}`;
  }
}

/** What is spent leaves something of the limit: only what calls under way reserve stands before the next. */
function isOnlyHeld({ spent, bucket }: BucketState, why: Why): boolean {
  return why === 'limit' && spent < bucket.budget.limit;
}
