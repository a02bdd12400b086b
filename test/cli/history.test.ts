import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { beforeEach, describe, expect, it } from 'vitest';
import { costwatch, pinned, temporaryFolder } from './costwatch.ts';
import { SPEECH, writeSession } from './history-home.ts';

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

const cw = (...args: string[]) => costwatch(args, { env: pinned({ COSTWATCH_HOME: home }) });
const json = async (...args: string[]) => JSON.parse((await cw(...args, '--json')).stdout);

function fill(): void {
  writeSession(home, {
    id: '20260910-080000-aaaaaa',
    startedAt: '2026-09-10T08:00:00.000Z',
    calls: [{ labels: { video: 'ep1' } }, SPEECH],
  });
  writeSession(home, {
    id: '20261002-080000-bbbbbb',
    startedAt: '2026-10-02T08:00:00.000Z',
    calls: [{ labels: { video: 'ep2' } }, {}, {}],
    session: { exitCode: 143, signal: 'SIGTERM', unwatched: ['A program could not be watched.'] },
  });
  writeSession(home, { id: '20261002-090000-cccccc', startedAt: '2026-10-02T09:00:00.000Z', calls: [] });
}

describe('costwatch history list', () => {
  it('shows every session, newest first, and the total', async () => {
    fill();
    expect((await cw('history', 'list', '-z', 'UTC')).stdout).toBe(`\
Day         Session                 Command      Calls  Characters     Cost     Exit
2026-10-02  20261002-090000-cccccc  node gen.js      0           –        –        0
2026-10-02  20261002-080000-bbbbbb  node gen.js      3           –  $0.0034  SIGTERM
  ! not all watched
2026-09-10  20260910-080000-aaaaaa  node gen.js      2         500  $0.0011        0
Total       3 sessions                               5         500  $0.0045

Gemini: $0.0045 in 4 calls
ElevenLabs: 500 characters, 500 credits of quota in 1 call
`);
  });

  it.each(['60', '80', '200'])('fits %s columns, with everything marked', async (columns) => {
    fill();
    writeSession(home, {
      id: '20261003-080000-dddddd',
      startedAt: '2026-10-03T08:00:00.000Z',
      calls: [{ requestModel: 'gemini-99', responseModel: 'gemini-99' }, {}, SPEECH],
      session: { command: ['node', '動画を作る.js', '--scene', 'a very long name of a scene'], exitCode: 1 },
    });
    await cw('history', 'prune', '--before', '2026-10-01', '--yes');
    await cw('record', '--service', 'elevenlabs', '--characters', '1234567', '--at', '2026-11-01T10:00:00Z');
    const env = pinned({ COSTWATCH_HOME: home, COLUMNS: columns });
    const { stdout } = await costwatch(['history', 'list', '-z', 'UTC'], { env });
    for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(Number(columns));
    await expect(stdout).toMatchFileSnapshot(`__snapshots__/history-${columns}.txt`);
  });

  it('says the same as JSON', async () => {
    fill();
    const { sessions, totals } = await json('history', 'list');
    expect(totals).toMatchObject({ calls: 5, characters: 500, costUsd: 0.0045 });
    expect(
      sessions.map((one: { id: string; calls: number; costUsd: number }) => [one.id, one.calls, one.costUsd]),
    ).toEqual([
      ['20261002-090000-cccccc', 0, null],
      ['20261002-080000-bbbbbb', 3, 0.003375],
      ['20260910-080000-aaaaaa', 2, 0.001125],
    ]);
    expect(sessions[1]).toMatchObject({
      command: ['node', 'gen.js'],
      exitCode: 143,
      signal: 'SIGTERM',
      compacted: false,
      skipped: 0,
    });
  });

  it('lists the sessions that have calls within the filters, with those calls', async () => {
    fill();
    const ids = async (...args: string[]) => {
      const { sessions } = await json('history', 'list', '-z', 'UTC', ...args);
      return sessions.map((one: { id: string; calls: number }) => [one.id.slice(-6), one.calls]);
    };
    expect(await ids('--since', '2026-10-01')).toEqual([['bbbbbb', 3]]);
    expect(await ids('--until', '2026-09-30')).toEqual([['aaaaaa', 2]]);
    expect(await ids('--label', 'video=ep2')).toEqual([['bbbbbb', 1]]);
    expect((await cw('history', 'list', '--since', '2026-10-05')).stdout).toBe('No session matches the filters.\n');
  });

  it('lists the calls of a day that belong to no run', async () => {
    await cw('record', '--service', 'elevenlabs', '--characters', '300', '--at', '2026-11-01T10:00:00Z');
    const { sessions } = await json('history', 'list');
    expect(sessions).toMatchObject([{ id: 'recorded-2026-11-01', command: ['costwatch', 'record'], calls: 1 }]);
    expect((await json('history', 'show', 'recorded')).totals).toMatchObject({ calls: 1, characters: 300 });
  });

  it('says what to do where there is nothing', async () => {
    const { code, stderr } = await cw('history', 'list');
    expect([code, stderr]).toEqual([2, expect.stringContaining('There is no session of your own yet.')]);
  });
});

