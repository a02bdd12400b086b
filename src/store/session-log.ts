import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { UsageEvent } from '../core/event.ts';
import type { SessionInfo } from '../core/summary.ts';
import { writeFileAtomic } from './atomic.ts';
import { dataDir } from './paths.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder of all session logs: `<data dir>/sessions/<YYYY-MM-DD>/<session id>.jsonl`. */
export function sessionsDir(env: Environment): string {
  return join(dataDir(env), 'sessions');
}

/** The folder of a running session's spool files, removed once its log is written. */
export function runDir(env: Environment, sessionId: string): string {
  return join(dataDir(env), 'runs', sessionId);
}

/** `20261122-101502-a1b2c3`: sorts by time, and is unique enough for one machine. */
export function newSessionId(now: Date, random: string): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${random}`;
}

/**
 * Writes a session log, readable by its owner only: a header line, one `UsageEvent` a line, a closing line.
 * It is a public format that `report` reads like any other log. Returns the path.
 */
export function writeSessionLog(env: Environment, session: SessionInfo, events: readonly UsageEvent[]): string {
  const { endedAt, exitCode, signal, unwatched, ...opening } = session;
  const lines = [
    { costwatch: 1, session: opening },
    ...events,
    { costwatch: 1, closed: { id: session.id, endedAt, exitCode, signal, unwatched, calls: events.length } },
  ];
  const path = join(sessionsDir(env), session.startedAt.slice(0, 10), `${session.id}.jsonl`);
  writeFileAtomic(path, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`, { mode: 0o600 });
  return path;
}

const SECRET = /AIza[\w-]{20,}|\b(?:sk|xi)[-_][\w-]{16,}|ya29\.[\w.-]+/;
const SECRET_OPTION = /^-{0,2}[\w-]*(?:key|token|secret|password|prompt)[\w-]*(=|$)/i;

/**
 * The command as it may be kept: no key, no prompt. The value of an option that names a secret and every argument that
 * is long or has white space, as prompts have, becomes `…`.
 */
export function recordableCommand(command: readonly string[]): string[] {
  return command.map((word, index) => {
    const [option = word, equals] = SECRET_OPTION.exec(word) ?? [word];
    if (equals === '=') return `${option}…`;
    const named = command[index - 1];
    if (named !== undefined && /^-/.test(named) && SECRET_OPTION.exec(named)?.[1] === '') return '…';
    return SECRET.test(word) || /\s/.test(word) || word.length > 120 ? '…' : word;
  });
}

/** The logs of this machine's own sessions, oldest first. */
export function ownSessionFiles(env: Environment): string[] {
  const folder = sessionsDir(env);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(folder, name));
}
