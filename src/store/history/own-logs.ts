import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { isObject, type JsonObject, objectOf, text } from '../../core/json.ts';
import type { SessionInfo } from '../../core/ledger/summary.ts';
import { sessionInfoOf } from '../sessions/log-ends.ts';
import { ownSessionFiles, sessionsDir } from '../sessions/session-log.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** One log in a compacted log: its lines, from the one that names it to the last before that of the next. */
export interface Section {
  /** The path that the log had. */
  log: string;
  /** How large it was; unknown for one of a rollup. */
  size: number | undefined;
  session: SessionInfo | undefined;
  bytes: Buffer;
  /** The compacted log, and where in it the section starts. */
  file: string;
  start: number;
}

/** Everything that was recorded on this machine. */
export interface OwnLogs {
  /** What was compacted, in the order of the logs that it was. */
  compacted: Section[];
  /** Logs that are not compacted, oldest first. */
  open: string[];
  /** Logs that are compacted and still there: on their way out, they count no more. */
  leftovers: string[];
}

export function ownLogs(env: Environment): OwnLogs {
  // Listed before the compacted logs are read: a log that is compacted meanwhile is then known as such.
  const files = ownSessionFiles(env);
  const compacted = compactedLogs(env)
    .flatMap((file) => readSections(env, file))
    .sort(byLog);
  const sizes = new Map(compacted.map(({ log, size }) => [log, size]));
  const isLeft = (file: string) => {
    if (!sizes.has(file)) return false;
    const size = sizes.get(file);
    // One that was written to since is a log like any other, most calls of which are known.
    return size === undefined || size === statSync(file, { throwIfNoEntry: false })?.size;
  };
  const logs = files.filter((file) => !isCompactedLog(file));
  return { compacted, open: logs.filter((file) => !isLeft(file)), leftovers: logs.filter(isLeft) };
}

/** The compacted log of a month: `<data dir>/sessions/<YYYY-MM>/compacted.jsonl`. */
export function compactedLog(env: Environment, month: string): string {
  return join(sessionsDir(env), month, COMPACTED);
}

/** As the files of logs are sorted. */
export function byLog(one: { log: string }, other: { log: string }): number {
  return one.log < other.log ? -1 : one.log > other.log ? 1 : 0;
}

const COMPACTED = 'compacted.jsonl';
const MONTH = /^\d{4}-\d{2}$/;

function isCompactedLog(file: string): boolean {
  return basename(file) === COMPACTED && MONTH.test(basename(dirname(file)));
}

function compactedLogs(env: Environment): string[] {
  const folder = sessionsDir(env);
  if (!existsSync(folder)) return [];
  const months = readdirSync(folder).filter((name) => MONTH.test(name));
  return months
    .sort()
    .map((month) => compactedLog(env, month))
    .filter((file) => existsSync(file));
}

/** The logs in a compacted log. What stands before the first is one of its own. */
export function readSections(env: Environment, file: string): Section[] {
  const bytes = readFileSync(file);
  const starts = startsIn(bytes);
  return starts.map((start, index) => sectionOf(env, file, bytes.subarray(start, starts[index + 1]), start));
}

function startsIn(bytes: Buffer): number[] {
  const starts = bytes.length > 0 ? [0] : [];
  for (let at = bytes.indexOf(NEXT); at !== -1; at = bytes.indexOf(NEXT, at + 1)) starts.push(at + 1);
  return starts;
}

function sectionOf(env: Environment, file: string, bytes: Buffer, start: number): Section {
  const opening = lineOf(bytes, 0);
  const log = text(opening?.log);
  const last = bytes.lastIndexOf(NEWLINE, bytes.length - 2);
  const session = sessionInfoOf(opening?.session, lineOf(bytes, last + 1)?.closed);
  const size = typeof opening?.size === 'number' ? opening.size : undefined;
  return { log: log === undefined ? file : logFile(env, log), size, session, bytes, file, start };
}

function lineOf(bytes: Buffer, start: number): JsonObject | undefined {
  if (!bytes.subarray(start, start + OWN_LINE.length).equals(OWN_LINE)) return undefined;
  const end = bytes.indexOf(NEWLINE, start);
  return objectOf(bytes.toString('utf8', start, end === -1 ? bytes.length : end));
}

const NEWLINE = 0x0a;
const OWN_LINE = Buffer.from('{"costwatch":');
const NEXT = Buffer.from('\n{"costwatch":1,"log":');

/** The first line of a section: that of the session, with the log it was in. */
export function openingLine(log: string, size: number | undefined, session: unknown): string {
  const opening = { costwatch: 1, log, ...(size === undefined ? {} : { size }) };
  return `${JSON.stringify(isObject(session) ? { ...opening, session } : opening)}\n`;
}

/** The path of a log below the folder of sessions, the same on every system. */
export function logName(env: Environment, file: string): string {
  return relative(sessionsDir(env), file).split(sep).join('/');
}

export function logFile(env: Environment, name: string): string {
  return join(sessionsDir(env), ...name.split('/'));
}
