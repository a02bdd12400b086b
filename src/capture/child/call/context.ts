import type { UsageEvent } from '../../../core/usage/event.ts';
import type { Provider, RequestHead, UsageFacts } from '../../../providers/provider.ts';
import type { CallRecord } from '../../wire/record.ts';
import type { Gate } from '../gate/gate.ts';
import type { Attempts } from './attempts.ts';
import type { PendingOutcomes } from './pending-outcomes.ts';

/** What all calls of a process share. */
export interface CallContext {
  /** The process's key in all records. */
  process: string;
  sessionId: string | undefined;
  /** The labels of the code that is running now. */
  labels(): Record<string, string> | undefined;
  /** Asks the budgets that stop calls; absent where none does. */
  gate?: Gate | undefined;
  attempts: Attempts;
  pendingOutcomes: PendingOutcomes;
  /** The number of another call of this process. */
  nextNumber(): number;
  record(
    phase: CallRecord['phase'],
    call: number,
    event: UsageEvent,
    gated?: Pick<CallRecord, 'bound' | 'budget' | 'reason' | 'unpriced'>,
  ): void;
  /** Says what could not be watched or read. */
  reportProblem(reason: string): void;
  /** A request that would have been a call found no server. */
  unreached(code: string): void;
}

/**
 * What is known when a call is opened. `facts` are those of the bare request; absent for a request that costs nothing
 * itself, and whose answer says what other calls cost.
 */
export interface OpenedCall {
  number: number;
  provider: Provider;
  request: RequestHead;
  facts: UsageFacts | undefined;
}
