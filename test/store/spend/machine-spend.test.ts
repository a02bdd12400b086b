import { renameSync, rmSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bucketOf } from '../../../src/core/budget/budget.ts';
import { parseMoney, toDecimal } from '../../../src/core/pricing/money.ts';
import { appendRecorded } from '../../../src/store/sessions/recorded-log.ts';
import { claimRun, closeRun } from '../../../src/store/sessions/run-dirs.ts';
import { writeSessionLog } from '../../../src/store/sessions/session-log.ts';
import { callKey } from '../../../src/store/spend/machine-spend.ts';
import { callAt, DAILY, figuresOf, Machine, speechAt } from './spend-machine.ts';

const NOW = '2026-11-22T10:00:00.000Z';
const MONTHLY = { ...DAILY, id: 'monthly', period: 'monthly' as const };

describe('what a machine has spent', () => {
  it('is nothing where nothing was ever recorded', () => {
    expect(figuresOf(new Machine().spend())).toEqual(['0, 0 calls']);
  });

  it('adds up running sessions, session logs and calls of no run', () => {
    const machine = new Machine();
    const spend = machine.spend();
    machine.run('20261122-100000-aaaaaa').record('end', 1, callAt(NOW));
    expect(figuresOf(spend)).toEqual(['0.0075, 1 calls']);
    writeSessionLog(machine.env, { id: 'closed', startedAt: NOW, command: [] }, [callAt(NOW), callAt(NOW)]);
    expect(figuresOf(spend)).toEqual(['0.0225, 3 calls']);
    appendRecorded(machine.env, callAt(NOW));
    expect(figuresOf(spend)).toEqual(['0.03, 4 calls']);
    appendRecorded(machine.env, callAt(NOW));
    expect(figuresOf(spend)).toEqual(['0.0375, 5 calls']);
    expect(figuresOf(machine.spend())).toEqual(['0.0375, 5 calls']);
  });

  it('counts one call once, whatever was recorded of it', () => {
    const machine = new Machine();
    const run = machine.run('run');
    const spend = machine.spend();
    const { usage, ...open } = callAt(NOW, { status: 'incomplete' });
    run.record('start', 1, open);
    expect(figuresOf(spend)).toEqual(['0, 1 calls']);
    run.record('usage', 1, { ...open, usage: { inputTokens: 4_000 } });
    expect(figuresOf(spend)).toEqual(['0.003, 1 calls']);
    run.record('end', 1, { ...open, usage, status: 'ok' });
    expect(figuresOf(spend)).toEqual(['0.0075, 1 calls']);
    expect(figuresOf(machine.spend())).toEqual(['0.0075, 1 calls']);
  });

  it('takes the later record where the cost of a call comes after its end', () => {
    const machine = new Machine();
    const run = machine.run('run');
    const spend = machine.spend();
    const { usage, ...submitted } = callAt(NOW);
    run.record('end', 1, submitted);
    expect(figuresOf(spend)).toEqual(['0, 1 calls, 1 unpriced']);
    run.record('end', 1, { ...submitted, usage });
    expect(figuresOf(spend)).toEqual(['0.0075, 1 calls']);
    expect(figuresOf(machine.spend())).toEqual(['0.0075, 1 calls']);
  });

  it('waits for the rest of a line, and goes past one that was torn', () => {
    const machine = new Machine();
    const run = machine.run('run');
    const spend = machine.spend();
    const line = run.line('end', 1, callAt(NOW));
    run.write(line.slice(0, 40));
    expect(figuresOf(spend)).toEqual(['0, 0 calls']);
    run.write(line.slice(40));
    expect(figuresOf(spend)).toEqual(['0.0075, 1 calls']);
    run.write(`${line.slice(0, 30)}\n${run.line('end', 2, callAt(NOW))}`);
    expect(figuresOf(spend)).toEqual(['0.015, 2 calls']);
  });

  it('counts a session once while it has a run folder, a log, or both', () => {
    const machine = new Machine();
    const run = machine.run('run');
    const events = [callAt(NOW), callAt(NOW)];
    for (const [index, event] of events.entries()) run.record('end', index + 1, event);
    const spend = machine.spend();
    expect(figuresOf(spend)).toEqual(['0.015, 2 calls']);
    writeSessionLog(machine.env, run.note.session, events);
    expect(figuresOf(spend)).toEqual(['0.015, 2 calls']);
    expect(figuresOf(machine.spend())).toEqual(['0.015, 2 calls']);
    closeRun(run.folder);
    expect(figuresOf(spend)).toEqual(['0.015, 2 calls']);
    expect(figuresOf(machine.spend())).toEqual(['0.015, 2 calls']);
  });

  it('takes the figures of the log when a run folder vanishes, also of one from an older day', () => {
    const machine = new Machine();
    machine.now = '2026-11-18T10:00:00.000Z';
    const run = machine.run('run');
    machine.now = NOW;
    run.record('end', 1, callAt(NOW));
    const spend = machine.spend();
    expect(figuresOf(spend)).toEqual(['0.0075, 1 calls']);
    writeSessionLog(machine.env, run.note.session, [callAt(NOW), callAt(NOW), callAt(NOW)]);
    closeRun(run.folder);
    expect(figuresOf(spend)).toEqual(['0.0225, 3 calls']);
  });

  it('keeps what it has read of a run that left no log', () => {
    const machine = new Machine();
    const run = machine.run('run');
    run.record('end', 1, callAt(NOW));
    const spend = machine.spend();
    figuresOf(spend);
    rmSync(run.folder, { recursive: true });
    expect(figuresOf(spend)).toEqual(['0.0075, 1 calls']);
  });

  it('follows a run that another costwatch takes over', () => {
    const machine = new Machine();
    const run = machine.run('run');
    run.record('end', 1, callAt(NOW));
    const spend = machine.spend();
    figuresOf(spend);
    const folder = claimRun({ folder: run.folder, note: run.note }, { pid: 77 })!;
    expect(folder).toMatch(/run\.77$/);
    expect(figuresOf(spend)).toEqual(['0.0075, 1 calls']);
    expect(figuresOf(machine.spend())).toEqual(['0.0075, 1 calls']);
  });

  it('never sees half of a run folder that is being removed', () => {
    const machine = new Machine();
    const run = machine.run('run');
    run.record('end', 1, callAt(NOW));
    renameSync(run.folder, join(dirname(run.folder), '.run'));
    expect(figuresOf(machine.spend())).toEqual(['0, 0 calls']);
  });

  it('leaves out runs that become no session', () => {
    const machine = new Machine();
    machine.run('demo', { history: false }).record('end', 1, callAt(NOW));
    expect(figuresOf(machine.spend())).toEqual(['0, 0 calls']);
  });

  it('sees many processes of a run, and those that come later', () => {
    const machine = new Machine();
    const run = machine.run('run');
    const spend = machine.spend();
    for (let pid = 100; pid < 110; pid++) {
      run.record('end', 1, callAt(NOW), undefined, pid);
      figuresOf(spend);
    }
    expect(figuresOf(spend)).toEqual(['0.075, 10 calls']);
  });
});

