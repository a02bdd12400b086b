import type { CostBound } from '../../../core/budget/cost-bound.ts';
import type { UsageEvent } from '../../../core/usage/event.ts';
import type { Exchange } from '../../../providers/provider.ts';
import type { CallContext } from '../call/context.ts';
import { CostwatchBudgetError, type Refusal } from './budget-error.ts';

/** What an admission needs of the process's calls. */
export type AdmissionContext = Pick<CallContext, 'gate' | 'process' | 'record'>;

/** What stands between one call and its sending: it is asked for once, and holds a reservation until the call ends. */
export class Admission {
  private readonly context: AdmissionContext;
  private readonly call: number;
  private asked = false;
  private reserved: { event: UsageEvent; bound: CostBound | undefined } | undefined;
  private error: CostwatchBudgetError | undefined;

  constructor(context: AdmissionContext, call: number) {
    this.context = context;
    this.call = call;
  }

  /** Whether the budgets have been asked already. */
  get isDecided(): boolean {
    return this.asked || !this.context.gate;
  }

  /** The error to refuse the call with; the same one whenever it is asked for again. */
  ask(event: UsageEvent, request: Exchange['request']): CostwatchBudgetError | undefined {
    if (!this.isDecided) this.decide(event, this.attempt(event, request));
    return this.error;
  }

  /**
   * As `ask`, but where calls under way hold what is left of a budget it waits for them, unless the call `isOver`
   * meanwhile. It holds nothing while it waits.
   */
  async askPatiently(
    event: UsageEvent,
    request: Exchange['request'],
    isOver: () => boolean,
  ): Promise<CostwatchBudgetError | undefined> {
    const { gate } = this.context;
    const tryNow = (isLast: boolean): boolean => {
      if (isOver() || this.isDecided) return true;
      const refusal = this.attempt(event, request);
      if (refusal?.mayPass && !isLast) this.withdraw();
      else this.decide(event, refusal);
      return this.asked;
    };
    if (gate && !tryNow(false))
      await new Promise<void>((resolve) => {
        gate.wait(event, (isLast) => {
          const isDone = tryNow(isLast);
          if (isDone) resolve();
          return isDone;
        });
      });
    return this.error;
  }

  private attempt(event: UsageEvent, request: Exchange['request']): Refusal | undefined {
    const { gate, process, record } = this.context;
    return gate?.ask(event, request, { process, call: this.call }, (bound) => {
      this.reserved = { event, bound };
      record('reserve', this.call, event, this.held());
    });
  }

  private decide(event: UsageEvent, refusal: Refusal | undefined): void {
    this.asked = true;
    if (!refusal) return;
    this.error = new CostwatchBudgetError(refusal);
    this.reserved = undefined;
    const { budget, reason, unpriced } = refusal;
    this.context.record('refused', this.call, event, { budget, reason, ...(unpriced ? { unpriced } : {}) });
  }

  /** Whether a bound is reserved. */
  get isHolding(): boolean {
    return this.reserved?.bound !== undefined;
  }

  /** What a record of the call says of its reservation while it is under way. */
  held(): { bound?: CostBound } {
    return this.reserved?.bound ? { bound: this.reserved.bound } : {};
  }

  /** The last record of the call is written. */
  ended(): void {
    this.reserved = undefined;
  }

  /** The call was not sent after all. */
  withdraw(): void {
    if (this.reserved) this.context.record('refused', this.call, this.reserved.event);
    this.reserved = undefined;
  }
}
