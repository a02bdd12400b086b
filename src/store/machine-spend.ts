import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Bucket, type Budget, bucketOf, bucketsOf, EACH, windowOf } from '../core/budget.ts';
import { addSpend, type BucketState, noSpend, type Refusal, refusal, type Spend } from '../core/budget-state.ts';
import { addDays } from '../core/day.ts';
import { localDay } from '../core/dimension.ts';
import type { UsageEvent } from '../core/event.ts';
import { SpendTally } from '../core/spend-tally.ts';
import { RECORDED, runsIn, sessionLogIn, sessionsIn } from './layout.ts';
import { Listing } from './listing.ts';
import { LogSpend } from './log-spend.ts';
import { LEAVING, readNote } from './run-note.ts';
import { RunSpend } from './run-spend.ts';
import type { SpendReading } from './spend-reading.ts';

export type { SpoolRecord } from './spend-reading.ts';

export interface MachineSpendOptions extends SpendReading {
  /** The folder that holds `sessions` and `runs`. */
  dataDir: string;
  now: () => Date;
  /** The run that asks: whose per-run budgets are looked at. Without it every running session has its own. */
  session?: string;
}

/** One call of a running session: `<session id>/<process>-<call>`. */
export type CallKey = string;

export function callKey(session: string, process: string, call: number): CallKey {
  return `${session}/${process}-${call}`;
}

interface Run {
  spend: RunSpend;
  log: string;
}

/**
 * What all sessions of this machine have spent in the current windows of the budgets, and what their calls under way may
 * still cost. Lock-free: everybody appends to its own spool file and reads those of all. Synchronous, and incremental.
 *
 * To ask for a call: write its bound to the spool, then `refresh()`, then `refusedBy(event, key)`. Since all write before
 * they read, the last of the admitted calls saw the bounds of all others, so together they overshoot by at most one
 * call's bound.
 *
 * A session counts once: by its run folder as long as there is one, then by its session log, which is written first.
 */
export class MachineSpend {
  private readonly options: MachineSpendOptions;
  private readonly runFolders: Listing;
  private readonly running = new Map<string, Run>();
  /** By session id: read from its log, or from a run folder that has gone. */
  private readonly closed = new Map<string, SpendTally>();
  /** The sum of `closed`. */
  private readonly past = new SpendTally();
  private readonly dayFolders = new Map<string, Listing>();
  private readonly recorded = new Map<string, LogSpend>();
  private readonly hasHistory: boolean;
  private firstDay = '';

  constructor(options: MachineSpendOptions) {
    this.options = options;
    this.runFolders = new Listing(runsIn(options.dataDir));
    this.hasHistory = options.budgets.some(({ period }) => period !== 'run');
  }

  /** Reads what has been written since the last time. Files that vanish meanwhile are no error. */
  refresh(): void {
    // The runs first: a run that is not there any more has its log already.
    this.readRuns();
    if (this.hasHistory) this.readLogs();
  }

  /** One bucket; zeros for one that nothing fell into. The call `except` is left out of it, with its reservation. */
  state(bucket: Bucket, except?: CallKey): BucketState {
    const sum = noSpend();
    for (const tally of this.tallies()) {
      const spend = tally.of(bucket);
      if (spend) addSpend(sum, spend);
    }
    const own = except === undefined ? undefined : this.shareOf(except, bucket);
    if (own) addSpend(sum, own, -1);
    return { bucket, ...sum };
  }

  /** Every current bucket: one for each budget, and one for each value of a label that each have their own. */
  all(): BucketState[] {
    return this.options.budgets.flatMap((budget) => this.current(budget)).map((bucket) => this.state(bucket));
  }

  /** The first bucket that lets no further call like this one through, and why; the call's own reservation left out. */
  refusedBy(event: UsageEvent, self?: CallKey): { state: BucketState; why: Refusal } | undefined {
    const { budgets, zone, session } = this.options;
    for (const bucket of bucketsOf(event, budgets, { zone, session })) {
      const state = this.state(bucket, self);
      const why = refusal(state);
      if (why) return { state, why };
    }
    return undefined;
  }

  /** Ids of the sessions that have a run folder: they run, or wait to be finished. */
  sessions(): string[] {
    return [...this.running.keys()];
  }

  private *tallies(): Generator<SpendTally> {
    yield this.past;
    for (const { spend } of this.running.values()) yield spend.tally;
    for (const { tally } of this.recorded.values()) yield tally;
  }

  private shareOf(key: CallKey, bucket: Bucket): Spend | undefined {
    const [session = '', call = ''] = key.split('/');
    const shares = this.running.get(session)?.spend.sharesOf(call);
    return shares?.find((share) => share.bucket.key === bucket.key)?.spend;
  }

