import type { Diagnostic } from '../../core/errors.ts';
import type { PricingContext } from '../../core/price.ts';
import {
  basisOf,
  bookMark,
  keepSummary,
  type LogSums,
  logName,
  readRollupLine,
  readSummary,
  type SummedLog,
} from '../../store/log-sums.ts';
import { packageVersion } from '../../store/package-files.ts';
import { readRollups } from '../../store/rollup.ts';
import { ownSessionFiles } from '../../store/session-log.ts';
import type { CommandIo } from '../command-io.ts';
import { sumLog } from './sum-log.ts';

/** One log of ours as sums. It is parsed when it is needed: a history may hold many. */
export interface Block extends SummedLog {
  /** The log, where it is still there; a compacted one is not. */
  file?: string;
}

export function blockSums({ line }: SummedLog): LogSums {
  return JSON.parse(line()) as LogSums;
}

/** The logs that are not compacted: one that a rollup names is on its way out and counts no more. */
export function openLogs(env: CommandIo['env'], files = ownSessionFiles(env)): string[] {
  const compacted = new Set(readRollups(env).flatMap(({ lines }) => lines.map(logOf)));
  return files.filter((file) => !compacted.has(logName(env, file)));
}

/** Compacted logs, oldest first. */
export function compactedBlocks(env: CommandIo['env'], note: (problem: Diagnostic) => void): Block[] {
  return readRollups(env).flatMap(({ file, lines }) =>
    lines.flatMap((line, index) => {
      if (line.startsWith('{"log":') && line.endsWith('}')) return [readRollupLine(line)];
      note({ file, line: index + 2, reason: 'damaged: the calls of this session are not in the figures' });
      return [];
    }),
  );
}

/** The sums of logs, read from their summaries; where a log has none of its present state, it is made. */
export async function logBlocks(files: readonly string[], io: CommandIo, context: PricingContext): Promise<Block[]> {
  const blocks: Block[] = [];
  const mark = bookMark(context.book);
  const version = packageVersion();
  for (const file of files) {
    const log = logName(io.env, file);
    const basis = basisOf(file, version, mark);
    let summed = readSummary(io.env, log, basis);
    if (!summed) {
      summed = await sumLog(file, log, context);
      // A log that grew meanwhile has another size than its summary says, and is summed up again the next time.
      keepSummary(io.env, log, blockSums(summed).isPinned ? { ...basis, book: null } : basis, summed);
    }
    blocks.push({ ...summed, file });
  }
  return blocks;
}

/** The log that a line of sums is of. */
export function logOf(line: string): string {
  return /^\{"log":"([^"]*)"/.exec(line)?.[1] ?? '';
}
