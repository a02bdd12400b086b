import { type RecordInput, recordCall } from './capture/child/record-call.ts';
import type { UsageEvent } from './core/usage/event.ts';
import { appendRecorded } from './store/sessions/recorded-log.ts';

export type { RecordInput } from './capture/child/record-call.ts';

/**
 * Counts a call that costwatch cannot see, such as one of a native client. Under `costwatch run` it is part of that
 * run, with its labels; otherwise it goes to the log of its day, which `costwatch report` reads. Returns the event as
 * recorded.
 *
 * ```ts
 * record({ service: 'elevenlabs', usage: { characters: 500 }, labels: { panel: 's1_p02' } });
 * ```
 * @throws UsageError for an event without a service, and for counts that are negative or no numbers.
 * @throws InputError where the log of the day cannot be written.
 */
export function record(input: RecordInput): UsageEvent {
  const { env } = process;
  return recordCall(input, env, (event) => appendRecorded(env, event));
}