describe('costwatch history', () => {
  it('names its commands where a word is none of them', async () => {
    const { code, stdout, stderr } = await cw('history', 'foo', '--json');
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      "costwatch: unknown command 'foo' of history.\n  Use one of list, show, prune, recover: costwatch history list\n",
    ]);
  });

  it('lists without a command, with the options of list', async () => {
    fill();
    expect(await json('history', '--since', '2026-10-01')).toEqual(
      await json('history', 'list', '--since', '2026-10-01'),
    );
    expect((await cw('history', 'help', 'show')).code).toBe(0);
  });
});

describe('costwatch history show', () => {
  it('shows the summary of the run, by the start of its id', async () => {
    fill();
    const { stdout } = await cw('history', 'show', '202609');
    expect(stdout).toContain('Total Gemini Cost: $0.0011');
    expect(stdout).toContain('ElevenLabs Characters: 500');
    const { session, totals } = await json('history', 'show', '20261002-08');
    expect([session.id, session.signal, totals.calls]).toEqual(['20261002-080000-bbbbbb', 'SIGTERM', 3]);
  });

  it('refuses a start that several have, and one that none has', async () => {
    fill();
    const several = await cw('history', 'show', '20261002');
    expect([several.code, several.stderr]).toEqual([
      2,
      "costwatch: 2 sessions start with '20261002'.\n  Write more of the id: 20261002-090000-cccccc, 20261002-080000-bbbbbb\n",
    ]);
    const none = await cw('history', 'show', 'x');
    expect([none.code, none.stderr]).toEqual([
      2,
      "costwatch: There is no session 'x'.\n  List them with: costwatch history list\n",
    ]);
  });
});

describe('costwatch history prune', () => {
  const report = () => json('report', '--by', 'day,model', '-z', 'UTC');

  it('shows what it would do, and does nothing without --yes', async () => {
    fill();
    const { stdout, code } = await cw('history', 'prune', '--before', '2026-10-02');
    expect([code, stdout]).toEqual([
      0,
      `\
Sessions before 2026-10-02 (UTC): 1 log with 2 calls, less than 0.1 MB
  2026-09: 1 log, 2 calls, $0.0011, 500 characters
What stays: every total, group and charge, at the prices of the day.
What goes: single calls. Those that no report can tell apart become one with a count.
Nothing was changed. To do it: costwatch history prune --before 2026-10-02 --yes
`,
    ]);
    expect((await cw('history', 'prune', '--before', '2026-10-02', '--yes', '--dry-run')).stdout).toBe(stdout);
    expect(readdirSync(join(home, 'sessions'))).toEqual(['2026-09-10', '2026-10-02']);
  });

  it('compacts, and a report and the list say the same as before', async () => {
    fill();
    const before = await report();
    const { stdout } = await cw('history', 'prune', '--before', '2026-11-01', '--yes');
    expect(stdout).toContain('Compacted 3 logs with 5 calls');
    expect(readdirSync(join(home, 'sessions'))).toEqual(['2026-09', '2026-10']);
    const log = join(home, 'sessions/2026-09/compacted.jsonl');
    expect(statSync(log).mode & 0o777).toBe(0o600);
    expect(await report()).toEqual(before);
    const { sessions } = await json('history', 'list');
    expect(sessions.map(({ compacted }: { compacted: boolean }) => compacted)).toEqual([true, true, true]);
    expect((await json('history', 'show', '20260910')).totals).toMatchObject({ calls: 2, costUsd: 0.001125 });
    expect((await cw('history', 'prune', '--before', '2026-11-01', '--yes')).stdout).toBe(
      'No session before 2026-11-01 (UTC) to compact.\n',
    );
  });

  it('keeps the prices of what it compacted, unless --reprice asks', async () => {
    fill();
    await cw('history', 'prune', '--before', '2026-10-01', '--yes');
    await cw('pricing', 'set', 'gemini-3.8-flash', '--input', '10', '--output', '20');
    expect((await report()).totals.costUsd).toBe(0.0045);
    const { totals, reasons } = await json('report', '--reprice');
    expect(totals.costUsd).toBe(0.048);
    expect(reasons.notes).toEqual([{ reason: expect.stringMatching(/^repriced with the prices of today/), calls: 5 }]);
  });

  it('leaves a session alone whose processes go on', async () => {
    fill();
    mkdirSync(join(home, 'runs', '20260910-080000-aaaaaa'), { recursive: true });
    const { stdout } = await cw('history', 'prune', '--before', '2026-10-02');
    expect(stdout).toContain('none to compact');
    expect(stdout).toContain('it has processes that go on');
  });

  it('does not run twice at once; a lock that was left behind is taken over', async () => {
    fill();
    const lock = join(home, 'history.lock');
    writeFileSync(lock, JSON.stringify({ pid: process.pid }));
    const busy = await cw('history', 'prune', '--before', '2026-10-02', '--yes');
    expect([busy.code, busy.stderr]).toEqual([2, expect.stringContaining(`(process ${process.pid}) is at it`)]);
    writeFileSync(lock, JSON.stringify({ pid: 2 ** 22 + 1 }));
    expect((await cw('history', 'prune', '--before', '2026-10-02', '--yes')).code).toBe(0);
    expect(existsSync(lock)).toBe(false);
  });

  it.each([
    [[], 'Which sessions are to be pruned?'],
    [['--older-than', '90d', '--before', '2026-09-01'], '--older-than and --before cannot be combined.'],
    [['--older-than', '90'], "--older-than '90' is not a number of days, weeks or months."],
    [['--before', 'soon'], "--before 'soon' is not a day."],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await cw('history', 'prune', ...args);
    expect([code, stderr.split('\n')[0]]).toEqual([2, `costwatch: ${message}`]);
  });
});

