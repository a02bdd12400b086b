import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { ProcessIdentity } from '../../capture/wire/process-identity.ts';
import { CostwatchError, type Diagnostic, InputError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { SessionInfo } from '../../core/ledger/summary.ts';
import type { PricedEvent, PricingContext } from '../../core/pricing/price.ts';
import { Pricer } from '../../core/pricing/pricer.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { readLogs, STDIN } from '../../ingest/read.ts';
import { readSessionInfo } from '../sessions/log-ends.ts';
import { rewriteOldRollups } from './old-rollups.ts';
import { ownLogs, type Section } from './own-logs.ts';

/** What the history needs of its surroundings. */
export interface HistorySource {
  env: Readonly<Record<string, string | undefined>>;
  now: Date;
  /** This process, and whether another has ended. */
  me: ProcessIdentity;
  isGone: (owner: ProcessIdentity) => boolean;
  /** How many sessions run now, which have no log yet. */
  running: number;
}

/** Where the calls of logs go. */
export interface CallSink {
  /** `version`: of the price book that the call was priced by, where its log says. */
  call(priced: PricedEvent, version?: string): void;
  skip(problem: Diagnostic): void;
  note(problem: Diagnostic): void;
}

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

/** Reads logs call by call, each at the prices that its log says. */
export async function readCalls(
  files: readonly string[],
  context: PricingContext,
  sink: CallSink,
  { reprice = false, stdin }: { reprice?: boolean; stdin?: Readable } = {},
): Promise<void> {
  const pricer = new Pricer(context);
  let version: string | undefined;
  let priced: string | undefined;
  await readLogs(
    files,
    {
      prices: (file, record) => {
        priced = file;
        version = reprice ? undefined : pinnedVersion(pricer, file, record, sink);
      },
      event: (event) => sink.call(pricer.price(event), event.source === priced ? version : undefined),
      skip: (problem) => sink.skip(problem),
      note: (problem) => sink.note(problem),
    },
    stdin ? { stdin } : {},
  );
}

/** Reads logs of the history one by one. */
export class LogReader {
  private readonly pricer: Pricer;
  private readonly reprice: boolean;
  private readonly sink: CallSink;

  constructor(context: PricingContext, sink: CallSink, { reprice = false }: Pick<HistoryOptions, 'reprice'> = {}) {
    this.pricer = new Pricer(context);
    this.reprice = reprice;
    this.sink = sink;
  }

  /** False where the file is not there. One that cannot be read is a problem of the report, and no end of it. */
  async readFile(file: string, sink = this.sink): Promise<boolean> {
    if (!existsSync(file)) return false;
    try {
      await readLogs(
        [file],
        this.logSink(file, sink, (problem) => problem),
      );
      return true;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      if (!existsSync(file)) return false;
      sink.skip({ file, reason: error.message });
      return true;
    }
  }

  /** Reads a part of a compacted log as the log that it was. */
  async readSection({ log, bytes, file, start }: Section, sink = this.sink): Promise<void> {
    let before: number | undefined;
    const place = ({ line, reason }: Diagnostic): Diagnostic => {
      before ??= linesBefore(file, start);
      return line === undefined ? { file, reason } : { file, line: before + line, reason };
    };
    await readLogs([STDIN], this.logSink(log, sink, place), { stdin: Readable.from([bytes]) });
  }

  private logSink(log: string, sink: CallSink, place: (problem: Diagnostic) => Diagnostic) {
    const { pricer } = this;
    let version: string | undefined;
    pricer.pin(log, undefined);
    return {
      prices: (_file: string, record: JsonObject) => {
        if (!this.reprice) version = pinnedVersion(pricer, log, record, sink);
      },
      event: (event: UsageEvent) => {
        event.source = log;
        sink.call(pricer.price(event), version);
      },
      skip: (problem: Diagnostic) => sink.skip(place(problem)),
      note: (problem: Diagnostic) => sink.note(place(problem)),
    };
  }
}

/** Prices the calls behind it at the prices that their log says. Returns the version of the price book they are of. */
function pinnedVersion(pricer: Pricer, file: string, record: JsonObject, sink: CallSink): string | undefined {
  const reason = pricer.pin(file, record);
  if (reason !== undefined) sink.note({ file, reason });
  return reason === undefined && typeof record.version === 'string' ? record.version : undefined;
}

function linesBefore(file: string, start: number): number {
  let lines = 0;
  for (const byte of readFileSync(file).subarray(0, start)) if (byte === NEWLINE) lines++;
  return lines;
}

const NEWLINE = 0x0a;

function nothingYet(running: number, command = 'report'): CostwatchError {
  if (running > 0)
    return new CostwatchError('No session of your own has ended yet.', {
      hint: 'Follow those that run: costwatch watch',
    });
  return new CostwatchError('There is no session of your own yet.', {
    hint: `Record one with: costwatch run -- node your-script.js   or name log files: costwatch ${command} logs/*.jsonl`,
  });
}