  private current(budget: Budget): Bucket[] {
    const windows = this.windows(budget);
    if (budget.label?.value !== EACH) return windows.map((window) => bucketOf(budget, window));
    const seen = new Map<string, Bucket>();
    for (const tally of this.tallies())
      for (const bucket of tally.buckets())
        if (bucket.budget.id === budget.id && windows.includes(bucket.window)) seen.set(bucket.key, bucket);
    return [...seen.values()];
  }

  private windows({ period }: Budget): string[] {
    const { session, zone, now } = this.options;
    if (period === 'run') return session === undefined ? this.sessions() : [session];
    return [windowOf(period, now().toISOString(), { zone, session })!];
  }

  private readRuns(): void {
    const { dataDir, session } = this.options;
    const seen = new Set<string>();
    for (const name of this.runFolders.read() ?? []) {
      if (name.startsWith(LEAVING)) continue;
      const folder = join(runsIn(dataDir), name);
      const id = sessionOfFolder(name);
      let run = this.running.get(id);
      if (!run) {
        const note = readNote(folder);
        if (!note || (!note.history && id !== session)) continue;
        run = { spend: new RunSpend(id, folder, this.readingFor(id)), log: sessionLogIn(dataDir, note.session) };
      }
      run.spend.moveTo(folder);
      if (!run.spend.refresh()) continue;
      seen.add(id);
      if (!this.running.has(id)) this.begin(id, run);
    }
    for (const [id, run] of this.running) if (!seen.has(id)) this.close(id, run);
  }

  /** A run folder has all that the session's log has, and more where processes went on. */
  private begin(id: string, run: Run): void {
    this.running.set(id, run);
    this.replace(id, undefined);
  }

  private close(id: string, run: Run): void {
    this.running.delete(id);
    this.replace(id, run.spend.tally);
    if (this.hasHistory) this.readLog(id, run.log);
  }

  private readLog(id: string, path: string): void {
    const log = new LogSpend(path, id, this.readingFor(id));
    if (log.readOnce()) this.replace(id, log.tally);
  }

  private replace(id: string, tally: SpendTally | undefined): void {
    const before = this.closed.get(id);
    if (before) this.past.merge(before, -1);
    this.closed.delete(id);
    if (!tally) return;
    this.closed.set(id, tally);
    this.past.merge(tally);
  }

  private readLogs(): void {
    const today = localDay(this.options.now().toISOString(), 'UTC');
    if (this.firstDay === '') this.readHistory();
    // A session that began and ended unseen between two readings began today, or just before midnight.
    for (const day of [addDays(today, -1), today]) this.readDay(day);
    for (let day = this.firstDay; day <= today; day = addDays(day, 1)) this.readRecorded(day);
  }

  /** A day before the first window, for the zones. Older folders count where a log came into them since. */
  private readHistory(): void {
    const { dataDir, now, zone, budgets } = this.options;
    const today = localDay(now().toISOString(), zone);
    const isMonthly = budgets.some(({ period }) => period === 'monthly');
    this.firstDay = addDays(isMonthly ? `${today.slice(0, 7)}-01` : today, -1);
    const since = Date.parse(`${this.firstDay}T00:00:00Z`);
    for (const day of new Listing(sessionsIn(dataDir)).read() ?? []) this.readDay(day, since);
  }

  private readDay(day: string, since = 0): void {
    const path = join(sessionsIn(this.options.dataDir), day);
    const folder = this.dayFolders.get(day) ?? new Listing(path);
    if (day < this.firstDay && !isSince(path, since)) return;
    this.dayFolders.set(day, folder);
    for (const name of folder.read() ?? []) {
      const id = name.slice(0, -'.jsonl'.length);
      if (!name.endsWith('.jsonl') || name.startsWith('.') || name === RECORDED) continue;
      if (this.closed.has(id) || this.running.has(id) || !isSince(join(path, name), since)) continue;
      this.readLog(id, join(path, name));
    }
  }

  private readRecorded(day: string): void {
    const path = join(sessionsIn(this.options.dataDir), day, RECORDED);
    const log = this.recorded.get(day) ?? new LogSpend(path, undefined, this.readingFor(undefined));
    if (log.refresh()) this.recorded.set(day, log);
  }

  /** Per-run budgets are looked at for the run that asks; for the others only where nobody in particular asks. */
  private readingFor(id: string | undefined): SpendReading {
    const { session, budgets } = this.options;
    if (id === session || (session === undefined && id !== undefined)) return this.options;
    return { ...this.options, budgets: budgets.filter(({ period }) => period !== 'run') };
  }
}

/** A run that was taken over has the process id of its new owner behind its name. */
function sessionOfFolder(name: string): string {
  return name.replace(/\.\d+$/, '');
}

function isSince(path: string, since: number): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= since;
}
