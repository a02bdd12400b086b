import { isGone, processIdentity } from '../capture/wire/process-identity.ts';
import type { HistorySource } from '../store/history/source.ts';
import type { CommandIo } from './command-io.ts';
import { runningSessions, saveServers } from './running-servers.ts';

/** The history of this machine, with the calls of running servers up to now. */
export async function ownHistory(io: Pick<CommandIo, 'env' | 'stderr' | 'now'>): Promise<HistorySource> {
  await saveServers(io);
  return { env: io.env, now: io.now, me: processIdentity(process.pid), isGone, running: await runningSessions(io) };
}
