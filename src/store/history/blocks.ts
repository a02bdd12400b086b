import { existsSync } from 'node:fs';
import type { CommandIo } from '../../commands/command-io.ts';
import { saveServers } from '../../commands/running-servers.ts';
import { type Diagnostic, InputError } from '../../core/errors.ts';
import type { PricingContext } from '../../core/pricing/price.ts';
import { writeSums } from '../../core/sum-record.ts';
import { packageVersion } from '../files/package-files.ts';
import { ownSessionFiles } from '../sessions/session-log.ts';
import {
  basisOf,
  bookMark,
  keepSummary,
  type LogSums,
  logName,
  readRollupLine,
  readSummary,
  type SummedLog,
  summedLog,
} from './log-sums.ts';
import { readRollups } from './rollup.ts';
import { sumLog } from './sum-log.ts';

/** One log of ours as sums. It is parsed when it is needed: a history may hold many. */
export interface Block extends SummedLog {
  /** The log, where it is still there; a compacted one is not. */
  file?: string;
}

export function blockSums({ line }: SummedLog): LogSums {
  return JSON.parse(line()) as LogSums;
}

/** Everything that was recorded on this machine. */
export interface OwnLogs {
  /** Compacted logs, oldest first. */
  compacted: Block[];
  /** The logs that are not compacted. */
  open: string[];
  /** Logs that are compacted and still there: on their way out, they count no more. */
  leftovers: string[];
}

export function ownLogs(env: CommandIo['env'], note: (problem: Diagnostic) => void): OwnLogs {
  // Listed before the rollups are read: a log that is compacted meanwhile is then known as such.
  const files = ownSessionFiles(env);
  const compacted: Block[] = [];
  const names = new Set<string>();
  for (const { file, lines } of readRollups(env))
    for (const [index, line] of lines.entries()) {
      const log = logOf(line);
      if (log === undefined) note({ file, line: index + 2, reason: DAMAGED });
      else {
        compacted.push(readRollupLine(line));
        names.add(log);
      }
    }
  const isCompacted = (file: string) => names.has(logName(env, file));
  return { compacted, open: files.filter((file) => !isCompacted(file)), leftovers: files.filter(isCompacted) };
}

const DAMAGED = 'damaged: the calls of this session are not in the figures';

/** The log that a line of sums is of; undefined where the line is damaged. */
function logOf(line: Buffer): string | undefined {
  try {
    const { log, sums, whole, ids } = JSON.parse(line.toString('utf8')) as Partial<LogSums> & { ids?: string };
    return sums && whole && ids !== undefined ? log : undefined;
  } catch {
    return undefined;
  }
}

/** All logs as sums. */
export async function everyBlock(
  io: CommandIo,
  context: PricingContext,
  note: (problem: Diagnostic) => void,
): Promise<{ compacted: Block[]; logs: Block[] }> {
  await saveServers(io);
  for (let attempt = 1; ; attempt++) {
    const problems: Diagnostic[] = [];
    const { compacted, open } = ownLogs(io.env, (problem) => problems.push(problem));
    // What is gone again and again is no log, such as a link to nowhere.
    const logs = await logBlocks(attempt > 2 ? open.filter((file) => existsSync(file)) : open, io, context);
    if (!logs) continue;
    for (const problem of problems) note(problem);
    return { compacted, logs };
  }
}

/**
 * The sums of logs, read from their summaries; where a log has none of its present state, it is made. Undefined where a
 * log has gone: another process has compacted it just now.
 */
export async function logBlocks(
  files: readonly string[],
  io: CommandIo,
  context: PricingContext,
): Promise<Block[] | undefined> {
  const blocks: Block[] = [];
  const mark = bookMark(context.book);
  const version = packageVersion();
  for (const file of files) {
    if (!existsSync(file)) return undefined;
    const log = logName(io.env, file);
    const basis = basisOf(file, version, mark);
    let summed = readSummary(io.env, log, basis);
    if (!summed) {
      summed = await sumReadable(file, log, context);
      // A log that grew meanwhile has another size than its summary says, and is summed up again the next time.
      keepSummary(io.env, log, blockSums(summed).isPinned ? { ...basis, book: null } : basis, summed);
    }
    blocks.push({ ...summed, file });
  }
  return blocks;
}

/** A log that cannot be read is a problem of the report, and no end of it. */
async function sumReadable(file: string, log: string, context: PricingContext): Promise<SummedLog> {
  try {
    return await sumLog(file, log, context);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const none = { whole: [], prices: [], versions: [], isPinned: false, skipped: 1 };
    const sums: LogSums = { log, ...none, sums: writeSums([]), problems: [{ reason: error.message }] };
    return summedLog(JSON.stringify(sums), new Uint32Array());
  }
}
