import type { UsageEvent } from '../../../core/usage/event.ts';
import type { Exchange, UsageFacts } from '../../../providers/provider.ts';
import type { Phase } from '../../wire/record.ts';
import { Admission } from '../gate/admission.ts';
import type { CostwatchBudgetError } from '../gate/budget-error.ts';
import { host } from '../host.ts';
import type { CallContext, OpenedCall } from './context.ts';
import { PassingExchange } from './exchange.ts';
import { errorCode, neverReached } from './failure.ts';
import { recordLaterAnswers } from './later-answers.ts';
import type { CallMetadata } from './pending-outcomes.ts';
import { Throttle } from './throttle.ts';

/** One HTTP attempt, from its first byte to its last: the tap hands it what passes, and it records what that means. */
export class Call {
  private readonly opened: OpenedCall;
  private readonly context: CallContext;
  private readonly ended: (call: Call) => void;
  private readonly labels: Record<string, string> | undefined;
  private readonly exchange: PassingExchange;
  private readonly usageReports = new Throttle();
  private readonly admission: Admission;
  private sentAt = host.now();
  private sentTick = host.ticks();
  private attempt = 1;
  private hasWholeRequest = false;
  private state: 'opened' | 'started' | 'ended' = 'opened';
  private facts: UsageFacts | undefined;

  /** `ended` is called when the call needs no further watching. */
  constructor(opened: OpenedCall, context: CallContext, ended: (call: Call) => void) {
    this.opened = opened;
    this.context = context;
    this.ended = ended;
    this.facts = opened.facts;
    this.labels = context.labels();
    this.exchange = new PassingExchange(opened.request);
    this.admission = new Admission(context, opened.number);
  }

  /** Whether the budgets must be asked before this call is sent. */
  get needsAdmission(): boolean {
    return this.facts !== undefined && !this.admission.isDecided;
  }

  /**
   * Asks the budgets, once, before a byte of the request is sent. Returns the error to fail it with where one refuses;
   * the call is then over. `isWhole`: all of the body has passed `sent`; else the most that any body could ask for counts.
   */
  admit(isWhole: boolean): CostwatchBudgetError | undefined {
    return this.facts && this.forgetIfRefused(this.admission.ask(...this.question(isWhole, this.facts)));
  }

  /** As `admit`, for a request that can wait: until calls under way give back what they hold of a budget. */
  async admitPatiently(isWhole: boolean): Promise<CostwatchBudgetError | undefined> {
    if (!this.facts) return undefined;
    const question = this.question(isWhole, this.facts);
    return this.forgetIfRefused(await this.admission.askPatiently(...question, () => this.state === 'ended'));
  }

  private question(isWhole: boolean, facts: UsageFacts): [UsageEvent, Exchange['request']] {
    if (isWhole) {
      this.hasWholeRequest = true;
      this.read(false);
    }
    return [this.eventAt('start', this.facts ?? facts), this.exchange.requestSoFar(isWhole)];
  }

  private forgetIfRefused(error: CostwatchBudgetError | undefined): CostwatchBudgetError | undefined {
    if (error) this.forget();
    return error;
  }

  /** Whether the body of the request says what it will cost. */
  get keepsRequest(): boolean {
    return this.exchange.keepsRequest;
  }

  /** The request left the queue for the wire. */
  sending(): void {
    this.sentAt = host.now();
    this.sentTick = host.ticks();
  }

  sent(chunk: unknown, encoding?: unknown): void {
    if (this.state === 'opened' && !this.hasWholeRequest) this.exchange.sent(chunk, encoding);
  }

  /** The whole request is on its way to the server. */
  start(): void {
    if (this.state !== 'opened') return;
    this.state = 'started';
    if (this.facts) this.attempt = this.context.attempts.next(this.exchange.fingerprint(), this.sentAt);
    this.read(false);
    this.report('start');
  }

  headers(status: number, header: (name: string) => string | undefined): void {
    // 1xx answers are only the prelude of the response.
    if (status < 200 || this.state === 'ended') return;
    this.start();
    this.exchange.headers(status, header);
    if (this.opened.provider.wantsBody(this.exchange.soFar(false))) this.exchange.keepBody();
    if (this.exchange.isReadAtEnd()) return;
    this.read(false);
    this.report('headers');
  }

