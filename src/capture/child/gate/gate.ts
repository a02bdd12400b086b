import { readFileSync } from 'node:fs';
import type { CostBound, Forecast } from '../../../core/budget/cost-bound.ts';
import type { UsageEvent } from '../../../core/usage/event.ts';
import type { Exchange } from '../../../providers/provider.ts';
import type { GateConfig } from '../../wire/gate-config.ts';
import { errorCode } from '../call/failure.ts';
import { builtin, safe } from '../host.ts';
import type { Refusal } from './budget-error.ts';
import { type Waiter, WaitingRoom } from './waiting-room.ts';

/** A call by the numbers of its records. */
export interface CallNumber {
  process: string;
  call: number;
}

/** What the bundled gate does; see src/gate. Its methods may throw. */
export interface Keeper {
  /** What a request may cost at most. Undefined for one that is free by the vendor's own word. */
  forecast(event: UsageEvent, request: Exchange['request']): Forecast | undefined;
  /** Reads what all runs of this machine have recorded, and says why a budget refuses the call, if one does. */
  refuses(event: UsageEvent, forecast: Forecast, call: CallNumber): Refusal | undefined;
  /** Reads what all runs of this machine have recorded. */
  refresh(): void;
  /** What calls under way hold, where that alone stands before a call like this; see `Waiter`. */
  heldBy(event: UsageEvent): string | undefined;
}

export interface GateBundle {
  openGate(config: GateConfig): Keeper;
}

const PATIENCE_MS = 30_000;

/**
 * Asks the budgets of a run about calls, before they are sent. Everything that this takes is in a bundle of its own,
 * loaded at the first billable call, so that a process without one does not pay for it.
 */
export class Gate {
  private readonly file: string;
  private readonly reportProblem: (reason: string) => void;
  private keeper: Keeper | undefined;
  private room: WaitingRoom | undefined;
  private hasReported = false;

  /** `file` is that of a `GateConfig`. */
  constructor(file: string, reportProblem: (reason: string) => void) {
    this.file = file;
    this.reportProblem = reportProblem;
  }

  /**
   * Why a call is refused; undefined where it may be sent. `reserve` writes the call with its bound to the spool, before
   * any budget is read; it is not called for a call that is free.
   */
  ask(
    event: UsageEvent,
    request: Exchange['request'],
    call: CallNumber,
    reserve: (bound: CostBound | undefined) => void,
  ): Refusal | undefined {
    return this.withoutThrowing(() => {
      const keeper = this.open();
      const forecast = keeper.forecast(event, request);
      if (!forecast) return undefined;
      reserve(forecast.bound);
      return keeper.refuses(event, forecast, call);
    });
  }

  /** Tries again when calls under way have given back what they hold, or have not changed for too long. */
  wait(event: UsageEvent, attempt: Waiter['attempt']): void {
    if (!this.room) attempt(true);
    else this.room.enter({ attempt, heldBy: () => this.withoutThrowing(() => this.open().heldBy(event)) });
  }

  private open(): Keeper {
    if (this.keeper) return this.keeper;
    const config = JSON.parse(readFileSync(this.file, 'utf8')) as GateConfig;
    const keeper = builtin<GateBundle>(config.bundle).openGate(config);
    this.room = new WaitingRoom(() => safe(() => keeper.refresh()), config.patienceMs ?? PATIENCE_MS);
    this.keeper = keeper;
    return keeper;
  }

  /** A program must not fail by an error of costwatch: its calls go through, and the run says so. */
  private withoutThrowing<T>(question: () => T | undefined): T | undefined {
    try {
      return question();
    } catch (error) {
      const reason = `a budget could not be checked, so it stops nothing here (${errorCode(error)})`;
      if (!this.hasReported) this.reportProblem(reason);
      this.hasReported = true;
      return undefined;
    }
  }
}
