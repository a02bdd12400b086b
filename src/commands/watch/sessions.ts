import { existsSync } from 'node:fs';
import { Receiver } from '../../capture/parent/receiver.ts';
import { isGone } from '../../capture/wire/process-identity.ts';
import { Ledger } from '../../core/ledger/ledger.ts';
import { type LiveSession, liveSession } from '../../core/ledger/live-session.ts';
import { Metrics } from '../../core/ledger/metrics.ts';
import type { SessionInfo } from '../../core/ledger/summary.ts';
import { type PricingContext, price } from '../../core/pricing/price.ts';
import { readCalls } from '../../store/history/log-reader.ts';
import { readSessionInfo } from '../../store/sessions/log-ends.ts';
import { allRuns, type RunFolder, type RunNote } from '../../store/sessions/run-dirs.ts';
import { sessionLogFile } from '../../store/sessions/session-log.ts';
import type { CommandIo } from '../command-io.ts';

/** All sessions of this machine that ran since this began to look, read as far as their processes have written. */
export class WatchedSessions {
  private readonly env: CommandIo['env'];
  private readonly pricing: PricingContext;
  private readonly sessions = new Map<string, FollowedSession>();

  constructor(env: CommandIo['env'], pricing: PricingContext) {
    this.env = env;
    this.pricing = pricing;
  }

  /** Reads what is new. Resolves with the sessions, newest first. */
  async refresh(now: Date): Promise<LiveSession[]> {
    const runs = allRuns(this.env);
    for (const run of runs) {
      const { id } = run.note.session;
      const followed = this.sessions.get(id) ?? new FollowedSession(run.note.session, this.pricing);
      this.sessions.set(id, followed);
      await followed.read(run);
    }
    const withFolder = new Set(runs.map(({ note }) => note.session.id));
    for (const [id, followed] of this.sessions) if (!withFolder.has(id)) await followed.end(this.env, now);
    return [...this.sessions.values()]
      .map((followed) => followed.show(now))
      .sort((a, b) => (startOf(a) > startOf(b) ? -1 : 1));
  }

  /** All of them together. */
  totals(): Metrics {
    const sum = new Metrics();
    for (const followed of this.sessions.values()) sum.merge(followed.totals);
    return sum;
  }
}

/** With the id: two may start at once. */
function startOf({ session }: LiveSession): string {
  return `${session.startedAt} ${session.id}`;
}

class FollowedSession {
  private session: SessionInfo;
  private readonly pricing: PricingContext;
  private ledger = new Ledger();
  private readonly open = new Set<string>();
  private receiver: Receiver | undefined;
  private folder = '';
  private state: LiveSession['state'] = 'running';
  private ended: Date | undefined;

  constructor(session: SessionInfo, pricing: PricingContext) {
    this.session = session;
    this.pricing = pricing;
  }

  get totals(): Metrics {
    return this.ledger.totals;
  }

  async read({ folder, note }: RunFolder): Promise<void> {
    // Another process took the run over, under another name.
    if (folder !== this.folder) this.receiver = this.receive(folder);
    this.folder = folder;
    this.state = stateOf(note);
    await this.receiver?.drain(0);
  }

  /** What the last reading missed is in the session's log; a run that is no session leaves none. */
  async end(env: CommandIo['env'], now: Date): Promise<void> {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.ended = now;
    this.open.clear();
    const file = sessionLogFile(env, this.session);
    if (!existsSync(file)) return;
    const ledger = new Ledger();
    this.session = readSessionInfo(file) ?? this.session;
    await readCalls([file], this.pricing, {
      call: (priced) => ledger.add(priced),
      skip: (problem) => ledger.skip(problem),
      note: (problem) => ledger.note(problem),
    });
    this.ledger = ledger;
  }

  show(now: Date): LiveSession {
    const until = this.session.endedAt ? new Date(this.session.endedAt) : (this.ended ?? now);
    return liveSession(this.session, this.state, this.ledger.totals, this.open.size, until);
  }

  private receive(runDir: string): Receiver {
    return new Receiver({
      runDir,
      onChange: ({ key, phase, event }) => {
        if (phase === 'end') this.open.delete(key);
        else this.open.add(key);
        this.ledger.update(key, price(event, this.pricing));
      },
    });
  }
}

/** A run whose command has ended has been counted; processes of it go on. */
function stateOf(note: RunNote): LiveSession['state'] {
  if (note.counted !== undefined) return 'goes on';
  return isGone(note.owner) ? 'interrupted' : 'running';
}
