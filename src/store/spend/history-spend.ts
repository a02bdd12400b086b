import { statSync } from 'node:fs';
import { join } from 'node:path';
import { SpendTally } from '../../core/budget/spend-tally.ts';
import { Pricer } from '../../core/pricing/pricer.ts';
import { addDays, isDay } from '../../core/time/day.ts';
import { localDay } from '../../core/usage/dimension.ts';
import { CachedDirectory } from '../files/cached-directory.ts';
import { RECORDED, sessionsIn, spendCacheIn } from '../files/layout.ts';
import { SpendCache } from './cache.ts';
import { LogSpend } from './log-spend.ts';
import type { SpendOptions } from './shares.ts';

export interface HistoryOptions extends SpendOptions {
  dataDir: string;
  now: () => Date;
  /** Keeps what closed sessions spent in a file, for the next reader. Every reader makes use of it. */
  savesCache?: boolean;
}

/**
 * What closed sessions and calls of no run have spent of the budgets of a day or a month, at the prices that their logs
 * say: as a report has it.
 */
export class HistorySpend {
  private readonly options: HistoryOptions;
  private readonly cache: SpendCache;
  private readonly pricer: Pricer;
  /** By session id: read from its log, or from a run folder that has gone. */
  private readonly closed = new Map<string, SpendTally>();
  /** The sum of `closed`. */
  private readonly closedTotal = new SpendTally();
  private readonly dayFolders = new Map<string, CachedDirectory>();
  private readonly recorded = new Map<string, LogSpend>();
  /** A day before the first window, for the zones. */
  private readonly firstDay: string;
  private isRead = false;

  constructor(options: HistoryOptions) {
    this.options = options;
    this.pricer = new Pricer(options.pricing);
    this.cache = new SpendCache(spendCacheIn(options.dataDir), options);
    const today = localDay(options.now().toISOString(), options.zone);
    const isMonthly = options.budgets.some(({ period }) => period === 'monthly');
    this.firstDay = addDays(isMonthly ? `${today.slice(0, 7)}-01` : today, -1);
  }

  *tallies(): Generator<SpendTally> {
    yield this.closedTotal;
    for (const { tally } of this.recorded.values()) yield tally;
  }

  /** Reads what is new, without the sessions that are counted elsewhere. */
  refresh(isRunning: (session: string) => boolean): void {
    const today = localDay(this.options.now().toISOString(), 'UTC');
    if (!this.isRead) this.readAll(isRunning);
    this.isRead = true;
    // A session that began and ended unseen between two readings began today, or just before midnight.
    for (const day of [addDays(today, -1), today]) this.readDay(day, 0, isRunning);
    for (let day = this.firstDay; day <= today; day = addDays(day, 1)) this.readRecorded(day);
    if (this.options.savesCache) this.cache.save();
  }

  /** A session is counted elsewhere from now on. */
  release(session: string): void {
    this.replace(session, undefined);
  }

  /** The run folder of a session has gone: what was read of it counts, or better its log. */
  close(session: string, tally: SpendTally, log: string): void {
    this.replace(session, tally);
    this.readLog(session, log);
  }

  /** An older folder counts where a log came into it since: a session lies in the folder of the day it began. */
  private readAll(isRunning: (session: string) => boolean): void {
    const since = Date.parse(`${this.firstDay}T00:00:00Z`);
    // The folders of months hold compacted sessions, which budgets count no more.
    for (const day of (new CachedDirectory(sessionsIn(this.options.dataDir)).read() ?? []).filter(isDay))
      if (day >= this.firstDay || isChangedSince(this.folderOf(day), since)) this.readDay(day, since, isRunning);
  }

  private readDay(day: string, since: number, isRunning: (session: string) => boolean): void {
    const folder = this.dayFolders.get(day) ?? new CachedDirectory(this.folderOf(day));
    this.dayFolders.set(day, folder);
    for (const name of folder.read() ?? []) {
      const id = name.slice(0, -LOG.length);
      const isLog = name.endsWith(LOG) && !name.startsWith('.') && name !== RECORDED;
      if (!isLog || this.closed.has(id) || isRunning(id)) continue;
      const path = join(folder.path, name);
      if (isChangedSince(path, since)) this.readLog(id, path);
    }
  }

  private readLog(id: string, path: string): void {
    const identity = identityOf(path);
    if (identity === undefined) return;
    const cached = this.cache.get(id, identity);
    const tally = cached ?? this.tallyOf(id, path);
    if (!tally) return;
    if (!cached) this.cache.put(id, identity, tally);
    this.replace(id, tally);
  }

  private tallyOf(id: string, path: string): SpendTally | undefined {
    const log = new LogSpend(path, id, this.options, this.pricer);
    return log.readOnce() ? log.tally : undefined;
  }

  private readRecorded(day: string): void {
    const path = join(this.folderOf(day), RECORDED);
    const log = this.recorded.get(day) ?? new LogSpend(path, undefined, this.options, this.pricer);
    if (log.refresh()) this.recorded.set(day, log);
  }

  private replace(id: string, tally: SpendTally | undefined): void {
    const before = this.closed.get(id);
    if (before) this.closedTotal.merge(before, -1);
    this.closed.delete(id);
    if (!tally) return;
    this.closed.set(id, tally);
    this.closedTotal.merge(tally);
  }

  private folderOf(day: string): string {
    return join(sessionsIn(this.options.dataDir), day);
  }
}

const LOG = '.jsonl';

function isChangedSince(path: string, since: number): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= since;
}

/** A log is replaced as a whole, so its size and time say whether it is the one that was read. */
function identityOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && `${stat.size} ${stat.mtimeMs} ${stat.ino}`;
}
