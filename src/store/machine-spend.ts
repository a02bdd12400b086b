import type { Bound, Bucket, Budget } from '../core/budget.ts';
import type { BucketState } from '../core/budget-state.ts';
import type { UsageEvent } from '../core/event.ts';
import type { PricingContext } from '../core/price.ts';

/** A line of a spool file, as `parseRecord` of capture/record.ts reads it; only these fields are looked at. */
export interface SpoolRecord {
  /** `<pid>-<thread id>-<start>` */
  process: string;
  seq: number;
  /** `end`: the call has ended. `refused`: it was never sent and is no call. `bye`: the process has ended. */
  phase: string;
  call?: number;
  event?: UsageEvent;
  /** The most that the call may cost; counts until it ends. */
  bound?: Bound;
}

export interface MachineSpendOptions {
  /** The folder that holds `sessions` and `runs`. */
  dataDir: string;
  budgets: readonly Budget[];
  pricing: PricingContext;
  /** The IANA zone that cuts days and months. */
  zone: string;
  now: () => Date;
  /** The run that asks: whose per-run budgets are looked at. Absent outside of runs. */
  session?: string;
  /** `parseRecord` of capture/record.ts. */
  parse: (line: string) => SpoolRecord | undefined;
  /** `isAlive` of capture/is-alive.ts: a call that was under way in a process that was killed reserves nothing. */
  isAlive: (pid: number) => boolean;
}

/** One call of a running session: `<session id>/<process>-<call>`. */
export type CallKey = string;

export function callKey(session: string, process: string, call: number): CallKey {
  return `${session}/${process}-${call}`;
}

/**
 * What all sessions of this machine have spent in the current windows of the budgets, and what their calls under way may
 * still cost. Lock-free: everybody appends to its own spool file and reads those of all. Synchronous, and incremental.
 *
 * To ask for a call: write its `start` record with its bound to the spool, then `refresh()`, then `refusedBy(event, key)`.
 * Since all write before they read, the last of the admitted calls saw the bounds of all others, so together they
 * overshoot by at most one call's bound.
 */
export interface MachineSpending {
  /** Reads what has been written since the last time. Never throws for files that vanish meanwhile. */
  refresh(): void;
  /** One bucket; zeros for one that nothing fell into. The call `except` is left out of it, with its reservation. */
  state(bucket: Bucket, except?: CallKey): BucketState;
  /** Every current bucket: one for each budget, and one for each value of a label that each have their own. */
  all(): BucketState[];
  /** The first bucket that lets no further call like this one through, and why; its own reservation (`self`) left out. */
  refusedBy(event: UsageEvent, self: CallKey): { state: BucketState; why: 'limit' | 'unpriced' } | undefined;
}

/** Built by `new MachineSpend(options)`; the class of that name follows in this file. */
