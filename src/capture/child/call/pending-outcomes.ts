import type { UsageEvent } from '../../../core/usage/event.ts';
import type { CallMemory, UsageFacts } from '../../../providers/provider.ts';

/** What the process itself knows of a call; the rest of its event is what the exchange says. */
export type CallMetadata = Pick<UsageEvent, 'timestamp' | 'durationMs' | 'attempt' | 'labels' | 'sessionId'>;

/** A recorded call: its number in this process, and what later answers about it leave as it is. */
export interface KnownCall {
  number: number;
  metadata: CallMetadata;
}

interface Remembered {
  facts: UsageFacts;
  call?: KnownCall;
}

/** A long-lived server must not grow by what it asks for and never fetches. */
const MAX_ENTRIES = 10_000;

/** What this process knows of calls whose cost comes with a later answer, by the ids that those answers will name. */
export class PendingOutcomes implements CallMemory {
  private readonly entries = new Map<string, Remembered>();
  private readonly limit: number;

  constructor(limit: number = MAX_ENTRIES) {
    this.limit = limit;
  }

  recall(id: string): UsageFacts | undefined {
    return this.entries.get(id)?.facts;
  }

  remember(id: string, facts: UsageFacts): void {
    const call = this.callOf(id);
    // Taken out first, so that the entries stand in the order of their last use.
    this.entries.delete(id);
    this.entries.set(id, call ? { facts, call } : { facts });
    const [oldest] = this.entries.keys();
    if (this.entries.size > this.limit) this.entries.delete(oldest!);
  }

  callOf(id: string): KnownCall | undefined {
    return this.entries.get(id)?.call;
  }

  /** Says which recorded call an id stands for; the first one stays. An id that nobody remembers needs none. */
  attach(id: string, call: KnownCall): void {
    const known = this.entries.get(id);
    if (known) known.call ??= call;
  }

  /**
   * Takes in the facts of a later answer, and returns the call that they belong to: the one known by their id, else one
   * made by `open`. Undefined where they are no news, as with every poll after the end.
   */
  resolve(facts: UsageFacts, open: () => KnownCall): KnownCall | undefined {
    const { id } = facts;
    if (id === undefined) return open();
    const known = this.callOf(id);
    if (known && JSON.stringify(this.recall(id)) === JSON.stringify(facts)) return undefined;
    const call = known ?? open();
    this.remember(id, facts);
    this.attach(id, call);
    return call;
  }
}
