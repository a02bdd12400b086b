import type { Diagnostic } from '../../core/errors.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { Receiver } from './receiver.ts';

/** What the processes of a run have recorded so far, read from its folder alone. `ended`: without the calls under way. */
export async function readRun(
  runDir: string,
): Promise<{ events: UsageEvent[]; ended: UsageEvent[]; stillRunning: number; problems: Diagnostic[] }> {
  const receiver = new Receiver({ runDir });
  await receiver.drain(0);
  const calls = receiver.calls();
  const events = calls.map(({ event }) => event);
  const ended = calls.flatMap(({ phase, event }) => (phase === 'end' ? [event] : []));
  return { events, ended, stillRunning: receiver.running().length, problems: receiver.problems };
}
