import { type Amount, type Bucket, type Budget, bucketsOf, isOfLabels } from '../../core/budget/budget.ts';
import { type BudgetRow, budgetRow } from '../../core/budget/row.ts';
import { type BucketState, crossed, percentSpent } from '../../core/budget/state.ts';
import { ZERO } from '../../core/pricing/money.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import type { MachineSpend } from '../../store/spend/machine-spend.ts';
import { budgetName, scopeText, shareText } from '../../views/budget/text.ts';
import { plural } from '../../views/terminal/format.ts';

/** What a command or a web address of the user's is given. */
export interface BudgetAlert {
  schemaVersion: 1;
  /** `threshold`: a share of a budget is reached. `unpriced`: it holds calls without a price. `refused`: it stopped a call. */
  type: 'threshold' | 'unpriced' | 'refused';
  message: string;
  /** The highest of the thresholds that were reached at once, in percent. */
  threshold?: number;
  /** Whether it was so before the run. */
  atStart: boolean;
  time: string;
  session: { id: string; command: string[] };
  budget: BudgetRow;
}

export interface BudgetWatchOptions {
  spend: Pick<MachineSpend, 'refresh' | 'all' | 'state' | 'isTouched'>;
  budgets: readonly Budget[];
  /** An IANA zone. */
  zone: string;
  session: { id: string; command: string[] };
  /** The labels of all calls of the run, as far as they are known at its start. */
  labels: Readonly<Record<string, string>>;
  say(text: string): void;
  alert(alert: BudgetAlert): void;
  /** A budget that stops calls is used up; for processes that have no gate. */
  onUsedUp?(state: BucketState, message: string): void;
  onChange?(): void;
}

/** Calls come in bursts. What other sessions spend is announced by nothing, so it is looked up. */
const RECHECK_MS = 250;
const POLL_MS = 1_000;

/**
 * Follows the budgets of a run: says each threshold of each budget once. A budget for a label has its say where the run
 * has that label, or one of its calls.
 */
export class BudgetWatch {
  private readonly options: BudgetWatchOptions;
  /** The most that each bucket has held. */
  private readonly highest = new Map<string, Amount>();
  private readonly unpriced = new Set<string>();
  private readonly usedUp = new Set<string>();
  /** By bucket: how many calls were refused, and how many of them for want of a price. */
  private readonly refusals = new Map<string, { calls: number; unpriced: number }>();
  private states: BucketState[] = [];
  private isUnreadable = false;
  private isEnding = false;
  private recheckTimer: NodeJS.Timeout | undefined;
  private pollTimer: NodeJS.Timeout | undefined;

  constructor(options: BudgetWatchOptions) {
    this.options = options;
  }

  start(): void {
    this.check(true);
    this.pollTimer = setInterval(() => this.check(false), POLL_MS).unref();
  }

  /** A call was made or has come further. */
  recheckSoon(): void {
    this.recheckTimer ??= setTimeout(() => this.check(false), RECHECK_MS).unref();
  }

  /** A budget has stopped a call, perhaps for want of a price; `reason` is what its program was given. */
  refused(id: string, event: UsageEvent, reason?: string, unpriced = false): void {
    const { budgets, zone, session } = this.options;
    const bucket = bucketsOf(event, budgets, { zone, session: session.id }).find(({ budget }) => budget.id === id);
    if (!bucket) return;
    const count = this.refusals.get(bucket.key) ?? { calls: 0, unpriced: 0 };
    count.calls++;
    if (unpriced) count.unpriced++;
    this.refusals.set(bucket.key, count);
    if (count.calls > 1) return;
    this.check(false);
    const state = this.options.spend.state(bucket);
    this.announce('refused', state, reason || `the ${budgetName(bucket)} allows no further calls: ${figures(state)}`);
  }

  /** Reads a last time, and gives the budgets as they are. */
  stop(): BudgetRow[] {
    clearInterval(this.pollTimer);
    this.isEnding = true;
    this.check(false);
    clearTimeout(this.recheckTimer);
    return this.states.map((state) => this.row(state));
  }

  private row(state: BucketState): BudgetRow {
    const { calls, unpriced } = this.refusals.get(state.bucket.key) ?? {};
    return budgetRow(state, calls, unpriced);
  }

  /** `budget 82 %`, of the one that is nearest to its limit. */
  tightest(): string | undefined {
    if (this.states.length === 0) return undefined;
    return `budget ${Math.max(...this.states.map(percentSpent))} %`;
  }

  private check(atStart: boolean): void {
    clearTimeout(this.recheckTimer);
    this.recheckTimer = undefined;
    const { spend, onChange } = this.options;
    if (!this.read(spend)) return;
    this.states = spend.all().filter(({ bucket }) => this.isOurs(bucket));
    for (const state of this.states) this.checkBucket(state, atStart);
    onChange?.();
  }

  private isOurs(bucket: Bucket): boolean {
    const { labels, spend } = this.options;
    return isOfLabels(bucket, labels) || this.refusals.has(bucket.key) || spend.isTouched(bucket);
  }

  /** What cannot be read is said once; the command goes on. */
  private read(spend: BudgetWatchOptions['spend']): boolean {
    try {
      spend.refresh();
      return true;
    } catch (error) {
      if (!this.isUnreadable)
        this.options.say(`costwatch: what has been spent of the budgets cannot be read: ${(error as Error).message}`);
      this.isUnreadable = true;
      return false;
    }
  }

  private checkBucket(state: BucketState, atStart: boolean): void {
    const { bucket, spent, unpriced, pendingOutcome } = state;
    const name = budgetName(bucket);
    const before = this.highest.get(bucket.key) ?? ZERO;
    const threshold = crossed(bucket, before, spent).at(-1);
    if (spent > before) this.highest.set(bucket.key, spent);
    if (threshold !== undefined) {
      const when = atStart ? ' was spent before this run' : '';
      this.announce('threshold', state, `${threshold} % of the ${name}${when}: ${figures(state)}`, {
        threshold,
        atStart,
      });
    }
    // What a batch or a video used may come later; what is missing at the end stays missing.
    if (unpriced > (this.isEnding ? 0 : pendingOutcome) && !this.unpriced.has(bucket.key)) {
      this.unpriced.add(bucket.key);
      const end = bucket.budget.onUnpriced === 'stop' ? '; it refuses further calls' : '';
      const verb = unpriced === 1 ? 'is' : 'are';
      this.announce('unpriced', state, `${plural(unpriced, 'call')} without a price ${verb} not in the ${name}${end}`, {
        atStart,
      });
    }
    const isUsedUp = bucket.budget.onBudget === 'stop' && spent >= bucket.budget.limit;
    if (!isUsedUp || this.usedUp.has(bucket.key)) return;
    this.usedUp.add(bucket.key);
    this.options.onUsedUp?.(state, `the ${name} is used up: ${figures(state)}. To continue: --on-budget warn`);
  }

  private announce(
    type: BudgetAlert['type'],
    state: BucketState,
    message: string,
    { threshold, atStart = false }: { threshold?: number; atStart?: boolean } = {},
  ): void {
    const { session, say, alert } = this.options;
    say(`costwatch: ${message}`);
    alert({
      schemaVersion: 1,
      type,
      message,
      ...(threshold === undefined ? {} : { threshold }),
      atStart,
      time: new Date().toISOString(),
      session,
      budget: this.row(state),
    });
  }
}

/** `$4.02 of $5.00 (all sessions today)` */
function figures(state: BucketState): string {
  return `${shareText(state)} (${scopeText(state)})`;
}
