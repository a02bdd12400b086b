import type { Readable } from 'node:stream';
import type { CommandIo } from '../../commands/command-io.ts';
import { runningSessions } from '../../commands/running-servers.ts';
import type { CallSum } from '../../core/call-sum.ts';
import { CostwatchError, type Diagnostic } from '../../core/errors.ts';
import type { SessionInfo } from '../../core/ledger/summary.ts';
import type { PricedEvent, PricingContext } from '../../core/pricing/price.ts';
import { Pricer } from '../../core/pricing/pricer.ts';
import { readSums } from '../../core/sum-record.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { readLogs } from '../../ingest/read.ts';
import { type Block, blockSums, everyBlock } from './blocks.ts';
import { clashes, type IsSettled } from './clashes.ts';
import { type LogSums, logFile } from './log-sums.ts';
import { KEPT_PROBLEMS } from './sum-log.ts';

/** Where the own history goes: calls that were summed up, and calls one by one. */
export interface HistorySink {
  sum(sum: CallSum): void;
  call(priced: PricedEvent): void;
  /** Another record of a call that is in a sum. */
  duplicate(event: UsageEvent): void;
  skip(problem: Diagnostic): void;
  note(problem: Diagnostic): void;
  /** A log that is read, before its calls. */
  log?(log: ReadLog): void;
  /** The version of a price book that calls of a log were priced by, before those calls. */
  book?(file: string, version: string): void;
}

/** One log of the history; compacted where it is in a rollup and no file any more. */
export interface ReadLog {
  file: string;
  session: SessionInfo | undefined;
  isCompacted: boolean;
  skipped: number;
  versions: readonly string[];
}

export interface HistoryOptions {
  /** Reads every log that is there call by call, where what is asked cannot be told from sums. */
  fromLogs?: boolean;
  /** Prices the calls of logs at the prices of the context, whatever their log says. */
  reprice?: boolean;
  /** Whether a machine without any session is no error. */
  isFineEmpty?: boolean;
  /** The command that asks; `report` unless told. */
  command?: string;
}

interface ReadCallsOptions extends Pick<HistoryOptions, 'reprice'> {
  /** What `-` among the files stands for. */
  stdin?: Readable;
  /** Whether another record is known to be the call. */
  isSettled?: IsSettled | undefined;
}

/**
 * Reads everything that was ever recorded on this machine, from sums wherever they are exact. Of logs that hold records
 * of the same call none is read from its sums, since the fuller record is the call.
 */
export async function readHistory(
  io: CommandIo,
  context: PricingContext,
  sink: HistorySink,
  options: HistoryOptions = {},
): Promise<void> {
  const { compacted, logs } = await everyBlock(io, context, sink.note);
  if (compacted.length + logs.length === 0 && !options.isFineEmpty)
    throw nothingYet(await runningSessions(io), options.command);
  const { clashing, isSettled } = clashes(compacted, logs);
  if (sink.log || sink.book)
    for (const block of [...compacted, ...logs]) {
      const log = readLog(block, io);
      sink.log?.(log);
      for (const version of log.versions) sink.book?.(log.file, version);
    }
  const replay = replayer(context, sink, isSettled);
  for (const block of compacted) replay(block, io);
  const isFromLog = (block: Block) => options.fromLogs === true || clashing.has(block);
  for (const block of logs) if (!isFromLog(block)) replay(block, io);
  const again = logs.flatMap((block) => (isFromLog(block) && block.file ? [block.file] : []));
  if (again.length > 0) await readCalls(again, context, sink, { ...options, isSettled });
}

export function readLog(block: Block, io: CommandIo): ReadLog {
  const { log, session, skipped, versions } = blockSums(block);
  return { file: logFile(io.env, log), session, isCompacted: block.file === undefined, skipped, versions };
}

/** Reads logs call by call, each at the prices that its log says. */
export async function readCalls(
  files: readonly string[],
  context: PricingContext,
  sink: Pick<HistorySink, 'call' | 'duplicate' | 'skip' | 'note' | 'book'>,
  { reprice, stdin, isSettled }: ReadCallsOptions = {},
): Promise<void> {
  const pricer = new Pricer(context);
  await readLogs(
    files,
    {
      prices: (file, record) => {
        const reason = reprice ? undefined : pricer.pin(file, record);
        if (reason) sink.note({ file, reason });
        else if (typeof record.version === 'string') sink.book?.(file, record.version);
      },
      event: (event) => (isSettled?.(event) ? sink.duplicate(event) : sink.call(pricer.price(event))),
      skip: sink.skip,
      note: sink.note,
    },
    stdin ? { stdin } : {},
  );
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

/** Hands over what the sums of a log hold. */
export function replayer(context: PricingContext, sink: HistorySink, isSettled?: IsSettled) {
  const pricer = new Pricer(context);
  return (block: Block, io: CommandIo): void => {
    const sums = blockSums(block);
    const source = logFile(io.env, sums.log);
    for (const sum of readSums(sums.sums, source)) sink.sum(sum);
    for (const { event, at } of sums.whole) {
      pricer.pin(source, at === undefined ? undefined : sums.prices[at]);
      const call = { ...event, source };
      if (isSettled?.(call)) sink.duplicate(call);
      else sink.call(pricer.price(call));
    }
    reportProblems(sums, source, sink);
  };
}

function reportProblems({ skipped, problems }: LogSums, file: string, sink: HistorySink): void {
  const diagnostics = problems.map((problem) => ({ file, ...problem }));
  for (let index = 0; index < skipped; index++)
    sink.skip(
      (index < KEPT_PROBLEMS ? diagnostics[index] : undefined) ?? { file, reason: 'a record that could not be read' },
    );
  for (const diagnostic of diagnostics.slice(Math.min(skipped, KEPT_PROBLEMS))) sink.note(diagnostic);
}
