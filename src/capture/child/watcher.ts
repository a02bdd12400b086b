import type { UsageEvent } from '../../core/usage/event.ts';
import { providerFor, providers } from '../../providers/index.ts';
import type { RequestHead } from '../../providers/provider.ts';
import { activeLabels } from './active-labels.ts';
import { Attempts } from './call/attempts.ts';
import { Call } from './call/call.ts';
import type { CallContext } from './call/context.ts';
import { PendingOutcomes } from './call/pending-outcomes.ts';
import { Admission } from './gate/admission.ts';
import type { CostwatchBudgetError } from './gate/budget-error.ts';
import { Gate } from './gate/gate.ts';
import { host, safe } from './host.ts';
import type { Recorder } from './recorder.ts';
import { SocketSession } from './websocket/session.ts';

/** What the run gives to every call of this process. */
export interface WatcherOptions {
  sessionId: string | undefined;
  labels: Readonly<Record<string, string>>;
  /** The file that says which budgets stop calls; absent where none does. */
  gate?: string | undefined;
}

/** All calls of this process that have not ended. */
export class Watcher {
  private readonly context: CallContext;
  private readonly open = new Set<Call>();
  private readonly sockets = new Set<SocketSession>();
  private readonly unreached = new Map<string, number>();
  private readonly recorder: Recorder;
  private count = 0;

  constructor(recorder: Recorder, options: WatcherOptions) {
    this.recorder = recorder;
    this.context = {
      process: recorder.process,
      sessionId: options.sessionId,
      gate: options.gate === undefined ? undefined : new Gate(options.gate, (reason) => recorder.reportProblem(reason)),
      attempts: new Attempts(),
      pendingOutcomes: new PendingOutcomes(),
      nextNumber: () => ++this.count,
      labels: () => {
        const labels = { ...options.labels, ...activeLabels() };
        return Object.keys(labels).length > 0 ? labels : undefined;
      },
      record: (phase, call, event, gated) => recorder.call(phase, call, event, gated),
      reportProblem: (reason) => recorder.reportProblem(reason),
      unreached: (code) => this.unreached.set(code, (this.unreached.get(code) ?? 0) + 1),
    };
  }

  /** Starts to follow a request, if it is one that may be billed or whose answer says what another one is billed. */
  watch(request: RequestHead): Call | undefined {
    const provider = providerFor(request);
    const facts = provider?.readUsage({ request });
    if (!provider || (!facts && !provider.isLaterAnswer?.(request))) return undefined;
    const opened = { number: ++this.count, provider, request, facts };
    const call = new Call(opened, this.context, (ended) => this.open.delete(ended));
    this.open.add(call);
    return call;
  }

  /** Whether budgets stop calls here. */
  get isGated(): boolean {
    return this.context.gate !== undefined;
  }

  /**
   * The error to refuse the handshake of a WebSocket with; undefined where it may go on. What a session will use is not
   * known before its end, so it reserves nothing, and is refused only where a budget is used up already.
   */
  admitSocket(request: RequestHead): CostwatchBudgetError | undefined {
    const provider = providers.find((one) => one.openSocket?.(request));
    if (!provider) return undefined;
    const call = ++this.count;
    const { context } = this;
    const { process, sessionId } = context;
    const labels = context.labels();
    const model = request.url.searchParams.get('model_id');
    const event: UsageEvent = {
      id: `${process}-${call}`,
      timestamp: host.iso(host.now()),
      service: provider.id,
      operation: 'socket',
      status: 'incomplete',
      ...(model ? { requestModel: model } : {}),
      ...(labels ? { labels } : {}),
      ...(sessionId ? { sessionId } : {}),
    };
    const admission = new Admission(context, call);
    const error = admission.ask(event, request);
    admission.withdraw();
    return error;
  }

  /** Starts to follow a WebSocket whose handshake has succeeded, if a provider can read it. */
  openSocket(request: RequestHead): SocketSession | undefined {
    for (const provider of providers) {
      const reader = provider.openSocket?.(request);
      if (!reader) continue;
      const session = new SocketSession(reader, this.context, (ended) => this.sockets.delete(ended));
      this.sockets.add(session);
      return session;
    }
    return undefined;
  }

  /** Records a call that the program itself reports. */
  record(call: Omit<UsageEvent, 'id'> & { id?: string }): UsageEvent {
    const { process, sessionId } = this.context;
    const number = ++this.count;
    const labels = { ...this.context.labels(), ...call.labels };
    const event: UsageEvent = {
      ...call,
      id: call.id ?? `${process}-${number}`,
      timestamp: call.timestamp ?? host.iso(host.now()),
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
      ...(sessionId ? { sessionId } : {}),
    };
    this.context.record('end', number, event);
    return event;
  }

  /** The process ends: whatever is still under way was cut off. */
  close(): void {
    for (const call of this.open) safe(() => call.breakOff());
    for (const socket of this.sockets) safe(() => socket.closed());
    for (const [code, count] of this.unreached) {
      const those = count === 1 ? '1 request' : `${count} requests`;
      this.recorder.reportProblem(`${those} never reached a server (${code}): no call, and nothing to pay`);
    }
  }
}
