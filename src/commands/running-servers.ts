import { isGone } from '../capture/wire/process-identity.ts';
import { noteRun, recordedBytes, runsWithOwner } from '../store/sessions/run-dirs.ts';
import { writeSessionLog } from '../store/sessions/session-log.ts';
import type { CommandIo } from './command-io.ts';
import { pricesNow } from './recover.ts';

/**
 * Brings the session logs of the programs up to date that were started with `costwatch/register` and are running. Calls
 * under way are left for the next time. What cannot be written is said.
 */
export async function saveServers(io: Pick<CommandIo, 'env' | 'stderr' | 'now'>): Promise<void> {
  const { readRun } = await import('../capture/parent/read-run.ts');
  for (const { folder, note } of runsWithOwner(io.env, (owner) => !isGone(owner))) {
    if (!note.registered) continue;
    try {
      // Asked first: what is recorded while we read is saved next time.
      const savedBytes = recordedBytes(folder);
      if (savedBytes === note.savedBytes) continue;
      const { ended } = await readRun(folder);
      if (ended.length > 0) writeSessionLog(io.env, note.session, ended, pricesNow(io));
      noteRun(folder, { ...note, savedBytes, counted: ended.length });
    } catch (error) {
      io.stderr.write(
        `! the calls of the running server ${note.session.id} are missing: ${(error as Error).message}\n`,
      );
    }
  }
}

/** How many runs go on now. Their calls are in no log yet. */
export async function runningSessions({ env }: Pick<CommandIo, 'env'>): Promise<number> {
  const running = runsWithOwner(env, (owner) => !isGone(owner));
  return running.filter(({ note }) => note.history && !note.registered).length;
}

/** `1 running session is not in these figures; see costwatch watch`; undefined where none does. */
export function runningNote(count: number): string | undefined {
  if (count === 0) return undefined;
  const sessions = count === 1 ? '1 running session is' : `${count} running sessions are`;
  return `${sessions} not in these figures; see costwatch watch`;
}
