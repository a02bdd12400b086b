import { readFileSync } from 'node:fs';

/** One process. Another one may get its id later, so where the system says when a process started, that is part of it. */
export interface ProcessIdentity {
  pid: number;
  /** In ticks since boot; absent where the system does not say. */
  started?: string;
}

export function processIdentity(pid: number): ProcessIdentity {
  const started = startOf(pid);
  return started === undefined ? { pid } : { pid, started };
}

/** Whether that very process has ended. */
export function isGone({ pid, started }: ProcessIdentity): boolean {
  return !isAlive(pid) || (started !== undefined && startOf(pid) !== started);
}

/** Whether a process is running. One that has ended but was not yet collected by its parent is not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  if (process.platform !== 'linux') return true;
  const state = stat(pid)?.[0];
  // Absent: gone between the two questions.
  return state !== undefined && state !== 'Z';
}

function startOf(pid: number): string | undefined {
  return process.platform === 'linux' ? stat(pid)?.[19] : undefined;
}

/** The fields of proc(5), `/proc/pid/stat`, from the third on; the second may hold anything. */
function stat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
