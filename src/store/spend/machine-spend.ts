import { join } from 'node:path';
import { type Bucket, type Budget, bucketOf, bucketsOf, EACH, windowOf } from '../../core/budget/budget.ts';
import type { SpendTally } from '../../core/budget/spend-tally.ts';
import { addSpend, type BucketState, noSpend, type Refusal, refusal, type Spend } from '../../core/budget/state.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { CachedDirectory } from '../files/cached-directory.ts';
import { runsIn, sessionLogIn } from '../files/layout.ts';
import { BEING_REMOVED, readNote } from '../sessions/run-note.ts';
import { type HistoryOptions, HistorySpend } from './history-spend.ts';
import { RunSpend } from './run-spend.ts';
import type { SpendOptions } from './shares.ts';

/** `dataDir` is the folder that holds `sessions` and `runs`. */
export interface MachineSpendOptions extends HistoryOptions {
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
  /** Where its session log will be. */
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
  private readonly runFolders: CachedDirectory;
  private readonly running = new Map<string, Run>();
  /** For other sessions than the one that asks: they have no say in its per-run budgets. */
  private readonly optionsOfOthers: SpendOptions;
  /** Absent where only runs have budgets. */
  private readonly history: HistorySpend | undefined;

  constructor(options: MachineSpendOptions) {
    this.options = options;
    this.runFolders = new CachedDirectory(runsIn(options.dataDir));
    const ofHistory = { ...options, budgets: options.budgets.filter(({ period }) => period !== 'run') };
    this.optionsOfOthers = options.session === undefined ? options : ofHistory;
    this.history = ofHistory.budgets.length > 0 ? new HistorySpend(ofHistory) : undefined;
  }

  /** Reads what has been written since the last time. Files that vanish meanwhile are no error. */
  refresh(): void {
    // The runs first: a run that is not there any more has its log already.
    this.readRuns();
    this.history?.refresh((session) => this.running.has(session));
  }

  /** One bucket; zeros for one that nothing fell into. The call `except` is left out of it, with its reservation. */
  state(bucket: Bucket, except?: CallKey): BucketState {
    const sum = noSpend();
    for (const tally of this.tallies()) {
      const spend = tally.of(bucket);
      if (spend) addSpend(sum, spend);
    }
    const excepted = except === undefined ? undefined : this.shareOf(except, bucket);
    if (excepted) addSpend(sum, excepted, -1);
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

  /** Whether a call of the run that asks fell into a bucket. */
  isTouched(bucket: Bucket): boolean {
    const { session } = this.options;
    return session !== undefined && this.running.get(session)?.spend.tally.of(bucket) !== undefined;
  }

  /** Ids of the sessions that have a run folder: they run, or wait to be finished. */
  sessions(): string[] {
    return [...this.running.keys()];
  }

  private *tallies(): Generator<SpendTally> {
    for (const { spend } of this.running.values()) yield spend.tally;
    if (this.history) yield* this.history.tallies();
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
      for (const { bucket } of tally.all())
        if (bucket.budget.id === budget.id && windows.includes(bucket.window)) seen.set(bucket.key, bucket);
    return [...seen.values()];
  }

  private windows({ period }: Budget): string[] {
    const { session, zone, now } = this.options;
    if (period === 'run') return session === undefined ? this.sessions() : [session];
    return [windowOf(period, now().toISOString(), { zone, session })!];
  }

  private readRuns(): void {
    const seen = new Set<string>();
    for (const name of this.runFolders.read() ?? []) {
      if (name.startsWith(BEING_REMOVED)) continue;
      const folder = join(this.runFolders.path, name);
      const id = sessionOfFolder(name);
      const run = this.running.get(id) ?? this.open(id, folder);
      run?.spend.moveTo(folder);
      if (!run?.spend.refresh()) continue;
      seen.add(id);
      this.running.set(id, run);
      // A run folder has all that the session's log has, and more where processes went on.
      this.history?.release(id);
    }
    for (const [id, { spend, log }] of this.running) {
      if (seen.has(id)) continue;
      this.running.delete(id);
      this.history?.close(id, spend.tally, log);
    }
  }

  private open(id: string, folder: string): Run | undefined {
    const { dataDir, session } = this.options;
    const note = readNote(folder);
    if (!note || (!note.history && id !== session)) return undefined;
    const options = id === session ? this.options : this.optionsOfOthers;
    return { spend: new RunSpend(id, folder, options), log: sessionLogIn(dataDir, note.session) };
  }
}

/** A run that was taken over has the process id of its new owner behind its name. */
function sessionOfFolder(name: string): string {
  return name.replace(/\.\d+$/, '');
}
