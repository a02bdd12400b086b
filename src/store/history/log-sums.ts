import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Diagnostic } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { SessionInfo } from '../../core/ledger/summary.ts';
import type { PriceBook } from '../../core/pricing/book.ts';
import type { SumRecord } from '../../core/sum-record.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { dataDir } from '../files/paths.ts';
import { sessionsDir } from '../sessions/session-log.ts';
import { formatPriceFile } from '../settings/overrides.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** All that a report needs of one log of ours, as one line of JSON. */
export interface LogSums {
  /** The log's path below the folder of sessions, with `/`. */
  log: string;
  session?: SessionInfo;
  sums: SumRecord;
  /** Calls that no sum can hold, each with the index of the prices it is at. */
  whole: { event: UsageEvent; at?: number }[];
  /** Prices of calls in `whole`. */
  prices: JsonObject[];
  /** Of the price books that its calls were priced by. */
  versions: string[];
  skipped: number;
  problems: Omit<Diagnostic, 'file'>[];
  /** Whether the log says the prices of all calls in `sums`. */
  isPinned: boolean;
}

/** The sums of a log as text, and two 32-bit hashes for the id of each call in them. */
export interface SummedLog {
  /** `LogSums` as JSON; a long history is not held as text. */
  line(): string;
  /** Whether some of its calls are in no sum. */
  hasWhole: boolean;
  ids: Uint32Array;
}

/** What a summary of a log was made of; a summary of anything else is made anew. */
export interface SumsBasis {
  bytes: number;
  changed: number;
  /** Of costwatch. */
  version: string;
  /** Of the price book; null where the log says all prices. */
  book: string | null;
}

/** The path of a log below the folder of sessions, the same on every system. */
export function logName(env: Environment, file: string): string {
  return relative(sessionsDir(env), file).split(sep).join('/');
}

export function logFile(env: Environment, name: string): string {
  return join(sessionsDir(env), ...name.split('/'));
}

export function basisOf(file: string, version: string, book: string): SumsBasis {
  const { size, mtimeMs } = statSync(file);
  return { bytes: size, changed: mtimeMs, version, book };
}

/** Tells one set of prices from another. */
export function bookMark({ version, overrides, credits }: PriceBook): string {
  const own = formatPriceFile({ models: [...overrides], aliases: [], credits, sources: {} });
  return createHash('sha256').update(`${version}\n${own}`).digest('base64url').slice(0, 16);
}

/** The summary of a log, where there is one of the same basis. It is derived: anything unexpected is no summary. */
export function readSummary(env: Environment, log: string, basis: SumsBasis): SummedLog | undefined {
  try {
    const bytes = readFileSync(summaryFile(env, log));
    const first = bytes.indexOf(NEWLINE);
    const bases = [basis, { ...basis, book: null }].map((one) => JSON.stringify(one));
    if (!bases.includes(bytes.toString('utf8', 0, first))) return undefined;
    const second = bytes.indexOf(NEWLINE, first + 1);
    const line = bytes.subarray(first + 1, second);
    return {
      // Padded, so that the ids stand where they can be used in place.
      line: () => line.toString('utf8').trimEnd(),
      hasWhole: !line.includes(NONE_WHOLE),
      ids: wordsOf(bytes.subarray(second + 1)),
    };
  } catch {
    return undefined;
  }
}

const NEWLINE = 0x0a;
const WORD = 4;
const NONE_WHOLE = '"whole":[]';

/** Keeps a summary: its basis and its sums, a line each, and the bytes of its ids. Where that fails the log is read again. */
export function keepSummary(env: Environment, log: string, basis: SumsBasis, { line, ids }: SummedLog): void {
  try {
    const text = Buffer.from(`${JSON.stringify(basis)}\n${line()}\n`);
    const padding = Buffer.alloc((WORD - (text.length % WORD)) % WORD, ' ');
    const bytes = Buffer.concat([
      text.subarray(0, -1),
      padding,
      text.subarray(-1),
      Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength),
    ]);
    writeFileAtomic(summaryFile(env, log), bytes, { mode: 0o600 });
  } catch {
    // Nothing is lost but time.
  }
}

export function dropSummary(env: Environment, log: string): void {
  rmSync(summaryFile(env, log), { force: true });
}

/** The line of a rollup: all that is known of a log that is no more. */
export function writeRollupLine({ line, ids }: SummedLog): Buffer {
  const base64 = Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength).toString('base64');
  return Buffer.from(`${line().slice(0, -1)}${IDS}${base64}"}`);
}

/** Reads the ids at the end of a line without parsing all before them. */
export function readRollupLine(bytes: Buffer): SummedLog {
  const start = bytes.lastIndexOf(IDS);
  const sums = bytes.subarray(0, start);
  return {
    line: () => `${sums.toString('utf8')}}`,
    hasWhole: !sums.includes(NONE_WHOLE),
    ids: wordsOf(Buffer.from(bytes.toString('latin1', start + IDS.length, bytes.length - 2), 'base64')),
  };
}

const IDS = ',"ids":"';

/** A function of its own: what it returns holds on to nothing else. */
export function summedLog(line: string, ids: Uint32Array): SummedLog {
  return { line: () => line, hasWhole: !line.includes(NONE_WHOLE), ids };
}

/** In place where they stand so that they can be. */
function wordsOf(bytes: Buffer): Uint32Array {
  if (bytes.byteOffset % WORD === 0) return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / WORD);
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

function summaryFile(env: Environment, log: string): string {
  return join(dataDir(env), 'summaries', ...log.replace(/\.jsonl$/, '.sums').split('/'));
}
