import { existsSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CostwatchError } from '../../core/errors.ts';
import { CallIds } from '../../core/ledger/call-ids.ts';
import { Ledger } from '../../core/ledger/ledger.ts';
import type { MetricRow } from '../../core/ledger/metrics.ts';
import type { SessionInfo } from '../../core/ledger/summary.ts';
import type { PricedEvent, PricingContext } from '../../core/pricing/price.ts';
import { addDays } from '../../core/time/day.ts';
import { GEMINI, type UsageEvent } from '../../core/usage/event.ts';
import { RECORDED } from '../files/layout.ts';
import { randomHex } from '../files/random.ts';
import { readSessionInfo } from '../sessions/log-ends.ts';
import { hasRun } from '../sessions/run-dirs.ts';
import { type CompactedLog, compactLog } from './compact-log.ts';
import { LogReader } from './log-reader.ts';
import { syncFolder, writeBeside } from './new-log.ts';
import { byLog, compactedLog, logName, ownLogs, readSections, type Section } from './own-logs.ts';
import type { HistorySource } from './source.ts';
import { isSameHistory } from './verify.ts';

type Environment = HistorySource['env'];

/** What is to be compacted, month by month. */
export interface CompactPlan {
  months: { month: string; logs: string[]; row: MetricRow; bytes: number }[];
  /** Old logs that stay as they are, with the reason. */
  kept: { file: string; reason: string }[];
  /** Logs that are compacted already, but were not removed: an earlier compaction was ended. */
  leftovers: string[];
}

const OWN_LOG = /^(?:\d{8}-\d{6}-[\w-]+|recorded(?:\.[\w-]+)?)\.jsonl$/;

/** Finds the logs of the days (UTC) before one, and what is in them. Changes nothing. */
export async function planCompaction(
  before: string,
  source: HistorySource,
  context: PricingContext,
): Promise<CompactPlan> {
  const { open, leftovers } = ownLogs(source.env);
  const kept: CompactPlan['kept'] = [];
  const months = new Map<string, { logs: string[]; ledger: Ledger; bytes: number }>();
  for (const file of open) {
    if (dayOf(file) >= before || !OWN_LOG.test(basename(file))) continue;
    const month = dayOf(file).slice(0, 7);
    const { logs, ledger, bytes } = months.get(month) ?? { logs: [], ledger: new Ledger(), bytes: 0 };
    const reason = whyKept(file, source) ?? (await addReadable(file, ledger, context));
    if (reason !== undefined) kept.push({ file, reason });
    else months.set(month, { logs: [...logs, file], ledger, bytes: bytes + statSync(file).size });
  }
  return {
    months: [...months].map(([month, { ledger, ...rest }]) => ({ month, ...rest, row: ledger.totals.toRow(GEMINI) })),
    kept,
    leftovers,
  };
}

function whyKept(file: string, { env, now }: HistorySource): string | undefined {
  const session = sessionOf(file);
  // A day earlier for zones that are ahead.
  const month = addDays(`${now.toISOString().slice(0, 7)}-01`, -1);
  if ((session?.endedAt ?? dayOf(file)) >= month) return 'budgets of this month still count its calls';
  if (session && hasRun(env, session.id)) return 'it has processes that go on, or was not recovered yet';
  return undefined;
}

function sessionOf(file: string): SessionInfo | undefined {
  try {
    return readSessionInfo(file);
  } catch {
    // A folder, or not to be read; that is said when it is read.
    return undefined;
  }
}

/** Counts the calls of a log, unless some of its lines cannot be read: returns that. */
async function addReadable(file: string, ledger: Ledger, context: PricingContext): Promise<string | undefined> {
  const calls: Parameters<Ledger['add']>[0][] = [];
  let skipped = 0;
  const skip = () => {
    skipped++;
  };
  const reader = new LogReader(context, { call: (priced) => calls.push(priced), skip, note: () => {} });
  await reader.readFile(file);
  if (skipped > 0) return `${skipped} of its lines cannot be read, and would be lost`;
  for (const call of calls) ledger.add(call);
  return undefined;
}

/**
 * Puts the logs of a plan into the compacted logs of their months, then removes them. What is written is read back and
 * compared with what it replaces before anything is removed. A compacted log is written whole or not at all and names its
 * logs, so that wherever this is ended no call is lost or counted twice. For one process at a time.
 * @throws CostwatchError where the two differ, with every log untouched.
 */
export async function compact(plan: CompactPlan, source: HistorySource, context: PricingContext): Promise<void> {
  const { env } = source;
  for (const file of plan.leftovers) remove(file);
  const { isRepeated, isOutOfOrder } = await knownCalls(env, context);
  const keep = (file: string, reason: string) => plan.kept.push({ file, reason });
  for (const { month, logs } of plan.months) {
    const made: CompactedLog[] = [];
    for (const file of logs) {
      if (!existsSync(file)) continue;
      if (isOutOfOrder(file)) {
        keep(file, 'some of its calls were compacted before');
        continue;
      }
      const closed = setAside(file);
      const log = await compactLog(closed, logName(env, closed), context, isRepeated);
      if (log.skipped > 0) keep(closed, CHANGED);
      else made.push(log);
    }
    for (const { file } of await replaceLogs(month, made, env, context)) keep(file, CHANGED);
  }
}

