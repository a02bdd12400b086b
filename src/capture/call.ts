import type { UsageEvent } from '../core/event.ts';
import type { Exchange, Provider, RequestHead, UsageFacts } from '../providers/provider.ts';
import type { Attempts } from './attempts.ts';
import { Body } from './body.ts';
import { errorCode, neverReached } from './failure.ts';
import { host } from './host.ts';
import type { Phase } from './record.ts';
import { RequestBody } from './request-body.ts';
import { Throttle } from './throttle.ts';

/** What all calls of a process share. */
export interface CallContext {
  /** The process's key in all records. */
  process: string;
  sessionId: string | undefined;
  /** The labels of the code that is running now. */
  labels(): Record<string, string> | undefined;
  attempts: Attempts;
  record(phase: Phase, call: number, event: UsageEvent): void;
  trouble(reason: string): void;
  /** The call needs no further watching. */
  finished(call: Call): void;
}

/** What is known when a call is opened. `facts` are those of the bare request. */
export interface Opening {
  number: number;
  provider: Provider;
  request: RequestHead;
  facts: UsageFacts;
}

/** One HTTP attempt, from its first byte to its last: the tap tells it what passes, and it records what that means. */
export class Call {
  private readonly opening: Opening;
  private readonly context: CallContext;
  private readonly labels: Record<string, string> | undefined;
  private readonly sentBody: RequestBody;
  private readonly usageReports = new Throttle();
  private sentAt = host.now();
  private sentTick = host.ticks();
  private attempt = 1;
  private state: 'opened' | 'started' | 'ended' = 'opened';
  private facts: UsageFacts;
  private response: { status: number; header(name: string): string | undefined } | undefined;
  private responseBody: Body | undefined;
  private receivedBytes = 0;

  constructor(opening: Opening, context: CallContext) {
    this.opening = opening;
    this.context = context;
    this.facts = opening.facts;
    this.labels = context.labels();
    this.sentBody = new RequestBody((name) => opening.request.header(name));
  }

  /** The request left the queue for the wire. */
  sending(): void {
    this.sentAt = host.now();
    this.sentTick = host.ticks();
  }

  sent(chunk: unknown, encoding?: unknown): void {
    if (this.state === 'opened') this.sentBody.add(chunk, encoding);
  }

  /** The whole request is on its way to the server. */
  start(): void {
    if (this.state !== 'opened') return;
    this.state = 'started';
    this.attempt = this.context.attempts.next(this.fingerprint(), this.sentAt);
    this.read(false);
    this.report('start');
  }

  headers(status: number, header: (name: string) => string | undefined): void {
    // 1xx answers are only the prelude of the response.
    if (status < 200 || this.state === 'ended') return;
    this.start();
    this.response = { status, header };
    this.read(false);
    if (this.opening.provider.wantsBody(this.exchange(false))) this.responseBody = new Body();
    this.report('headers');
  }

  received(chunk: unknown): void {
    if (!(chunk instanceof Uint8Array) || this.state === 'ended') return;
    this.receivedBytes += chunk.byteLength;
    if (!this.responseBody) return;
    this.responseBody.add(chunk);
    if (!this.isStream() || !this.usageReports.due(chunk, this.encoding() !== undefined)) return;
    const changed = this.usageReports.measure(() => this.read(false));
    if (changed) this.report('usage');
  }

  /** The last byte has arrived. */
  complete(): void {
    this.end(true);
  }

  /** An error, or the end of the process, broke the call off. */
  breakOff(error?: unknown): void {
    // Queued and never sent: no call. A refused connection is one, and failed.
    if (this.state === 'opened' && error === undefined) this.forget();
    else this.end(this.hasWholeBody(), error);
  }

  /** It was no call: a mock has answered. */
  forget(): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.context.finished(this);
  }

  private end(complete: boolean, error?: unknown): void {
    if (this.state === 'ended') return;
    const unsent = this.state === 'opened' || neverReached(error);
    this.start();
    this.read(complete);
    this.facts = this.judge(unsent, error);
    if (this.facts.status !== 'ok' && !this.isRedirect())
      this.context.attempts.failed(this.fingerprint(), this.attempt, host.now());
    this.report('end');
    this.forget();
  }

  /** What the provider cannot know: how the connection fared. */
  private judge(unsent: boolean, error: unknown): UsageFacts {
    // The answer that counts is the one at the redirect's target.
    if (this.isRedirect()) return { ...this.facts, status: 'failed', errorCode: String(this.response?.status) };
    const status = unsent && !this.response ? 'failed' : this.facts.status;
    if (status === 'ok' || error === undefined) return { ...this.facts, status };
    return { ...this.facts, status, errorCode: this.facts.errorCode ?? errorCode(error) };
  }

  private isRedirect(): boolean {
    return this.response !== undefined && this.response.status >= 300 && this.response.status < 400;
  }

  /** Returns whether the usage is another than before. A provider that fails leaves what was known. */
  private read(complete: boolean): boolean {
    const before = JSON.stringify(this.facts.usage);
    try {
      this.facts = this.opening.provider.readUsage(this.exchange(complete)) ?? this.facts;
    } catch (error) {
      this.context.trouble(`a call could not be read whole: a bug in costwatch (${errorCode(error)})`);
      return false;
    }
    return JSON.stringify(this.facts.usage) !== before;
  }

  private exchange(complete: boolean): Exchange {
    const { method, url } = this.opening.request;
    const header = (name: string) => this.opening.request.header(name);
    const requestBody = this.sentBody.bytes();
    const request = { method, url, header, ...(requestBody ? { body: requestBody } : {}) };
    if (!this.response) return { request };
    const body = this.responseBody?.bytes(this.encoding());
    return { request, response: { ...this.response, complete, ...(body ? { body } : {}) } };
  }

  private report(phase: Phase): void {
    const { number } = this.opening;
    const { process, sessionId } = this.context;
    const durationMs = Math.round(host.ticks() - this.sentTick);
    this.context.record(phase, number, {
      ...this.facts,
      id: this.facts.id ?? `${process}-${number}`,
      timestamp: host.iso(this.sentAt),
      ...(phase === 'start' ? {} : { durationMs }),
      attempt: this.attempt,
      ...(this.labels ? { labels: this.labels } : {}),
      ...(sessionId ? { sessionId } : {}),
    });
  }

  private fingerprint(): string {
    const { method, url } = this.opening.request;
    return `${method} ${url.pathname} ${this.sentBody.fingerprint()}`;
  }

  private encoding(): string | undefined {
    return this.response?.header('content-encoding');
  }

  private isStream(): boolean {
    return (
      /stream/i.test(this.opening.request.url.pathname) ||
      /event-stream/.test(this.response?.header('content-type') ?? '')
    );
  }

  /** A reader that leaves right after the last byte may do so before the parser says that it was the last. */
  private hasWholeBody(): boolean {
    return this.response?.header('content-length') === String(this.receivedBytes);
  }
}
