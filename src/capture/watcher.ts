import { providerFor } from '../providers/index.ts';
import type { RequestHead } from '../providers/provider.ts';
import { activeLabels } from './active-labels.ts';
import { Attempts } from './attempts.ts';
import { Call, type CallContext } from './call.ts';
import { safe } from './host.ts';
import type { Recorder } from './recorder.ts';

/** What the run gives to every call of this process. */
export interface WatcherOptions {
  sessionId: string | undefined;
  labels: Readonly<Record<string, string>>;
}

/** All calls of this process that have not ended. */
export class Watcher {
  private readonly context: CallContext;
  private readonly open = new Set<Call>();
  private count = 0;

  constructor(recorder: Recorder, options: WatcherOptions) {
    this.context = {
      process: recorder.process,
      sessionId: options.sessionId,
      attempts: new Attempts(),
      labels: () => {
        const labels = { ...options.labels, ...activeLabels() };
        return Object.keys(labels).length > 0 ? labels : undefined;
      },
      record: (phase, call, event) => recorder.call(phase, call, event),
      trouble: (reason) => recorder.trouble(reason),
      finished: (call) => this.open.delete(call),
    };
  }

  /** Starts to follow a request, if it is one that may be billed. */
  watch(request: RequestHead): Call | undefined {
    const provider = providerFor(request);
    const facts = provider?.readUsage({ request });
    if (!provider || !facts) return undefined;
    const call = new Call({ number: ++this.count, provider, request, facts }, this.context);
    this.open.add(call);
    return call;
  }

  /** The process ends: whatever is still under way was cut off. */
  close(): void {
    for (const call of this.open) safe(() => call.breakOff());
  }
}
