import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ChildStartError } from '../core/errors.ts';
import type { SessionInfo } from '../core/summary.ts';
import { writeFileAtomic } from './atomic.ts';
import { dataDir } from './paths.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a run's folder says of itself, so that another process can finish its session log. */
export interface RunNote {
  session: SessionInfo;
  /** The process that gathers this run; `started` tells it from a later one with its id, where the system tells that. */
  owner: { pid: number; started?: string };
  /** Whether the run becomes a session of the user's history. */
  history: boolean;
  /** How many calls the session log has already; absent while there is none. */
  counted?: number;
}

const NOTE = 'run.json';

/** The folder of all runs that have not been put into their session log. */
function runsDir(env: Environment): string {
  return join(dataDir(env), 'runs');
}

/**
 * Makes the folder of a run's spool files, for the user alone.
 * @throws ChildStartError with exit code 125 where it cannot be made.
 */
export function openRun(env: Environment, note: RunNote): string {
  const folder = join(runsDir(env), note.session.id);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    noteRun(folder, note);
    return folder;
  } catch (cause) {
    throw new ChildStartError(`Cannot create ${folder}: ${(cause as Error).message}`, {
      hint: 'Set COSTWATCH_HOME to a folder you can write to.',
      cause,
      exitCode: 125,
    });
  }
}

/** Replaces what a run's folder says of itself. */
export function noteRun(folder: string, note: RunNote): void {
  writeFileAtomic(join(folder, NOTE), `${JSON.stringify(note)}\n`, { mode: 0o600 });
}

export function closeRun(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Whether a session has a run's folder still: there may be calls to come for it. */
export function hasRun(env: Environment, sessionId: string): boolean {
  const parent = runsDir(env);
  return existsSync(parent) && readdirSync(parent).some((name) => name.replace(/\.\d+$/, '') === sessionId);
}

export interface LeftRun {
  folder: string;
  note: RunNote;
}

/** Runs that are in nobody's hands, oldest first. `isGone` tells whether the process that gathers a run has ended. */
export function leftRuns(env: Environment, isGone: (owner: RunNote['owner']) => boolean): LeftRun[] {
  return allRuns(env).filter(({ note }) => isGone(note.owner));
}

/** Every run that has not been put into its session log, oldest first. */
export function allRuns(env: Environment): LeftRun[] {
  const parent = runsDir(env);
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .sort()
    .flatMap((name) => {
      const folder = join(parent, name);
      const note = readNote(folder);
      return note ? [{ folder, note }] : [];
    });
}

/** Takes a run over, so that no other process does. Returns its folder's new place; undefined where another was first. */
export function claimRun({ folder, note }: LeftRun, owner: RunNote['owner']): string | undefined {
  const claimed = `${folder.replace(/\.\d+$/, '')}.${owner.pid}`;
  try {
    if (claimed !== folder) renameSync(folder, claimed);
    noteRun(claimed, { ...note, owner });
    return claimed;
  } catch {
    return undefined;
  }
}

/** When a file of the run was last written, ISO 8601 in UTC. */
export function lastWritten(folder: string): string | undefined {
  const times = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => statSync(join(folder, name)).mtimeMs);
  return times.length > 0 ? new Date(Math.max(...times)).toISOString() : undefined;
}

function readNote(folder: string): RunNote | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, NOTE), 'utf8')) as RunNote;
  } catch {
    // Being made or removed at this moment, or not a run's folder.
    return undefined;
  }
}
