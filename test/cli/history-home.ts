import type { SessionInfo } from '../../src/core/ledger/summary.ts';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import { overridesFile } from '../../src/store/files/paths.ts';
import { writeSessionLog } from '../../src/store/sessions/session-log.ts';
import { loadPriceBook } from '../../src/store/settings/price-book.ts';

/** A session of a made-up history: its calls are a minute apart. */
export interface MadeSession {
  id: string;
  startedAt: string;
  calls: Partial<UsageEvent>[];
  session?: Partial<SessionInfo>;
}

/** A call of 1,000 input and 100 output tokens unless it says otherwise. */
export function madeCall(id: string, call: Partial<UsageEvent> = {}): UsageEvent {
  return {
    id,
    service: 'gemini',
    operation: 'generate_content',
    status: 'ok',
    requestModel: 'gemini-3.8-flash',
    responseModel: 'gemini-3.8-flash',
    usage: { inputTokens: 1000, outputTokens: 100 },
    ...call,
  };
}

/** What makes a made call one of speech. */
export const SPEECH = {
  service: 'elevenlabs',
  operation: 'text_to_speech',
  requestModel: 'eleven_v3',
  responseModel: 'eleven_v3',
  usage: { characters: 500, credits: 500 },
};

/** Writes the log of a session as `costwatch run` does, at the prices of the day it started. Returns its path. */
export function writeSession(home: string, { id, startedAt, calls, session = {} }: MadeSession): string {
  const env = { COSTWATCH_HOME: home };
  const at = (minutes: number) => new Date(Date.parse(startedAt) + minutes * 60_000).toISOString();
  const events = calls.map((call, index) =>
    madeCall(call.id ?? `${id}-${index}`, { timestamp: at(index), sessionId: id, ...call }),
  );
  return writeSessionLog(
    env,
    { id, startedAt, endedAt: at(calls.length), command: ['node', 'gen.js'], exitCode: 0, ...session },
    events,
    { book: loadPriceBook({ overridesFile: overridesFile(env) }), today: startedAt.slice(0, 10) },
  );
}
