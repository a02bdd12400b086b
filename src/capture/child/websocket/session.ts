import type { SocketCall, SocketReader } from '../../../providers/provider.ts';
import type { Phase } from '../../wire/record.ts';
import type { CallContext } from '../call/context.ts';
import { errorCode } from '../call/failure.ts';
import { host } from '../host.ts';

/** What a session needs of the process's calls. */
export type SocketContext = Pick<
  CallContext,
  'process' | 'sessionId' | 'labels' | 'record' | 'reportProblem' | 'nextNumber'
>;

interface CallProgress {
  number: number;
  at: number;
  tick: number;
  done: boolean;
}

/** One WebSocket from its handshake to its end: what its messages say becomes records. */
export class SocketSession {
  private readonly reader: SocketReader;
  private readonly context: SocketContext;
  private readonly ended: (session: SocketSession) => void;
  private readonly labels: Record<string, string> | undefined;
  private readonly calls = new Map<string, CallProgress>();
  private isClosed = false;

  constructor(reader: SocketReader, context: SocketContext, ended: (session: SocketSession) => void) {
    this.reader = reader;
    this.context = context;
    this.ended = ended;
    this.labels = context.labels();
  }

  sent(message: Uint8Array, isText: boolean): void {
    this.take(() => this.reader.sent(message, isText));
  }

  received(message: Uint8Array, isText: boolean): void {
    this.take(() => this.reader.received(message, isText));
  }

  /** A message passed that could not be read, so counts may be missing. */
  missed(): void {
    this.context.reportProblem('a WebSocket message was too large to read: its counts are missing');
  }

  closed(): void {
    if (this.isClosed) return;
    this.take(() => this.reader.closed());
    this.isClosed = true;
    this.ended(this);
  }

  private take(read: () => SocketCall[]): void {
    if (this.isClosed) return;
    try {
      for (const call of read()) this.report(call);
    } catch (error) {
      this.context.reportProblem(`a WebSocket message could not be read: a bug in costwatch (${errorCode(error)})`);
    }
  }

  private report({ key, facts, done }: SocketCall): void {
    const known = this.calls.get(key);
    // Ended: a call of this key that comes now is another one, such as the next turn.
    const isNew = !known || known.done;
    const call = isNew ? { number: this.context.nextNumber(), at: host.now(), tick: host.ticks(), done } : known;
    call.done = done;
    this.calls.set(key, call);
    const { process, sessionId } = this.context;
    const phase: Phase = done ? 'end' : isNew ? 'start' : 'usage';
    this.context.record(phase, call.number, {
      ...facts,
      id: facts.id ?? `${process}-${call.number}`,
      timestamp: host.iso(call.at),
      ...(phase === 'start' ? {} : { durationMs: Math.round(host.ticks() - call.tick) }),
      attempt: 1,
      ...(this.labels ? { labels: this.labels } : {}),
      ...(sessionId ? { sessionId } : {}),
    });
  }
}
