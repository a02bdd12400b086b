import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Ledger } from '../../src/core/ledger/ledger.ts';
import { type Summary, summarize } from '../../src/core/ledger/summary.ts';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import { meter } from '../../src/providers/index.ts';
import { compact, planCompaction } from '../../src/store/history/compact.ts';
import { countHistory } from '../../src/store/history/count.ts';
import { loadPriceBook } from '../../src/store/settings/price-book.ts';
import { BIN, costwatch, pinned, ROOT, temporaryFolder } from './costwatch.ts';
import { SPEECH, writeSession } from './history-home.ts';

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

const cw = (...args: string[]) => costwatch(args, { env: pinned({ COSTWATCH_HOME: home }) });
const json = async (...args: string[]) => JSON.parse((await cw(...args, '--json')).stdout);
const prune = () => cw('history', 'prune', '--before', '2026-10-01', '--yes');
const compacted = () => join(home, 'sessions/2026-09/compacted.jsonl');
const logs = () => readdirSync(join(home, 'sessions'), { recursive: true, encoding: 'utf8' }).sort();

/** Sessions of September with calls of every minute. */
function fill(sessions: number, calls: number): void {
  for (let n = 0; n < sessions; n++) {
    const day = `2026-09-${String(1 + (n % 28)).padStart(2, '0')}`;
    const id = `${day.replaceAll('-', '')}-080000-${n.toString(16).padStart(6, '0')}`;
    const labels = { video: `ep${n % 3}` };
    const call = (_: unknown, index: number): Partial<UsageEvent> =>
      index % 5 === 4 ? { ...SPEECH, labels } : { labels, durationMs: 100 + index };
    writeSession(home, { id, startedAt: `${day}T08:00:00.000Z`, calls: Array.from({ length: calls }, call) });
  }
}

/** In an order of its own: rows of equal figures have none. */
function sorted(summary: Partial<Summary>): object {
  const { priceBook: _, schemaVersion: _version, subtotals: _sub, ...rest } = summary;
  const rows = (value: unknown): unknown =>
    Array.isArray(value) ? value.map((row) => JSON.stringify(row)).sort() : value;
  return Object.fromEntries(Object.entries({ ...rest, ...rest.reasons }).map(([name, value]) => [name, rows(value)]));
}

