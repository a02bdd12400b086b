import { divide, toNumber } from '../pricing/money.ts';
import { GEMINI } from '../usage/event.ts';
import type { MetricRow, Metrics } from './metrics.ts';
import type { SessionInfo } from './summary.ts';

/** A session of this machine as far as it has come. */
export interface LiveSession {
  session: SessionInfo;
  /** `goes on`: its command has ended, other processes of it have not. `interrupted`: its costwatch was ended. */
  state: 'running' | 'goes on' | 'interrupted' | 'ended';
  row: MetricRow;
  /** Calls that were sent and have no answer yet. */
  inFlight: number;
  /** US dollars a minute since it started; null where nothing is billed in dollars, or before its first second. */
  perMinuteUsd: number | null;
}

/** `until` is now, or the end of a session that has ended. */
export function liveSession(
  session: SessionInfo,
  state: LiveSession['state'],
  metrics: Metrics,
  inFlight: number,
  until: Date,
): LiveSession {
  const cost = metrics.cost(GEMINI);
  const elapsed = until.valueOf() - Date.parse(session.startedAt);
  return {
    session,
    state,
    row: metrics.toRow(GEMINI),
    inFlight,
    perMinuteUsd: cost === undefined || elapsed < 1000 ? null : toNumber(divide(cost * 60_000n, elapsed)),
  };
}