  received(chunk: unknown): void {
    if (!(chunk instanceof Uint8Array) || this.state === 'ended') return;
    if (!this.exchange.received(chunk) || !this.exchange.isStream()) return;
    if (!this.usageReports.due(chunk, this.exchange.isCompressed())) return;
    const before = JSON.stringify(this.facts?.usage);
    this.usageReports.measure(() => this.read(false));
    if (JSON.stringify(this.facts?.usage) !== before) this.report('usage');
  }

  /** The last byte has arrived. */
  complete(): void {
    this.end(true);
  }

  /** An error, or the end of the process, broke the call off. */
  breakOff(error?: unknown): void {
    if (this.state === 'opened' && (error === undefined || neverReached(error))) this.neverSent(error);
    else this.end(this.exchange.hasWholeBody(), error);
  }

  /** Queued and never sent: no call. Where the connection failed, that is counted. */
  private neverSent(error: unknown): void {
    if (this.facts && error !== undefined) this.context.unreached(errorCode(error));
    this.forget();
  }

  /** Watched no longer: it has ended, or was no call, as where a mock has answered. */
  forget(): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.admission.withdraw();
    this.ended(this);
  }

  private end(complete: boolean, error?: unknown): void {
    if (this.state === 'ended') return;
    const unsent = this.state === 'opened' || neverReached(error);
    this.start();
    this.read(complete);
    if (this.facts) this.endBilled(this.withConnectionOutcome(this.facts, unsent, error), complete);
    this.recordLaterAnswers(complete);
    this.forget();
  }

  private endBilled(facts: UsageFacts, complete: boolean): void {
    this.facts = facts;
    // Answered in full and without an error, an incomplete call is one whose outcome comes later: no failure to retry.
    const isPending = complete && facts.status === 'incomplete' && facts.errorCode === undefined;
    if (facts.status !== 'ok' && !isPending && !this.exchange.isRedirect())
      this.context.attempts.failed(this.exchange.fingerprint(), this.attempt, host.now());
    // What an outcome that comes later can cost stays reserved until then.
    this.report(isPending && this.admission.isHolding ? 'usage' : 'end');
    this.admission.ended();
  }

  /** What the provider cannot know: how the connection fared. */
  private withConnectionOutcome(facts: UsageFacts, unsent: boolean, error: unknown): UsageFacts {
    // The answer that counts is the one at the redirect's target.
    if (this.exchange.isRedirect()) return { ...facts, status: 'failed', errorCode: String(this.exchange.status) };
    const status = unsent && this.exchange.status === undefined ? 'failed' : facts.status;
    if (status === 'ok' || error === undefined) return { ...facts, status };
    return { ...facts, status, errorCode: facts.errorCode ?? errorCode(error) };
  }

  private recordLaterAnswers(complete: boolean): void {
    try {
      const answered = { id: this.facts?.id, metadata: this.metadata() };
      recordLaterAnswers(this.exchange.soFar(complete), this.opened, this.context, answered);
    } catch (error) {
      this.reportBug(error);
    }
  }

  /** A provider that fails leaves what was known. */
  private read(complete: boolean): void {
    if (!this.facts) return;
    try {
      this.facts = this.opened.provider.readUsage(this.exchange.soFar(complete)) ?? this.facts;
    } catch (error) {
      this.reportBug(error);
    }
  }

  private reportBug(error: unknown): void {
    this.context.reportProblem(`a call could not be read whole: a bug in costwatch (${errorCode(error)})`);
  }

  private report(phase: Phase): void {
    if (!this.facts) return;
    const held = phase === 'end' ? {} : this.admission.held();
    this.context.record(phase, this.opened.number, this.eventAt(phase, this.facts), held);
  }

  private eventAt(phase: Phase, facts: UsageFacts): UsageEvent {
    const { durationMs, ...metadata } = this.metadata();
    return {
      ...facts,
      id: facts.id ?? `${this.context.process}-${this.opened.number}`,
      ...metadata,
      ...(phase === 'start' ? {} : { durationMs }),
    };
  }

  private metadata(): CallMetadata & { durationMs: number } {
    const { sessionId } = this.context;
    return {
      timestamp: host.iso(this.sentAt),
      durationMs: Math.round(host.ticks() - this.sentTick),
      attempt: this.attempt,
      ...(this.labels ? { labels: this.labels } : {}),
      ...(sessionId ? { sessionId } : {}),
    };
  }
}