describe('reservations', () => {
  it('hold the rest of the bound until the call ends', () => {
    const machine = new Machine();
    const run = machine.run('run');
    const spend = machine.spend();
    const { usage, ...open } = callAt(NOW, { status: 'incomplete' });
    run.record('reserve', 1, open, { usd: '0.5' });
    expect(figuresOf(spend)).toEqual(['0, 0 calls, 0.5 reserved by 1']);
    run.record('start', 1, open, { usd: '0.5' });
    expect(figuresOf(spend)).toEqual(['0, 1 calls, 0.5 reserved by 1']);
    run.record('usage', 1, { ...open, usage: { inputTokens: 10_000 } }, { usd: '0.5' });
    expect(figuresOf(spend)).toEqual(['0.0075, 1 calls, 0.4925 reserved by 1']);
    run.record('end', 1, { ...open, usage, status: 'ok' });
    expect(figuresOf(spend)).toEqual(['0.0075, 1 calls']);
  });

  it('end with a call that is refused, which is no call', () => {
    const machine = new Machine();
    const run = machine.run('run');
    const spend = machine.spend();
    const { usage: _, ...open } = callAt(NOW);
    run.record('reserve', 1, open, { usd: '0.5' });
    figuresOf(spend);
    run.record('refused', 1, open);
    expect(figuresOf(spend)).toEqual(['0, 0 calls']);
  });

  it('end with a process that was killed, while what it had cost stays', () => {
    const machine = new Machine();
    const run = machine.run('run');
    const spend = machine.spend();
    const open = callAt(NOW, { status: 'incomplete' });
    run.record('end', 1, callAt(NOW));
    run.record('usage', 2, open, { usd: '0.5' });
    const { usage: _, ...unsent } = callAt(NOW, { status: 'incomplete' });
    run.record('reserve', 3, unsent, { usd: '0.5' });
    expect(figuresOf(spend)).toEqual(['0.015, 2 calls, 0.9925 reserved by 2']);
    machine.dead.add(100);
    expect(figuresOf(spend)).toEqual(['0.015, 2 calls, 1 incomplete']);
    expect(figuresOf(machine.spend())).toEqual(['0.015, 2 calls, 1 incomplete']);
    // It was not dead, only out of sight.
    run.record('end', 2, { ...open, status: 'ok' });
    expect(figuresOf(spend)).toEqual(['0.015, 2 calls']);
  });

  it('end with a process that says goodbye', () => {
    const machine = new Machine();
    const run = machine.run('run');
    run.record('start', 1, callAt(NOW, { status: 'incomplete', usage: { inputTokens: 0 } }), { usd: '0.5' });
    run.write(`${JSON.stringify({ v: 1, process: '100-0-abc', seq: 9, phase: 'bye' })}\n`);
    expect(figuresOf(machine.spend())).toEqual(['0, 1 calls, 1 incomplete']);
  });

  it('of the call that asks are left out', () => {
    const machine = new Machine();
    const run = machine.run('run');
    const spend = machine.spend([{ ...DAILY, limit: parseMoney('0.5')! }]);
    const { usage: _, ...open } = callAt(NOW);
    run.record('reserve', 1, open, { usd: '0.5' });
    spend.refresh();
    const first = callKey('run', '100-0-abc', 1);
    expect(spend.refusedBy(open, first)).toBeUndefined();
    run.record('reserve', 2, open, { usd: '0.5' });
    spend.refresh();
    const second = spend.refusedBy(open, callKey('run', '100-0-abc', 2));
    expect(second?.why).toBe('limit');
    expect(toDecimal(second!.state.reserved)).toBe('0.5');
    expect(second!.state.underWay).toBe(1);
  });
});

