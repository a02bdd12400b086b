import type { CostBound } from '../../core/budget/cost-bound.ts';
import { at, objectOf } from '../../core/json.ts';
import type { UsageEvent } from '../../core/usage/event.ts';

/**
 * What the hook hands the parent, one JSON line each, in the process's spool file and on the socket alike.
 * A record with a `call` carries the whole event as far as it is known: the last one of a call is its state.
 */
export type CaptureRecord = ProcessStartRecord | CallRecord | ProblemRecord | ProcessEndRecord;

interface Common {
  v: 1;
  /** `<pid>-<thread id>-<start in base 36>`. */
  process: string;
  /** Counts up within the process. */
  seq: number;
}

/** A process, or a thread of one, is being watched. */
export interface ProcessStartRecord extends Common {
  phase: 'hello';
  pid: number;
  ppid: number;
  thread: number;
  /** File name of the script, without its folder. */
  script: string;
  /** The version of Node; absent in a process of another runtime. */
  node?: string;
  /** The version of Python. */
  python?: string;
}

export interface CallRecord extends Common {
  phase: Phase | GatePhase;
  /** Counts the calls of the process, from 1. */
  call: number;
  event: UsageEvent;
  /**
   * The most this call can cost, from its `reserve` to the record before its `end`: what it holds of the budgets while
   * it is under way and its process lives. Absent where no budget stops calls, and where the call has no bound.
   */
  bound?: CostBound;
  /** In the `refused` record of a call that a budget stopped: the id of that budget. */
  budget?: string;
  /** There too: what is used up and what to type next. */
  reason?: string;
  /** There too: it was stopped for want of a price. */
  unpriced?: boolean;
}

/** Something could not be watched, read or reached. The reason is a sentence of ours and holds nothing from the host. */
export interface ProblemRecord extends Common {
  phase: 'trouble';
  reason: string;
}

/** The process has come to its end. */
export interface ProcessEndRecord extends Common {
  phase: 'bye';
}

/** How far a call has come. A call that has no `end` was cut off. */
export type Phase = 'start' | 'headers' | 'usage' | 'end';

/**
 * What a call goes through before it is sent, where a budget stops calls: it reserves its bound, and then goes on with
 * `start`, or is `refused`: by the budget that the record names, or, without one, because it was not sent after all. A
 * call whose latest record is of these is no call and has cost nothing; but for `reserve` it holds nothing either.
 */
export type GatePhase = 'reserve' | 'refused';

const PHASES = new Set<unknown>(['hello', 'reserve', 'refused', 'start', 'headers', 'usage', 'end', 'trouble', 'bye']);

/** Reads one line of a spool or socket; undefined for a line that was cut off or is not ours. */
export function parseRecord(line: string): CaptureRecord | undefined {
  const value = objectOf(line);
  if (value?.v !== 1 || typeof value.process !== 'string' || !PHASES.has(value.phase)) return undefined;
  const isOfCall = typeof value.call === 'number' && typeof at(value, 'event', 'id') === 'string';
  if (value.call !== undefined && !isOfCall) return undefined;
  return value as unknown as CaptureRecord;
}

export function isCallRecord(record: CaptureRecord): record is CallRecord {
  return 'call' in record;
}

/** Whether the record is about a call that was not sent, or not yet. */
export function isGateRecord(record: CallRecord): record is CallRecord & { phase: GatePhase } {
  return record.phase === 'reserve' || record.phase === 'refused';
}
