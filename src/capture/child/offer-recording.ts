import type { Watcher } from './watcher.ts';

/** Where the hook leaves the way to record a call, for the library, which is another bundle. */
export const RECORD = Symbol.for('costwatch.record');

export type RecordInRun = Watcher['record'];

/** Offers `record` to the rest of this process. */
export function offerRecording(record: RecordInRun): RecordInRun {
  Object.defineProperty(globalThis, RECORD, { value: record });
  return record;
}