describe('a compacted log', () => {
  it('is a session log, in which one event stands for the calls that no report can tell apart', async () => {
    fill(2, 10);
    expect((await prune()).code).toBe(0);
    const lines = readFileSync(compacted(), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(
      lines.map((line) => Object.keys(line).find((key) => ['session', 'prices', 'closed', 'id'].includes(key))),
    ).toEqual([1, 2].flatMap(() => ['session', 'prices', 'id', 'id', 'closed']));
    expect(lines[0]).toMatchObject({
      costwatch: 1,
      session: { id: '20260901-080000-000000', command: ['node', 'gen.js'] },
    });
    const id = '20260901-080000-000000';
    expect(lines[2]).toMatchObject({
      id: `${id}-0`,
      timestamp: '2026-09-01T08:00:00.000Z',
      lastTimestamp: '2026-09-01T08:08:00.000Z',
      usage: { inputTokens: 8000, outputTokens: 800, contextTokens: 1000 },
      durationMs: 832,
      calls: 8,
      ids: [0, 1, 2, 3, 5, 6, 7, 8].map((index) => `${id}-${index}`),
    });
    const { totals, diagnostics } = await json('report');
    const asFile = await json('report', compacted());
    expect([asFile.totals, asFile.diagnostics.records]).toEqual([totals, diagnostics.records]);
  });

  it('has its calls in every question: lists, what-ifs, insights and plans', async () => {
    fill(2, 10);
    const questions = [
      ['report', '--as', 'gemini-3.5-flash-lite'],
      ['report', '--reprice'],
      ['insights', '--unit', 'session'],
      ['report', '--by', 'file,session'],
    ];
    const plan = join(home, 'plan.json');
    writeFileSync(
      plan,
      JSON.stringify({
        steps: [{ name: 'draw', model: 'gemini-3.8-flash', inputTokens: 1000, outputTokens: 100, repeat: 8 }],
      }),
    );
    const compare = ['estimate', '--plan', plan, '--compare', '20260901-080000-000000'];
    const all = async () => Promise.all([...questions, compare].map((args) => json(...args)));
    const before = await all();
    await prune();
    expect(await all()).toEqual(before);
    const { stdout } = await cw('report', '--calls');
    const [names, ...rows] = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    expect(rows.map((row) => row[names!.indexOf('calls')])).toEqual(['8', '2', '8', '2']);
    expect((await json('history', 'show', '20260901')).totals).toMatchObject({ calls: 10, characters: 1000 });
  });

  it('says so where a what-if takes long prompts for the average one', async () => {
    const usage = (inputTokens: number) => ({ usage: { inputTokens, outputTokens: 10 } });
    const calls = [usage(150_000), usage(150_000), usage(100)].map((call) => ({
      ...call,
      requestModel: 'gemini-2.5-flash',
      responseModel: 'gemini-2.5-flash',
    }));
    writeSession(home, { id: '20260901-080000-aaaaaa', startedAt: '2026-09-01T08:00:00.000Z', calls });
    await prune();
    const { reasons } = await json('report', '--as', 'gemini-2.5-pro');
    expect(reasons.notes).toEqual([
      { reason: 'compacted calls stand together, and are priced by their average prompt', calls: 3 },
    ]);
    expect((await json('report')).reasons.notes).toEqual([]);
  });
});

describe('a compaction', () => {
  const book = loadPriceBook({ overridesFile: '/nowhere/prices.json' });
  const context = { book, meter, today: '2026-11-22' };
  const source = () => ({
    env: { COSTWATCH_HOME: home },
    now: new Date('2026-11-22T12:00:00.000Z'),
    me: { pid: process.pid },
    isGone: () => false,
    running: 0,
  });
  const totals = async () => {
    const ledger = new Ledger();
    await countHistory(ledger, source(), context, { wanted: () => true });
    return summarize(ledger, { book, timezone: 'UTC' });
  };

  it('that reads back something else removes nothing, and says so', async () => {
    fill(3, 10);
    const before = logs();
    let asked = 0;
    // Meters that change their mind stand for any mistake.
    const moody = { ...context, meter: (event: UsageEvent) => (++asked % 7 === 0 ? [] : meter(event)) };
    await expect(
      planCompaction('2026-10-01', source(), context).then((plan) => compact(plan, source(), moody)),
    ).rejects.toThrow(
      /2026-09-0\d\/2026090\d-080000-00000\d\.jsonl.* cannot be compacted: a report would not be the same/,
    );
    expect(logs().filter((name) => name !== '2026-09')).toEqual(before);
    expect((await totals()).totals.calls).toBe(30);
  });

  it('that cannot write removes nothing', async () => {
    fill(3, 10);
    writeFileSync(join(home, 'sessions/2026-09'), '');
    const before = logs();
    expect((await prune()).code).not.toBe(0);
    expect(logs()).toEqual(before);
    expect((await json('report')).totals.calls).toBe(30);
  });

  it('keeps a log that is written to meanwhile, and a log that changed after it was compacted', async () => {
    fill(3, 10);
    const [first] = (await planCompaction('2026-10-01', source(), context)).months[0]!.logs;
    const whole = readFileSync(first!, 'utf8');
    const added = (id: string) => `${whole.split('\n')[2]!.replace('-000000-0"', `-000000-${id}"`)}\n`;
    let asked = 0;
    // When the calls of the second log are metered again, the first has been read.
    const late = {
      ...context,
      meter: (event: UsageEvent) => {
        if (event.sessionId?.endsWith('1') && ++asked === 9) appendFileSync(first!, added('new'));
        return meter(event);
      },
    };
    const plan = await planCompaction('2026-10-01', source(), context);
    await compact(plan, source(), late);
    expect(plan.kept).toEqual([{ file: first, reason: 'it was written to just now: it is for the next time' }]);
    expect(existsSync(first!)).toBe(true);
    expect((await totals()).totals.calls).toBe(31);

    await compact(await planCompaction('2026-10-01', source(), context), source(), context);
    expect(existsSync(first!)).toBe(false);
    mkdirSync(join(first!, '..'), { recursive: true });
    writeFileSync(first!, whole + added('later'));
    expect((await totals()).totals.calls).toBe(32);
  });

  it.each([
    ['while it writes', (name: string) => name.endsWith('.tmp')],
    ['while it removes', (name: string) => name === 'compacted.jsonl'],
  ])('that is killed %s loses and repeats nothing', async (_when, isTime) => {
    fill(60, 40);
    const question = ['report', '--by', 'day,model,label:video', '-z', 'UTC'];
    const before = await json(...question);
    const args = [BIN, 'history', 'prune', '--before', '2026-10-01', '--yes'];
    const child = spawn(process.execPath, args, { env: pinned({ COSTWATCH_HOME: home }), stdio: 'ignore' });
    await killWhen(child, () => {
      const folder = join(home, 'sessions/2026-09');
      return existsSync(folder) && readdirSync(folder).some(isTime);
    });
    expect(await json(...question)).toEqual(before);
    expect((await prune()).code).toBe(0);
    expect(await json(...question)).toEqual(before);
    expect(logs()).toEqual(['2026-09', '2026-09/compacted.jsonl']);
  });
});

async function killWhen(child: ChildProcess, isTime: () => boolean): Promise<void> {
  const ended = new Promise((resolve) => child.on('close', resolve));
  while (child.exitCode === null && !isTime()) await new Promise((resolve) => setImmediate(resolve));
  child.kill('SIGKILL');
  await ended;
}

describe('a rollup of an earlier version', () => {
  const FIXTURE = join(ROOT, 'test/fixtures/history');
  const rollups = () => cpSync(join(FIXTURE, 'rollups'), join(home, 'rollups'), { recursive: true });
  const report = () => json('report', '-z', 'UTC', '--by', 'model,label:phase');

  it('is rewritten once, and every figure stays', async () => {
    rollups();
    mkdirSync(join(home, 'summaries'));
    const then = sorted(JSON.parse(readFileSync(join(FIXTURE, 'report.jsonl'), 'utf8')));
    expect(sorted(await report())).toEqual(then);
    expect(readdirSync(home)).toEqual(['sessions']);
    expect(logs().filter((name) => name.endsWith('.jsonl'))).toEqual(
      ['2026-08', '2026-09', '2026-10'].map((month) => `${month}/compacted.jsonl`),
    );
    expect(sorted(await report())).toEqual(then);
    const { sessions } = await json('history', 'list');
    expect(sessions).toHaveLength(7);
    expect(sessions.every((one: { compacted: boolean }) => one.compacted)).toBe(true);
  });

  it('knows its calls when they are recorded again', async () => {
    rollups();
    const { totals } = await report();
    const id = '20260915-100000-eeeeee-0';
    writeSession(home, {
      id: '20261101-100000-aaaaaa',
      startedAt: '2026-11-01T10:00:00.000Z',
      calls: [{ id, usage: { inputTokens: 9_000_000 } }],
    });
    const after = await report();
    expect(after.totals).toEqual(totals);
  });

  it('is left as it is, and named, where it is damaged or another process is at it', async () => {
    rollups();
    const damaged = join(home, 'rollups/2026-09.jsonl');
    appendFileSync(damaged, '{"log":"2026-09-11/x.jsonl","sums":{}oops}');
    const before = readFileSync(damaged, 'utf8');
    const lines = before.split('\n').length;
    expect((await report()).diagnostics).toMatchObject({
      skipped: 1,
      problems: [
        {
          file: damaged,
          reason: `compacted by an earlier version, and its calls are not in the figures: line ${lines} is damaged; move the file away to go on without it`,
        },
      ],
    });
    expect(readFileSync(damaged, 'utf8')).toBe(before);
    expect((await cw('history', 'recover')).stdout).toContain(`${damaged}: compacted by an earlier version`);
    writeFileSync(join(home, 'history.lock'), JSON.stringify({ pid: process.pid }));
    const { problems } = (await report()).diagnostics;
    expect(problems).toEqual([{ file: damaged, reason: expect.stringContaining(`(process ${process.pid}) is at it`) }]);
  });
});
