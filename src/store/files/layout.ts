import { join } from 'node:path';

/** The folder of all session logs: `<data dir>/sessions/<YYYY-MM-DD>/<session id>.jsonl`. */
export function sessionsIn(dataDir: string): string {
  return join(dataDir, 'sessions');
}

/** Where the log of a session is, by the UTC day on which it started. */
export function sessionLogIn(dataDir: string, { id, startedAt }: { id: string; startedAt: string }): string {
  return join(sessionsIn(dataDir), startedAt.slice(0, 10), `${id}.jsonl`);
}

/** Calls of no run, one a line, in the folder of the UTC day on which they were made. */
export const RECORDED = 'recorded.jsonl';

/** The folder of all runs that have not been put into their session log. */
export function runsIn(dataDir: string): string {
  return join(dataDir, 'runs');
}

/** What closed sessions have spent of the budgets; may be removed at any time. */
export function spendCacheIn(dataDir: string): string {
  return join(dataDir, 'spend.json');
}

/** Held by the process that compacts the history. */
export function historyLock(dataDir: string): string {
  return join(dataDir, 'history.lock');
}
