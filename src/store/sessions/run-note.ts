import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../capture/wire/process-identity.ts';
import type { SessionInfo } from '../../core/ledger/summary.ts';

/** What a run's folder says of itself, so that another process can finish its session log. */
export interface RunNote {
  session: SessionInfo;
  /** The process that gathers this run. */
  owner: ProcessIdentity;
  /** Whether the run becomes a session of the user's history. */
  history: boolean;
  /** Whether the process itself asked to be watched, so that its session log is written while it goes on. */
  registered?: boolean;
  /** How many bytes its processes had recorded when that was done last. */
  savedBytes?: number;
  /** How many calls the session log has already; absent while there is none. */
  counted?: number;
}

/** The file in a run's folder that holds its note. */
export const NOTE = 'run.json';

/** Begins the name of a run's folder that is being removed. */
export const BEING_REMOVED = '.';

/** Undefined where the folder is none of a run, or is being made or removed at this moment. */
export function readNote(folder: string): RunNote | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, NOTE), 'utf8')) as RunNote;
  } catch {
    return undefined;
  }
}
