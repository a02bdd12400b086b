import { readFileSync } from 'node:fs';
import type { Bound, Forecast } from '../core/bound.ts';
import type { UsageEvent } from '../core/event.ts';
import type { Exchange } from '../providers/provider.ts';
import { CostwatchBudgetError, type Refusal } from './budget-error.ts';
import { errorCode } from './failure.ts';
import type { GateConfig } from './gate-config.ts';
import { load } from './host.ts';

/** A call by the numbers of its records. */
export interface CallNumber {
  process: string;
  call: number;
}

/** What the bundled gate does; see gate-entry.ts. Its methods may throw. */
export interface Keeper {
  /** What a request may cost at most. Undefined for one that is free by the vendor's own word. */
  forecast(event: UsageEvent, request: Exchange['request']): Forecast | undefined;
  /** Reads what all runs of this machine have recorded, and tells whether a budget refuses the call. */
  refuses(event: UsageEvent, forecast: Forecast, own: CallNumber): Refusal | undefined;
}

export interface GateBundle {
  openGate(config: GateConfig): Keeper;
}

/**
 * Asks the budgets of a run about calls, before they are sent. Everything that this takes is in a bundle of its own,
 * loaded at the first billable call, so that a process without one does not pay for it.
 */
export class Gate {
  private readonly file: string;
  private readonly trouble: (reason: string) => void;
  private keeper: Keeper | undefined;
  private hasTold = false;

  /** `file` is that of a `GateConfig`. */
  constructor(file: string, trouble: (reason: string) => void) {
    this.file = file;
    this.trouble = trouble;
  }

  /**
   * The error to refuse a call with; undefined where it may be sent. `reserve` writes the call with its bound to the
   * spool, before any budget is read; it is not called for a call that is free.
   */
  ask(
    event: UsageEvent,
    request: Exchange['request'],
    own: CallNumber,
    reserve: (bound: Bound | undefined) => void,
  ): CostwatchBudgetError | undefined {
    try {
      this.keeper ??= this.open();
      const forecast = this.keeper.forecast(event, request);
      if (!forecast) return undefined;
      reserve(forecast.bound);
      const refusal = this.keeper.refuses(event, forecast, own);
      return refusal && new CostwatchBudgetError(refusal);
    } catch (error) {
      // A program must not fail by a fault of ours: its calls go through, and the run says so.
      if (!this.hasTold) this.trouble(`a budget could not be checked, so it stops nothing here (${errorCode(error)})`);
      this.hasTold = true;
      return undefined;
    }
  }

  private open(): Keeper {
    const config = JSON.parse(readFileSync(this.file, 'utf8')) as GateConfig;
    return load<GateBundle>(config.bundle).openGate(config);
  }
}