const CHANGED = 'it was written to just now: it is for the next time';

/** Puts logs into the compacted log of their month and removes them. Returns those that were written to meanwhile, and stay. */
async function replaceLogs(
  month: string,
  made: readonly CompactedLog[],
  env: Environment,
  context: PricingContext,
): Promise<readonly CompactedLog[]> {
  const file = compactedLog(env, month);
  const former = existsSync(file) ? readSections(env, file) : [];
  for (let logs = made; ; ) {
    logs = logs.filter((log) => !isChanged(log));
    if (logs.length === 0) return made;
    const written = writeBeside(file, former, logs);
    try {
      const differing = await findDifference(written, former, logs, env, context);
      if (logs.some(isChanged)) continue;
      if (differing !== undefined) throw different(differing);
      renameSync(written, file);
      syncFolder(dirname(file));
    } finally {
      rmSync(written, { force: true });
    }
    for (const log of logs) if (!isChanged(log)) remove(log.file);
    return made.filter((log) => !logs.includes(log));
  }
}

function isChanged({ file, size }: CompactedLog): boolean {
  return statSync(file, { throwIfNoEntry: false })?.size !== size;
}

/** The log that a compacted log does not say the same of; undefined where there is none. */
async function findDifference(
  written: string,
  former: readonly Section[],
  logs: readonly CompactedLog[],
  env: Environment,
  context: PricingContext,
): Promise<string | undefined> {
  const sections = readSections(env, written).sort(byLog);
  const before = async (reader: LogReader) => {
    const parts = [
      ...former.map((section) => ({ log: section.log, read: () => reader.readSection(section) })),
      ...logs.map(({ file }) => ({ log: file, read: () => reader.readFile(file) })),
    ];
    for (const { read } of parts.sort(byLog)) await read();
  };
  const after = async (reader: LogReader) => {
    for (const section of sections) await reader.readSection(section);
  };
  if (await isSameHistory(before, after, context)) return undefined;
  for (const { file } of logs) {
    const ofLog = async (reader: LogReader) => {
      for (const section of sections) if (section.log === file) await reader.readSection(section);
    };
    const isSame = await isSameHistory(async (reader) => void (await reader.readFile(file)), ofLog, context);
    if (!isSame) return file;
  }
  return logs.map(({ file }) => file).join(', ');
}

function different(file: string): CostwatchError {
  return new CostwatchError(`${file} cannot be compacted: a report would not be the same. Nothing was removed.`, {
    hint: 'Please report this as a bug of costwatch: its history is as it was.',
  });
}

/** The calls of which there are several records, and the logs whose calls are parts of aggregates of later logs. */
async function knownCalls(env: Environment, context: PricingContext) {
  const { compacted, open } = ownLogs(env);
  const first = new CallIds();
  const several = new CallIds();
  const aggregated = new CallIds();
  const outOfOrder = new Set<string>();
  const take = ({ service, ids, id }: UsageEvent, index: number) => {
    for (const known of ids ?? [id]) {
      if (first.claim(service, known, index) !== -1) several.claim(service, known, index);
      if (ids) aggregated.claim(service, known, index);
    }
  };
  const silent = { skip: () => {}, note: () => {} };
  const reader = new LogReader(context, { call: () => {}, ...silent });
  for (const [index, section] of compacted.entries())
    await reader.readSection(section, { call: ({ event }) => take(event, index), ...silent });
  for (const [index, file] of open.entries()) {
    const call = ({ event }: PricedEvent) => {
      const owner = aggregated.find(event.service, event.id);
      if (owner !== -1 && compacted[owner]!.log >= file) outOfOrder.add(file);
      take(event, compacted.length + index);
    };
    await reader.readFile(file, { call, ...silent });
  }
  return {
    isRepeated: ({ service, id }: UsageEvent) => several.find(service, id) !== -1,
    isOutOfOrder: (file: string) => outOfOrder.has(file),
  };
}

/** Recorded calls may come for any day: under another name the log grows no more. */
function setAside(file: string): string {
  if (basename(file) !== RECORDED) return file;
  const closed = join(dirname(file), `recorded.${randomHex(8)}.jsonl`);
  renameSync(file, closed);
  return closed;
}

function remove(file: string): void {
  rmSync(file, { force: true });
  try {
    if (readdirSync(dirname(file)).length === 0) rmdirSync(dirname(file));
  } catch {
    // A log has come into it just now, or it is gone; an empty folder harms nobody.
  }
}

function dayOf(file: string): string {
  return basename(dirname(file));
}