describe('windows and scopes', () => {
  it('are local days: before and after midnight of the zone', () => {
    const machine = new Machine();
    machine.now = '2026-11-22T16:00:00.000Z';
    machine
      .run('run')
      .write(
        ['2026-11-21T14:59:59.999Z', '2026-11-21T15:00:00.000Z', '2026-11-22T14:59:59.999Z', '2026-11-22T15:00:00.000Z']
          .map((time, index) => machine.run('run').line('end', index + 1, callAt(time)))
          .join(''),
      );
    expect(figuresOf(machine.spend([DAILY], { zone: 'Asia/Seoul' }))).toEqual(['0.0075, 1 calls']);
    expect(figuresOf(machine.spend([DAILY]))).toEqual(['0.015, 2 calls']);
    machine.now = '2026-11-22T14:00:00.000Z';
    expect(figuresOf(machine.spend([DAILY], { zone: 'Asia/Seoul' }))).toEqual(['0.015, 2 calls']);
  });

  it('start again from zero at midnight, while the same reader goes on', () => {
    const machine = new Machine();
    const spend = machine.spend([DAILY, MONTHLY]);
    const run = machine.run('run');
    run.record('end', 1, callAt(NOW));
    expect(figuresOf(spend)).toEqual(['0.0075, 1 calls', '0.0075, 1 calls']);
    machine.now = '2026-11-23T00:00:00.000Z';
    expect(figuresOf(spend)).toEqual(['0, 0 calls', '0.0075, 1 calls']);
    run.record('end', 2, callAt(machine.now));
    expect(figuresOf(spend)).toEqual(['0.0075, 1 calls', '0.015, 2 calls']);
    machine.now = '2026-12-01T00:00:00.000Z';
    expect(figuresOf(spend)).toEqual(['0, 0 calls', '0, 0 calls']);
  });

  it('find the logs of the whole month, and the calls of this month in a session of the last', () => {
    const machine = new Machine();
    machine.log('2026-11-01', 'first.jsonl', [callAt('2026-11-01T00:00:00.000Z')]);
    machine.log('2026-10-12', 'long.jsonl', [callAt('2026-10-12T00:00:00.000Z'), callAt('2026-11-02T00:00:00.000Z')]);
    machine.log('2026-11-05', 'recorded.jsonl', [callAt('2026-11-05T00:00:00.000Z')]);
    const old = machine.log('2026-10-13', 'old.jsonl', [callAt('2026-11-03T00:00:00.000Z')]);
    for (const path of [old, dirname(old)]) utimesSync(path, new Date('2026-10-13'), new Date('2026-10-13'));
    expect(figuresOf(machine.spend([MONTHLY]))).toEqual(['0.0225, 3 calls']);
    expect(figuresOf(machine.spend([DAILY]))).toEqual(['0, 0 calls']);
  });

  it('count dollars for Gemini and characters for ElevenLabs, and never both', () => {
    const machine = new Machine();
    const characters = { ...DAILY, id: 'characters', unit: 'characters' as const, limit: parseMoney('20000')! };
    const run = machine.run('run');
    run.record('end', 1, callAt(NOW));
    run.record('end', 2, speechAt(NOW, 1500));
    run.record('end', 3, callAt(NOW, { service: 'openai', requestModel: 'x', responseModel: 'x' }));
    expect(figuresOf(machine.spend([DAILY, characters]))).toEqual(['0.0075, 1 calls', '1500, 1 calls']);
  });

  it('give every value of a label its own budget', () => {
    const machine = new Machine();
    const each = { ...DAILY, label: { name: 'video', value: '*' } };
    const run = machine.run('run');
    run.record('end', 1, callAt(NOW, { labels: { video: 'a' } }));
    run.record('end', 2, callAt(NOW, { labels: { video: 'b' } }));
    run.record('end', 3, callAt(NOW, { labels: { video: 'b', other: 'a' } }));
    run.record('end', 4, callAt(NOW));
    const spend = machine.spend([each]);
    expect(figuresOf(spend)).toEqual(['0.0075, 1 calls', '0.015, 2 calls']);
    expect(spend.all().map(({ bucket }) => bucket.value)).toEqual(['a', 'b']);
    expect(spend.state(bucketOf(each, '2026-11-22', 'c')).calls).toBe(0);
  });

  it('give every run its own budget, and the one that asks sees its own alone', () => {
    const machine = new Machine();
    const perRun = { ...DAILY, id: 'per-run', period: 'run' as const };
    machine.run('one').record('end', 1, callAt(NOW));
    const two = machine.run('two');
    two.record('end', 1, callAt(NOW));
    two.record('end', 2, callAt(NOW));
    machine.log('2026-11-22', 'ended.jsonl', [callAt(NOW)]);
    expect(figuresOf(machine.spend([perRun], { session: 'two' }))).toEqual(['0.015, 2 calls']);
    expect(figuresOf(machine.spend([perRun]))).toEqual(['0.0075, 1 calls', '0.015, 2 calls']);
    expect(figuresOf(machine.spend([perRun, DAILY], { session: 'one' }))).toEqual(['0.0075, 1 calls', '0.03, 4 calls']);
  });

  it('name a call without a price, and count it as no dollars', () => {
    const machine = new Machine();
    const run = machine.run('run');
    const unknown = callAt(NOW, { requestModel: 'gemini-9-unknown', responseModel: 'gemini-9-unknown' });
    run.record('end', 1, unknown);
    run.record('end', 2, callAt(NOW, { status: 'failed' }));
    expect(figuresOf(machine.spend())).toEqual(['0, 2 calls, 1 unpriced']);
    const strict = machine.spend([{ ...DAILY, onUnpriced: 'stop' }]);
    strict.refresh();
    expect(strict.refusedBy(callAt(NOW), callKey('run', '100-0-abc', 3))?.why).toBe('unpriced');
  });

  it('count two records of one call in a log once, by the one with more tokens', () => {
    const machine = new Machine();
    const call = callAt(NOW);
    machine.log('2026-11-22', 'log.jsonl', [{ ...call, usage: { inputTokens: 1 } }, call, call]);
    expect(figuresOf(machine.spend())).toEqual(['0.0075, 1 calls']);
  });
});
