import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Environment } from '../../core/environment.ts';
import { ChildStartError } from '../../core/errors.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { runsIn } from '../files/layout.ts';
import { dataDir } from '../files/paths.ts';
import { BEING_REMOVED, NOTE, type RunNote, readNote } from './run-note.ts';

export type { RunNote } from './run-note.ts';

function runsDir(env: Environment): string {
  return runsIn(dataDir(env));
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

/** Removes a run's folder, for a reader of it all at once. */
export function closeRun(folder: string): void {
  const renamed = join(dirname(folder), `${BEING_REMOVED}${basename(folder)}`);
  try {
    renameSync(folder, renamed);
  } catch {
    // On Windows a process that goes on holds its file there.
    rmSync(folder, { recursive: true, force: true });
    return;
  }
  rmSync(renamed, { recursive: true, force: true });
}

/** Whether there are any folders of runs: those of now, and those that were left. */
export function hasRuns(env: Environment): boolean {
  const parent = runsDir(env);
  return existsSync(parent) && readdirSync(parent).length > 0;
}

/** Whether a session has a run's folder still: there may be calls to come for it. */
export function hasRun(env: Environment, sessionId: string): boolean {
  const parent = runsDir(env);
  return existsSync(parent) && readdirSync(parent).some((name) => name.replace(/\.\d+$/, '') === sessionId);
}

/** A run that has not been put into its session log, by its folder. */
export interface RunFolder {
  folder: string;
  note: RunNote;
}

/** The runs whose owner, the process that gathers them, is such a one, oldest first. */
export function runsWithOwner(env: Environment, isSuch: (owner: RunNote['owner']) => boolean): RunFolder[] {
  return allRuns(env).filter(({ note }) => isSuch(note.owner));
}

/** Every run that has not been put into its session log, oldest first. */
export function allRuns(env: Environment): RunFolder[] {
  const parent = runsDir(env);
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .sort()
    .flatMap((name) => {
      const folder = join(parent, name);
      if (name.startsWith(BEING_REMOVED)) {
        rmSync(folder, { recursive: true, force: true });
        return [];
      }
      const note = readNote(folder);
      return note ? [{ folder, note }] : [];
    });
}

/** Takes a run over, so that no other process does. Returns its folder's new place; undefined where another was first. */
export function claimRun({ folder, note }: RunFolder, owner: RunNote['owner']): string | undefined {
  const claimed = `${folder.replace(/\.\d+$/, '')}.${owner.pid}`;
  try {
    if (claimed !== folder) renameSync(folder, claimed);
    noteRun(claimed, { ...note, owner });
    return claimed;
  } catch {
    return undefined;
  }
}

/** How many bytes the processes of a run have recorded. */
export function recordedBytes(folder: string): number {
  return spoolsIn(folder).reduce((sum, spool) => sum + statSync(spool).size, 0);
}

/** When a file of the run was last written, ISO 8601 in UTC. */
export function lastWritten(folder: string): string | undefined {
  const times = spoolsIn(folder).map((spool) => statSync(spool).mtimeMs);
  return times.length > 0 ? new Date(Math.max(...times)).toISOString() : undefined;
}

function spoolsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => join(folder, name));
}
