import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Diagnostic } from '../core/errors.ts';
import type { UsageEvent } from '../core/event.ts';
import type { JsonObject } from '../core/json.ts';
import type { PriceBook } from '../core/price-book.ts';
import type { SumRecord } from '../core/sum-record.ts';
import type { SessionInfo } from '../core/summary.ts';
import { writeFileAtomic } from './atomic.ts';
import { formatPriceFile } from './overrides.ts';
import { dataDir } from './paths.ts';
import { sessionsDir } from './session-log.ts';

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
  skipped: number;
  problems: Omit<Diagnostic, 'file'>[];
  /** Whether the log says the prices of all calls in `sums`. */
  isPinned: boolean;
  /** Two 32-bit hashes for the id of each call in `sums`, in base64. */
  ids: string;
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

/** The line of a log's summary, where there is one of the same basis. It is derived: anything unexpected is no summary. */
export function readSummary(env: Environment, log: string, basis: SumsBasis): string | undefined {
  try {
    const text = readFileSync(summaryFile(env, log), 'utf8');
    const end = text.indexOf('\n');
    const bases = [basis, { ...basis, book: null }].map((one) => JSON.stringify(one));
    return bases.includes(text.slice(0, end)) ? text.slice(end + 1, -1) : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a summary. Where that fails the log is read again the next time. */
export function keepSummary(env: Environment, log: string, basis: SumsBasis, line: string): void {
  const file = summaryFile(env, log);
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileAtomic(file, `${JSON.stringify(basis)}\n${line}\n`, { mode: 0o600 });
  } catch {
    // Nothing is lost but time.
  }
}

export function dropSummary(env: Environment, log: string): void {
  rmSync(summaryFile(env, log), { force: true });
}

function summaryFile(env: Environment, log: string): string {
  return join(dataDir(env), 'summaries', ...log.replace(/\.jsonl$/, '.json').split('/'));
}
