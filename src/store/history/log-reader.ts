import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { type Diagnostic, InputError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { PricedEvent, PricingContext } from '../../core/pricing/price.ts';
import { Pricer } from '../../core/pricing/pricer.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { readLogs, STDIN } from '../../ingest/read.ts';
import type { Section } from './own-logs.ts';

/** Where the calls of logs go. */
export interface CallSink {
  /** `version`: of the price book that the call was priced by, where its log says. */
  call(priced: PricedEvent, version?: string): void;
  skip(problem: Diagnostic): void;
  note(problem: Diagnostic): void;
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

  constructor(context: PricingContext, sink: CallSink, { reprice = false }: { reprice?: boolean } = {}) {
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
