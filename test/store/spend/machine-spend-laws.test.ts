import { describe, expect, it } from 'vitest';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { appendRecorded } from '../../../src/store/sessions/recorded-log.ts';
import { claimRun, closeRun } from '../../../src/store/sessions/run-dirs.ts';
import { writeSessionLog } from '../../../src/store/sessions/session-log.ts';
import { callAt, DAILY, figuresOf, Machine, type RunFiles } from './spend-machine.ts';

const NOW = '2026-11-22T10:00:00.000Z';
const STEPS = 120;

/** Numbers in [0, 1) that follow from a seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Session {
  files: RunFiles;
  /** The latest event of each call that was sent, as the session log will hold it. */
  calls: Map<number, UsageEvent>;
  pid: number;
}

describe.each([1, 2, 3, 4])('a machine at work, by seed %i', (seed) => {
  it('is the same for a reader that follows as for one that comes later', () => {
    const machine = new Machine();
    const budgets = [DAILY, { ...DAILY, id: 'each', label: { name: 'video', value: '*' } }];
    const next = numbers(seed);
    const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(next() * list.length)];
    const follower = machine.spend(budgets);
    const sessions: Session[] = [];
    let made = 0;

    function open(): void {
      const id = `session-${made++}`;
      sessions.push({ files: machine.run(id), calls: new Map(), pid: 100 + made });
    }

    function write({ files, calls, pid }: Session): void {
      const call = Math.floor(next() * 4);
      const ended = calls.get(call);
      const id = ended?.id ?? `${pid}-${call}`;
      const event = callAt(NOW, { id, labels: { video: `v${call % 2}` } });
      const { usage: _, ...open } = { ...event, status: 'incomplete' as const };
      const phase = pick(['reserve', 'start', 'usage', 'end', 'refused'])!;
      if ((phase === 'reserve' || phase === 'refused') && ended) return;
      const bare = phase !== 'end' && phase !== 'usage';
      const recorded = phase === 'end' ? event : bare ? open : { ...open, usage: { inputTokens: 1_000 } };
      const line = files.line(phase, call, recorded, phase === 'end' ? undefined : { usd: '0.5' }, pid);
      const cut = Math.floor(next() * line.length);
      files.write(line.slice(0, cut), pid);
      if (next() < 0.3) figures(follower);
      files.write(line.slice(cut), pid);
      if (phase !== 'reserve' && phase !== 'refused') calls.set(call, recorded);
    }

    function close(session: Session): void {
      sessions.splice(sessions.indexOf(session), 1);
      const { files, calls } = session;
      const folder = next() < 0.3 ? claimRun({ folder: files.folder, note: files.note }, { pid: 7 })! : files.folder;
      if (next() < 0.3) figures(follower);
      writeSessionLog(machine.env, files.note.session, [...calls.values()]);
      if (next() < 0.3) figures(follower);
      closeRun(folder);
    }

    function figures(reader: typeof follower): string[] {
      return figuresOf(reader).sort();
    }

    for (let step = 0; step < STEPS; step++) {
      const session = pick(sessions);
      const dice = next();
      if (!session || dice < 0.08) open();
      else if (dice < 0.14) close(session);
      else if (dice < 0.2) appendRecorded(machine.env, callAt(NOW));
      else if (dice < 0.23) machine.dead.add(session.pid);
      else write(session);
      if (next() < 0.5) expect(figures(follower), `step ${step}`).toEqual(figures(machine.spend(budgets)));
    }
  });
});
