import { CostwatchError } from '../../core/errors.ts';
import type { SessionInfo } from '../../core/ledger/summary.ts';
import type { PricingContext } from '../../core/pricing/price.ts';
import { readSessionInfo } from '../sessions/log-ends.ts';
import { type CallSink, LogReader } from './log-reader.ts';
import { rewriteOldRollups } from './old-rollups.ts';
import { ownLogs } from './own-logs.ts';
import type { HistorySource } from './source.ts';

export interface HistorySink extends CallSink {
  /** Takes each log of the history, before all calls. */
  log?(log: ReadLog): void;
}

/** One log of the history; compacted where it is a part of a compacted log. */
export interface ReadLog {
  file: string;
  session: SessionInfo | undefined;
  isCompacted: boolean;
  /** Records that could not be read so far: all of them when the history has been read. */
  skipped: number;
}

export interface HistoryOptions {
  /** Prices calls at the prices of the context, whatever their log says. */
  reprice?: boolean;
  /** Whether a machine without any session is no error. */
  isFineEmpty?: boolean;
  /** The command that asks; `report` unless told. */
  command?: string;
  /** Which logs to read; asked when all have gone to `log`. */
  only?: (log: ReadLog) => boolean;
}

/**
 * Reads everything that was ever recorded on this machine, each call at the prices that its log says: compacted logs
 * first, so that later records of their calls are duplicates, then all others, oldest first.
 */
export async function readHistory(
  source: HistorySource,
  context: PricingContext,
  sink: HistorySink,
  options: HistoryOptions = {},
): Promise<void> {
  const { env } = source;
  const unread = await rewriteOldRollups(source, context, (problem) => sink.skip(problem));
  const { compacted, open } = ownLogs(env);
  if (compacted.length + open.length + unread === 0 && !options.isFineEmpty)
    throw nothingYet(source.running, options.command);
  const infos = sink.log !== undefined || options.only !== undefined;
  const listed = (file: string, session: SessionInfo | undefined, isCompacted: boolean): ReadLog => {
    const log = { file, session, isCompacted, skipped: 0 };
    sink.log?.(log);
    return log;
  };
  const sections = compacted.map((section) => ({ section, log: listed(section.log, section.session, true) }));
  const files = open.map((file) => listed(file, infos ? sessionOf(file) : undefined, false));
  const { only = () => true } = options;
  const reader = new LogReader(context, sink, options);
  const into = (log: ReadLog): CallSink => ({
    call: (priced, version) => sink.call(priced, version),
    note: (problem) => sink.note(problem),
    skip: (problem) => {
      log.skipped++;
      sink.skip(problem);
    },
  });
  for (const { section, log } of sections) if (only(log)) await reader.readSection(section, into(log));
  const gone: ReadLog[] = [];
  for (const log of files) {
    if (!only(log)) continue;
    if (!(await reader.readFile(log.file, into(log)))) gone.push(log);
  }
  if (gone.length === 0) return;
  // Another process has compacted them since they were listed; any that is nowhere was removed.
  const now = ownLogs(env);
  for (const log of gone)
    for (const section of now.compacted) if (section.log === log.file) await reader.readSection(section, into(log));
}

function sessionOf(file: string): SessionInfo | undefined {
  try {
    return readSessionInfo(file);
  } catch {
    // Gone, or not to be read; that is said when it is read.
    return undefined;
  }
}

function nothingYet(running: number, command = 'report'): CostwatchError {
  if (running > 0)
    return new CostwatchError('No session of your own has ended yet.', {
      hint: 'Follow those that run: costwatch watch',
    });
  return new CostwatchError('There is no session of your own yet.', {
    hint: `Record one with: costwatch run -- node your-script.js   or name log files: costwatch ${command} logs/*.jsonl`,
  });
}