describe('costwatch history recover', () => {
  it('names what cannot be read', async () => {
    fill();
    const log = join(home, 'sessions/2026-09-10/20260910-080000-aaaaaa.jsonl');
    appendFileSync(log, '{"id":"x","service":\n');
    const { stdout } = await cw('history', 'recover');
    expect(stdout).toBe(`No interrupted session to recover.\nNot in any figure:\n  ${log}:6: JSON that is cut off\n`);
  });

  it('names a line of a compacted log that was damaged', async () => {
    fill();
    await cw('history', 'prune', '--before', '2026-10-01', '--yes');
    const log = join(home, 'sessions/2026-09/compacted.jsonl');
    const lines = readFileSync(log, 'utf8').split('\n').length;
    appendFileSync(log, '{"costwatch":1,"log":"2026-09-11/x.jsonl"}\n{"half":\n');
    const problem = { file: log, line: lines + 1, reason: expect.stringMatching(/JSON/) };
    expect((await cw('history', 'recover')).stdout).toContain(`${log}:${lines + 1}: `);
    expect((await json('report')).diagnostics).toMatchObject({ skipped: 1, problems: [problem] });
  });
});

describe('a report of the own history since a day', () => {
  it('compares with as many days before it, with the same filters', async () => {
    fill();
    const range = ['--since', '2026-10-01', '--until', '2026-10-25', '-z', 'UTC'];
    expect((await json('report', ...range)).previous).toEqual({
      from: '2026-09-06',
      to: '2026-09-30',
      before: null,
      calls: 2,
      costUsd: 0.001125,
      costAccuracy: 'exact',
      characters: 500,
      credits: 500,
      change: { calls: 1, costUsd: 0.00225, costRate: 2, credits: -500, creditsRate: -1 },
    });
    expect((await json('report', ...range, '--service', 'gemini')).previous).toMatchObject({ calls: 1, credits: 0 });
    expect((await cw('report', ...range)).stdout).toContain('Before that, 2026-09-06 to 2026-09-30: $0.0011 and');
    expect((await json('report')).previous).toBeUndefined();
    expect((await json('report', ...range, join(home, 'sessions'))).previous).toBeUndefined();
  });
});

describe('a log that cannot be read', () => {
  it('is named beside the figures of the others', async () => {
    fill();
    const log = join(home, 'sessions/2026-10-02/20261002-080000-bbbbbb.jsonl');
    rmSync(log);
    mkdirSync(log);
    symlinkSync(join(home, 'nowhere'), join(home, 'sessions/2026-10-02/20261002-100000-dddddd.jsonl'));
    const { totals, diagnostics } = await json('report');
    expect([totals.calls, diagnostics.skipped]).toEqual([2, 1]);
    expect(diagnostics.problems).toEqual([{ file: log, reason: `No logs in ${log}` }]);
  });
});
