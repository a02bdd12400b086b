import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../../src/capture/wire/process-identity.ts';
import type { BudgetRow } from '../../src/core/budget/row.ts';
import type { Summary } from '../../src/core/ledger/summary.ts';
import { BIN, costwatch, type Finished, pinned, ROOT, temporaryFolder } from './costwatch.ts';

const PROGRAMS = join(ROOT, 'test/fixtures/programs');
const SPEND = join(PROGRAMS, 'spend.mjs');

/** A call of spend.mjs: 30 tokens in at 0.30, 1,000 out at 2.50 dollars a million. In millionths of a dollar. */
const COST = 30 * 0.3 + 1000 * 2.5;
/** Its request has 99 bytes, and asks for 1,000 tokens at most. */
const BOUND = 99 * 0.3 + 1000 * 2.5;
const dollars = (millionths: number) => (millionths / 1e6).toFixed(9);

let server: Server;
let answered = 0;
let env: NodeJS.ProcessEnv;

/** Answers after a while, so that many calls are under way at once; each uses all that it may, but for a brief model. */
beforeAll(async () => {
  const answer = (modelVersion: string, output: number) =>
    JSON.stringify({
      modelVersion,
      candidates: [{ content: { parts: [{ text: 'done' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 30, candidatesTokenCount: output, totalTokenCount: 30 + output },
    });
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      answered++;
      const isBrief = request.url?.includes('gemini-2.5-flash-lite');
      const body = isBrief ? answer('gemini-2.5-flash-lite', 10) : answer('gemini-2.5-flash', 1000);
      setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(body), 50);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(() => server.close());

/** A machine of its own. */
function machine() {
  const home = temporaryFolder();
  env = pinned({ COSTWATCH_HOME: home, STUB_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const type = (...args: string[]): Promise<Finished> => costwatch(args, { env });
  const spent = async (): Promise<BudgetRow> => {
    const { stdout } = await type('budget', 'list', '--json');
    return (JSON.parse(stdout) as { budgets: BudgetRow[] }).budgets[0]!;
  };
  return { home, type, spent };
}
beforeEach(() => {
  answered = 0;
});

const outcomes = (stdout: string) => {
  const lines = stdout.split('\n').filter((line) => line !== '');
  return {
    ok: lines.filter((line) => line === 'ok').length,
    refused: lines.filter((line) => line === 'refused').length,
  };
};

describe('a budget that stops', () => {
  it('lets a run spend it, refuses the rest, and ends it with 3', async () => {
    const { type, home } = machine();
    const output = join(home, 'summary.json');
    const options = ['--budget', dollars(COST * 3), '--on-budget', 'stop', '-o', output];
    const { code, stdout, stderr } = await type('run', ...options, process.execPath, SPEND, '8', '1');
    expect(code).toBe(3);
    expect(outcomes(stdout)).toEqual({ ok: 3, refused: 5 });
    expect(answered).toBe(3);
    expect(stderr).toContain(
      '5 calls were not sent because of the budget per-run\n  Raise it with: --budget AMOUNT   or run with --on-budget warn\n',
    );
    const { totals, budgets } = JSON.parse(readFileSync(output, 'utf8')) as Summary;
    expect(totals).toMatchObject({ calls: 3, failed: 0, incomplete: 0 });
    expect(budgets).toMatchObject([{ id: 'per-run', percent: 100, refused: 5, status: 'stopped', reserved: 0 }]);
  });

  it('lets all through where it only warns', async () => {
    const { type } = machine();
    const options = ['--budget', dollars(COST * 3), '--on-budget', 'warn'];
    const { code, stdout } = await type('run', ...options, process.execPath, SPEND, '8', '1');
    expect([code, outcomes(stdout)]).toEqual([0, { ok: 8, refused: 0 }]);
  });

  it.each([1, 5])('is overshot by less than one call, at 50 calls at once in %i processes', async (processes) => {
    const { type, spent } = machine();
    const limit = COST * 20.5;
    await type('budget', 'set', dollars(limit), '--daily', '--on-budget', 'stop');
    const { code, stdout } = await type('run', process.execPath, SPEND, '200', '50', String(processes));
    expect(code).toBe(3);
    const { ok, refused } = outcomes(stdout);
    expect(ok + refused).toBe(200);
    expect(ok).toBe(answered);
    expect(answered * COST).toBeLessThan(limit + BOUND);
    // At the edge processes may refuse each other; one alone fills the budget up.
    if (processes === 1) expect(answered).toBe(21);
    else expect(answered).toBeGreaterThan(0);
    expect(await spent()).toMatchObject({ spent: Number(dollars(answered * COST)), reserved: 0 });
  });

  it('holds calls up while others reserve the rest, and refuses none that fits', async () => {
    const { type, home } = machine();
    const output = join(home, 'summary.json');
    // 410 millionths at most and 7 in truth: two or three at once, and all 50 in the end.
    env.STUB_MODEL = 'gemini-2.5-flash-lite';
    const options = ['--budget', '0.001', '--on-budget', 'stop', '-o', output];
    const { code, stdout } = await type('run', ...options, process.execPath, SPEND, '50', '50');
    expect([code, outcomes(stdout)]).toEqual([0, { ok: 50, refused: 0 }]);
    const { totals, budgets } = JSON.parse(readFileSync(output, 'utf8')) as Summary;
    expect(totals).toMatchObject({ calls: 50, costUsd: 0.00035 });
    expect(budgets).toMatchObject([{ spent: 0.00035, refused: 0, status: 'ok' }]);
  });

  it('counts what another terminal spends at the same time', async () => {
    const { type, spent } = machine();
    await type('budget', 'set', dollars(COST * 10), '--daily', '--on-budget', 'stop');
    const first = spawn(process.execPath, [BIN, 'run', process.execPath, SPEND, '6', '2', '1', 'wait'], { env });
    let said = '';
    first.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    while (!said.includes('waiting')) await new Promise((next) => first.stdout.once('data', next));

    const second = await type('run', process.execPath, SPEND, '6', '1');
    expect(second.code).toBe(3);
    expect(outcomes(second.stdout)).toEqual({ ok: 4, refused: 2 });
    const ended = new Promise((done) => first.on('close', done));
    first.stdin.end();
    expect(await ended).toBe(0);
    expect(answered).toBe(10);
    expect(await spent()).toMatchObject({ spent: Number(dollars(COST * 10)), percent: 100, status: 'exceeded' });

    const third = await type('run', process.execPath, SPEND, '1', '1');
    expect([third.code, outcomes(third.stdout)]).toEqual([3, { ok: 0, refused: 1 }]);
    expect(third.stderr).toContain('\n  See it with: costwatch budget list   or run with --on-budget warn\n');
  });

  it('does not count a call without a price as nothing where that is to stop', async () => {
    const { type } = machine();
    const options = ['--budget', '5', '--on-unpriced', 'stop'];
    const script = `
      const url = process.env.STUB_URL + '/v1beta/models/gemini-99-unheard:generateContent';
      await fetch(url, { method: 'POST', headers: { 'x-goog-api-key': 'k' }, body: '{}' }).catch(({ cause }) => console.log(cause.message));`;
    const { code, stdout, stderr } = await type(
      'run',
      ...options,
      process.execPath,
      '--input-type=module',
      '-e',
      script,
    );
    expect(code).toBe(3);
    expect(answered).toBe(0);
    expect(stdout).toMatch(/^costwatch refused this call: a call without a price .*gemini-99-unheard/);
    expect(stderr).toContain('per-run: $0.00 of $5.00 (0 %), 1 call not sent: no price\n');
    expect(stderr).toContain(
      '1 call was not sent because of the budget per-run\n  Set a price with: costwatch pricing set   or run with --on-unpriced warn\n',
    );
  });

  it('says in its error what is used up and what to type', async () => {
    const { type } = machine();
    const script = `
      const url = process.env.STUB_URL + '/v1beta/models/gemini-2.5-flash:generateContent';
      const body = '{"generationConfig":{"maxOutputTokens":1000}}';
      for (let i = 0; i < 2; i++)
        await fetch(url, { method: 'POST', headers: { 'x-goog-api-key': 'k' }, body })
          .then((answer) => answer.text(), ({ cause }) => console.log(cause.message));`;
    await type('budget', 'set', '0.002', '--daily', '--on-budget', 'stop');
    const { stdout, stderr } = await type('run', process.execPath, '--input-type=module', '-e', script);
    const reason =
      'the daily budget ($0.002) is used up: $0.0025 spent. ' +
      'Raise it (costwatch budget set AMOUNT --daily), or run with --on-budget warn.';
    expect(stdout).toBe(`costwatch refused this call: ${reason}\n`);
    expect(stderr).toContain(`costwatch: ${reason}\n`);
  });
});

describe('a kill at any moment', () => {
  /** Ends with the process and everything below it gone. */
  async function gone(pids: readonly number[]): Promise<void> {
    while (pids.some((pid) => isAlive(pid))) await new Promise((next) => setTimeout(next, 10));
  }

  /** The processes of a run, by its spool files. */
  function childrenIn(home: string): number[] {
    const runs = join(home, 'runs');
    if (!existsSync(runs)) return [];
    const names = readdirSync(runs, { recursive: true, encoding: 'utf8' });
    return names.flatMap((name) => /(\d+)-\d+-\w+\.jsonl$/.exec(name)?.[1] ?? []).map(Number);
  }

  async function untilSaid(child: ChildProcess, count: number): Promise<string> {
    let said = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (said += text));
    while (said.split('ok\n').length <= count && child.exitCode === null && child.signalCode === null)
      await new Promise((next) => child.stdout!.once('data', next).once('end', next));
    return said;
  }

  it.each([
    ['child', 0],
    ['child', 1],
    ['child', 7],
    ['parent', 0],
    ['parent', 1],
    ['parent', 7],
  ] as const)('the %s, after %i answers: no recorded dollar is lost, and the next run works', async (who, answers) => {
    const { home, type, spent } = machine();
    await type('budget', 'set', dollars(COST * 1000), '--daily', '--on-budget', 'stop');
    const words = ['run', '-q', process.execPath, SPEND, '500', '10'];
    const run = spawn(process.execPath, [BIN, ...words], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    const closed = new Promise((done) => run.on('close', done));
    if (answers > 0) await untilSaid(run, answers);
    else while (childrenIn(home).length === 0) await new Promise((next) => setTimeout(next, 5));
    const children = childrenIn(home);
    if (who === 'parent') run.kill('SIGKILL');
    for (const pid of children) process.kill(pid, 'SIGKILL');
    await gone([run.pid!, ...children]);
    await closed;

    const before = answered;
    const next = await type('run', '-q', process.execPath, SPEND, '3', '3');
    expect([next.code, outcomes(next.stdout)]).toEqual([0, { ok: 3, refused: 0 }]);
    const { spent: recorded, reserved } = await spent();
    expect(reserved).toBe(0);
    // What was answered before the kill and read to its end was recorded before the program could tell of it.
    expect(recorded).toBeGreaterThanOrEqual(Number(dollars((answers + 3) * COST)));
    expect(recorded).toBeLessThanOrEqual(Number(dollars((before + 3) * COST)));
    expect(readdirSync(join(home, 'runs'))).toEqual([]);
  });
});
