import { isGone, processIdentity } from '../capture/wire/process-identity.ts';
import { PriceBookError } from '../core/errors.ts';
import { overridesFile } from '../store/files/paths.ts';
import type { RunNote } from '../store/sessions/run-dirs.ts';
import { claimRun, closeRun, lastWritten, type RunFolder, runsWithOwner } from '../store/sessions/run-dirs.ts';
import { type Prices, writeSessionLog } from '../store/sessions/session-log.ts';
import { loadPriceBook } from '../store/settings/price-book.ts';
import { type CommandIo, utcDay } from './command-io.ts';

const INTERRUPTED =
  'costwatch was ended during this run; the session was put together from what its processes had recorded.';

/**
 * Finishes the session logs of runs whose costwatch was ended, and of those that had left processes behind which have
 * ended since. Says so on stderr, once. What
 * cannot be written is said and left for the next time.
 */
export async function recoverSessions(io: Pick<CommandIo, 'env' | 'stderr' | 'now'>): Promise<void> {
  const { readRun } = await import('../capture/parent/read-run.ts');
  const recovered: string[] = [];
  const continued: string[] = [];
  const ended: string[] = [];
  for (const left of runsWithOwner(io.env, isGone)) {
    const { history, session, counted } = left.note;
    try {
      const { events, stillRunning } = await readRun(left.folder);
      if (stillRunning > 0) continue;
      const folder = claimRun(left, processIdentity(process.pid));
      if (folder === undefined) continue;
      // A server's calls may have been completed since they were saved, so their number tells nothing.
      if (history && events.length > (left.note.registered ? 0 : (counted ?? 0))) {
        writeSessionLog(io.env, sessionOf(left, folder), events, pricesNow(io));
        if (left.note.registered) ended.push(`${session.id} (${calls(events.length)})`);
        else if (counted === undefined) recovered.push(`${session.id} (${calls(events.length)})`);
        else continued.push(`${session.id} (${calls(events.length - counted)})`);
      }
      closeRun(folder);
    } catch (error) {
      io.stderr.write(`session ${session.id} was interrupted and cannot be recovered: ${(error as Error).message}\n`);
    }
  }
  if (ended.length > 0) io.stderr.write(`added ${count(ended.length, 'server')} that ended: ${ended.join(', ')}\n`);
  if (recovered.length > 0)
    io.stderr.write(`recovered ${count(recovered.length, 'interrupted session')}: ${recovered.join(', ')}\n`);
  if (continued.length > 0)
    io.stderr.write(`added the later calls of processes that outlived their run: ${continued.join(', ')}\n`);
}

/** Undefined where the user's own prices cannot be read; the command itself says so. */
export function pricesNow(io: Pick<CommandIo, 'env' | 'now'>): Prices | undefined {
  try {
    return { book: loadPriceBook({ overridesFile: overridesFile(io.env) }), today: utcDay(io.now) };
  } catch (error) {
    if (error instanceof PriceBookError) return undefined;
    throw error;
  }
}

function sessionOf({ note }: RunFolder, folder: string): RunNote['session'] {
  const { session, counted } = note;
  if (counted !== undefined && !note.registered) return session;
  const endedAt = lastWritten(folder);
  const closed = { ...session, ...(endedAt ? { endedAt } : {}) };
  return note.registered ? closed : { ...closed, unwatched: [...(session.unwatched ?? []), INTERRUPTED] };
}

function calls(number: number): string {
  return count(number, 'call');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
