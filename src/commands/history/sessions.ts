import { basename, dirname } from 'node:path';
import type { SessionInfo } from '../../core/ledger/summary.ts';
import type { ReadLog } from '../../store/history/read.ts';

/** A log of the history, with the name that people know it by. */
export interface OwnSession extends ReadLog {
  /** The session's id; `recorded-2026-11-22` for calls of that day (UTC) that belong to no run. */
  id: string;
  startedAt: string;
  command: readonly string[];
}

export function ownSession(log: ReadLog): OwnSession {
  const session: Partial<SessionInfo> = log.session ?? {};
  const day = basename(dirname(log.file));
  const name = basename(log.file, '.jsonl');
  const isRecorded = name === 'recorded' || name.startsWith('recorded.');
  return {
    ...log,
    id: session.id ?? (isRecorded ? `recorded-${day}` : name),
    startedAt: session.startedAt ?? `${day}T00:00:00.000Z`,
    command: session.command ?? (isRecorded ? ['costwatch', 'record'] : []),
  };
}
