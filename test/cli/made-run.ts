import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import { closeRun, openRun, type RunNote } from '../../src/store/sessions/run-dirs.ts';
import { madeCall, writeSession } from './history-home.ts';

/** A run that goes on as long as a test wants: its folder and the spool file of one process. */
export function madeRun(home: string, id: string, note: Partial<RunNote> = {}) {
  const startedAt = '2026-11-22T10:15:02.000Z';
  const session = { id, startedAt, command: ['node', `${id.slice(-6)}.js`] };
  const owner = note.owner ?? { pid: process.pid };
  const folder = openRun({ COSTWATCH_HOME: home }, { session, history: true, ...note, owner });
  const spool = join(folder, '1-0-x.jsonl');
  let seq = 0;
  const write = (record: object) =>
    appendFileSync(spool, `${JSON.stringify({ v: 1, process: '1-0-x', seq: seq++, ...record })}\n`);
  write({ phase: 'hello', pid: owner.pid, ppid: 1, thread: 0, script: 'x.js' });
  const calls: UsageEvent[] = [];
  return {
    /** Sends a call, and answers it unless it is to stay in flight. */
    call(event: Partial<UsageEvent> = {}, phase: 'start' | 'end' = 'end') {
      const made = madeCall(`${id}-${calls.length}`, { timestamp: '2026-11-22T10:15:03.000Z', ...event });
      calls.push(made);
      write({ phase, call: calls.length, event: made });
    },
    /** Ends it as `costwatch run` does; `later` are calls that nobody saw before. */
    end(later: Partial<UsageEvent>[] = []) {
      const all = [...calls, ...later.map((event, index) => ({ id: `${id}-later-${index}`, ...event }))];
      writeSession(home, { id, startedAt, calls: all, session: { command: session.command } });
      closeRun(folder);
    },
  };
}
