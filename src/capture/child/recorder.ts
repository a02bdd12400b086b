import { join } from 'node:path';
import type { UsageEvent } from '../../core/usage/event.ts';
import type { CallRecord, CaptureRecord, ProcessStartRecord } from '../wire/record.ts';
import { withSafeErrorCode } from './call/safe-error-code.ts';
import { Feed } from './feed.ts';
import { host } from './host.ts';

/** What a record holds beyond its common fields. */
type Payload<R extends CaptureRecord = CaptureRecord> = R extends CaptureRecord
  ? Omit<R, 'v' | 'process' | 'seq'>
  : never;

const NEWLINE = Buffer.from('\n');
/** The live feed wakes the parent, so it gets no more than one record in this time. */
const FEED_INTERVAL_MS = 20;

/**
 * Writes each record at once to this process's spool file, which is the truth and which the parent reads a few times a
 * second; to the live feed too where that is news, or where the file could not take it.
 */
export class Recorder {
  readonly process: string;
  private readonly spool: number;
  private readonly feed: Feed;
  private seq = 0;
  private broken = false;
  private nextFeed = Number.NEGATIVE_INFINITY;
  /** Whether the file ends in the middle of a line. */
  private torn = false;

  /** Opens the spool in `directory`. Throws where it cannot: then nothing can be recorded. */
  constructor(
    directory: string,
    socket: string | undefined,
    description: Omit<ProcessStartRecord, 'v' | 'process' | 'seq' | 'phase'>,
  ) {
    this.process = `${description.pid}-${description.thread}-${host.now().toString(36)}`;
    this.spool = host.openSync(join(directory, `${this.process}.jsonl`), 'ax', 0o600);
    this.feed = new Feed(socket);
    // Only to the spool: a process that makes no call needs no socket.
    this.append(this.line({ phase: 'hello', ...description }));
  }

  call(
    phase: CallRecord['phase'],
    call: number,
    event: UsageEvent,
    gated: Pick<CallRecord, 'bound' | 'budget' | 'reason' | 'unpriced'> = {},
  ): void {
    this.write({ phase, call, event: withSafeErrorCode(event), ...gated });
  }

  /** `reason` is a sentence of ours; never a message of the host, which might quote a prompt. */
  reportProblem(reason: string): void {
    this.write({ phase: 'trouble', reason });
  }

  processEnded(): void {
    this.append(this.line({ phase: 'bye' }));
  }

  private write(payload: Payload): void {
    const line = this.line(payload);
    const failure = this.append(line);
    if (failure !== undefined || this.isNews(payload)) this.feed.write(line);
    if (failure === undefined || this.broken) return;
    this.broken = true;
    this.feed.write(this.line({ phase: 'trouble', reason: `a record could not be written to its file (${failure})` }));
  }

  private isNews({ phase }: Payload): boolean {
    const now = host.ticks();
    if (phase === 'headers' || now < this.nextFeed) return false;
    this.nextFeed = now + FEED_INTERVAL_MS;
    return true;
  }

  private line(payload: Payload): Uint8Array {
    return Buffer.from(`${JSON.stringify({ v: 1, process: this.process, seq: this.seq++, ...payload })}\n`);
  }

  /** Returns the error code where the record could not be written whole. */
  private append(line: Uint8Array): string | undefined {
    const bytes = this.torn ? Buffer.concat([NEWLINE, line]) : line;
    try {
      const written = host.writeSync(this.spool, bytes);
      this.torn = written < bytes.length;
      return this.torn ? 'ENOSPC' : undefined;
    } catch (error) {
      const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
      return typeof code === 'string' ? code : 'unknown error';
    }
  }
}
