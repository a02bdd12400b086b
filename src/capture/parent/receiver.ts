import type { Diagnostic } from '../../core/errors.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { isAlive } from '../wire/process-identity.ts';
import {
  type CallRecord,
  type CaptureRecord,
  isCallRecord,
  isGateRecord,
  type Phase,
  parseRecord,
} from '../wire/record.ts';
import { LiveServer } from './live-server.ts';
import { Spools } from './spools.ts';

/** The state of one call. A later state of the same `key` replaces it. */
export interface LiveCall {
  key: string;
  phase: Phase;
  event: UsageEvent;
}

/** A call that a budget stopped before it was sent. It is no call, and has cost nothing. */
export interface RefusedCall {
  key: string;
  /** The id of the budget. */
  budget: string;
  /** What is used up and what to type next. */
  reason: string;
  /** It was stopped for want of a price. */
  unpriced: boolean;
  event: UsageEvent;
}

/** A process, or a thread of one, that the hook was loaded into. */
export interface WatchedProcess {
  key: string;
  pid: number;
  ppid: number;
  thread: number;
  /** File name of the script, without its folder. */
  script: string;
  /** The version of Node; absent in a process of another runtime. */
  node?: string;
  /** Whether it recorded its end; one that was killed did not. */
  ended: boolean;
}

export interface ReceiverOptions {
  runDir: string;
  onChange?: ((call: LiveCall) => void) | undefined;
  onProcess?: ((process: WatchedProcess) => void) | undefined;
  onRefused?: ((call: RefusedCall) => void) | undefined;
}

const POLL_MS = 250;

/**
 * Brings together what the hooks of a run record, from the socket and from their spool files. Records may come twice
 * and in any order: of each call the latest state counts.
 */
export class Receiver {
  readonly problems: Diagnostic[] = [];
  private readonly options: ReceiverOptions;
  private readonly spools: Spools;
  private readonly states = new Map<string, LiveCall & { seq: number }>();
  /** Calls that were not sent, by the number of the record that says so. */
  private readonly notSent = new Map<string, { seq: number; refused: RefusedCall | undefined }>();
  private readonly known = new Map<string, WatchedProcess>();
  private readonly reported = new Set<string>();
  private server: LiveServer | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: ReceiverOptions) {
    this.options = options;
    this.spools = new Spools(options.runDir);
  }

  /** Starts to listen. Returns the path of the socket, if there is one. */
  async start(): Promise<string | undefined> {
    this.server = await LiveServer.start((record) => this.take(record));
    // The socket brings the first of what is new sooner.
    this.timer = setInterval(() => this.readSpools(() => true), POLL_MS);
    this.timer.unref();
    return this.server.path;
  }

  /** Reads on until every process has ended, for at most `capMs`, and then all that the spool files hold. */
  async drain(capMs: number): Promise<void> {
    const deadline = performance.now() + capMs;
    // What the socket still holds is read, and connections that ended are noticed.
    await new Promise((resolve) => setImmediate(resolve));
    while ((this.server?.openConnections || this.running().length > 0) && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 5));
    this.readSpools(() => true);
  }

  close(): void {
    clearInterval(this.timer);
    this.server?.close();
  }

  /** Every call in its latest state, in the order in which they were sent. */
  calls(): LiveCall[] {
    return [...this.states.values()]
      .sort((a, b) => compare(a.event.timestamp ?? '', b.event.timestamp ?? ''))
      .map(({ key, phase, event }) => ({ key, phase, event }));
  }

  /** The calls that a budget stopped, in the order in which their records came. */
  refused(): RefusedCall[] {
    return [...this.notSent.values()].flatMap(({ refused }) => refused ?? []);
  }

  processes(): WatchedProcess[] {
    return [...this.known.values()];
  }

  /** Process ids of the watched processes that have not ended. */
  running(): number[] {
    // A process describes itself in its file only.
    this.readSpools((process) => !this.known.has(process));
    const pids = this.processes().flatMap(({ pid, ended }) => (ended ? [] : [pid]));
    return [...new Set(pids)].filter((pid) => isAlive(pid));
  }

  private readSpools(wanted: (process: string) => boolean): void {
    try {
      for (const process of this.spools.processes().filter(wanted)) this.readSpool(process);
    } catch (error) {
      this.report(this.options.runDir, `the records of this run cannot be read (${(error as Error).message})`);
    }
  }

  private readSpool(process: string): void {
    this.spools.read(process, (line, number) => {
      const record = parseRecord(line);
      if (record) this.take(record);
      else
        this.problems.push({ file: this.spools.path(process), line: number, reason: 'a record that cannot be read' });
    });
  }

  private take(record: CaptureRecord): void {
    if (isCallRecord(record)) {
      this.takeCall(record);
      return;
    }
    const known = this.known.get(record.process);
    if (record.phase === 'hello' && !known) {
      const { process: key, pid, ppid, thread, script, node } = record;
      const watched = { key, pid, ppid, thread, script, ...(node ? { node } : {}), ended: false };
      this.known.set(key, watched);
      this.options.onProcess?.(watched);
    } else if (record.phase === 'bye' && known) {
      known.ended = true;
    } else if (record.phase === 'trouble') {
      // Its description is in its file only.
      if (!known) this.readSpools((process) => process === record.process);
      this.report(this.known.get(record.process)?.script ?? record.process, record.reason);
    }
  }

  private takeCall(record: CallRecord): void {
    const key = `${record.process}-${record.call}`;
    const { event, seq } = record;
    if ((this.states.get(key)?.seq ?? -1) >= seq || (this.notSent.get(key)?.seq ?? -1) >= seq) return;
    if (isGateRecord(record)) {
      if (record.phase === 'reserve') return;
      const { budget, reason = '', unpriced = false } = record;
      const refused = budget === undefined ? undefined : { key, budget, reason, unpriced, event };
      this.notSent.set(key, { seq, refused });
      this.states.delete(key);
      if (refused) this.options.onRefused?.(refused);
      return;
    }
    const { phase } = record as { phase: Phase };
    this.states.set(key, { key, phase, event, seq });
    this.options.onChange?.({ key, phase, event });
  }

  private report(file: string, reason: string): void {
    const key = `${file}\n${reason}`;
    if (!this.reported.has(key)) this.problems.push({ file, reason });
    this.reported.add(key);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
