import { UsageError } from '../../core/errors.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { invalidEvent } from '../../core/usage/validate.ts';
import { DIRECTORY, LABELS_JSON, parseLabels, SESSION, SOCKET } from '../wire/env.ts';
import { describeProcess } from './describe-process.ts';
import { offerRecording, RECORD, type RecordInRun } from './offer-recording.ts';
import { Recorder } from './recorder.ts';
import { Watcher } from './watcher.ts';

/** A call to record: `operation` is `recorded` and `status` is `ok` unless it says otherwise; it happened now. */
export type RecordInput = Omit<UsageEvent, 'id' | 'operation' | 'status'> &
  Partial<Pick<UsageEvent, 'id' | 'operation' | 'status'>>;

/**
 * Records a call that no tap can see: in the run that this process is part of, or else by `append`. Returns the event.
 * @throws UsageError for an event without a service, and for counts that are negative or no numbers.
 */
export function recordCall(
  input: RecordInput,
  env: NodeJS.ProcessEnv,
  append: (event: UsageEvent & { timestamp: string }) => void,
): UsageEvent {
  const call = { ...input, operation: input.operation ?? 'recorded', status: input.status ?? 'ok' };
  const problem = invalidEvent(call);
  if (problem) throw new UsageError(`This is not a usage event: ${problem}.`);
  const timestamp = (call.timestamp === undefined ? new Date() : new Date(call.timestamp)).toISOString();
  const recordInRun = hooked() ?? open(env);
  if (recordInRun) return recordInRun({ ...call, timestamp });
  const event = { ...call, id: call.id ?? `recorded-${globalThis.crypto.randomUUID()}`, timestamp };
  append(event);
  return event;
}

function hooked(): RecordInRun | undefined {
  return Reflect.get(globalThis, RECORD) as RecordInRun | undefined;
}

/** The hook did not get here, but the run's folder is known: this process gets a spool file of its own. */
function open(env: NodeJS.ProcessEnv): RecordInRun | undefined {
  const directory = env[DIRECTORY];
  const recorder = directory ? openRecorder(directory, env[SOCKET]) : undefined;
  if (!recorder) return undefined;
  const options = { sessionId: env[SESSION], labels: parseLabels(env[LABELS_JSON]) };
  const watcher = new Watcher(recorder, options);
  return offerRecording((call) => watcher.record(call));
}

/** Opens this process's spool file. Undefined where the run has ended and its folder is gone. */
function openRecorder(directory: string, socket: string | undefined): Recorder | undefined {
  try {
    return new Recorder(directory, socket, describeProcess());
  } catch {
    return undefined;
  }
}
