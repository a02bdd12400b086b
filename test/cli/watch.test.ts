import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { BIN, costwatch, pinned, ROOT, temporaryFolder } from './costwatch.ts';
import { SPEECH } from './history-home.ts';
import { madeRun } from './made-run.ts';
import { wrongIn } from './schema.ts';

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

const cw = (...args: string[]) => costwatch(args, { env: pinned({ COSTWATCH_HOME: home }) });

describe('costwatch watch --once', () => {
  it('shows every session that runs, newest first, and their total', async () => {
    const one = madeRun(home, '20261122-101502-aaaaaa');
    one.call();
    one.call(SPEECH);
    one.call({ usage: {} }, 'start');
    madeRun(home, '20261122-101502-bbbbbb').call();
    for (const args of [
      ['watch', '--once'],
      ['report', '--live', '--once'],
    ]) {
      const { code, stdout } = await cw(...args);
      expect(code).toBe(0);
      // What it costs a minute hangs on the clock.
      expect(
        stdout
          .replace(/^(1.*) (?:\$[\d.]+|–)( +(?:500|–))$/gm, (_, head, tail) => `${head.trimEnd()} …${tail}`)
          .replace(/ +(\$ per min|500$)/gm, '  $1'),
      ).toBe(`\
costwatch: 2 sessions running

Started   Command         Calls  In flight     Cost  $ per min  Characters
10:15:02  node bbbbbb.js      1          –  $0.0011 …           –
10:15:02  node aaaaaa.js      3          1  $0.0011 …  500
          Total               4          1  $0.0022  500
`);
    }
  });

  it('says the same as JSON', async () => {
    const run = madeRun(home, '20261122-101502-aaaaaa');
    run.call();
    run.call(SPEECH);
    run.call({ usage: {} }, 'start');
    const { sessions, totals } = JSON.parse((await cw('watch', '--once', '--json')).stdout);
    const { perMinuteUsd: _, ...session } = sessions[0];
    expect([session]).toEqual([
      {
        id: '20261122-101502-aaaaaa',
        startedAt: '2026-11-22T10:15:02.000Z',
        command: ['node', 'aaaaaa.js'],
        state: 'running',
        calls: 3,
        failed: 0,
        inFlight: 1,
        costUsd: 0.001125,
        costAccuracy: 'exact',
        characters: 500,
        credits: 500,
      },
    ]);
    expect(totals).toEqual({ calls: 3, costUsd: 0.001125, costAccuracy: 'exact', characters: 500, credits: 500 });
  });

  it('tells a run whose command has ended from one that goes on', async () => {
    madeRun(home, '20261122-101502-aaaaaa', { counted: 0 }).call();
    expect((await cw('watch', '--once')).stdout).toMatch(/aaaaaa\.js .* goes on$/m);
  });

  it('says so where nothing runs', async () => {
    const { code, stdout } = await cw('watch', '--once');
    expect([code, stdout]).toEqual([
      0,
      'costwatch: no session is running\n\nStart one in another terminal: costwatch run -- node your-script.js\n',
    ]);
  });

  it('reads no logs', async () => {
    const { code, stderr } = await cw('report', '--live', 'calls.jsonl');
    expect([code, stderr]).toEqual([
      2,
      'costwatch: --live follows the sessions on this machine and reads no logs.\n  Leave the files out: costwatch report --live\n',
    ]);
  });
});

describe('costwatch watch without a terminal', () => {
  it('writes an object for every change, to the last call of a session that has ended', {
    timeout: 30_000,
  }, async () => {
    const run = madeRun(home, '20261122-101502-aaaaaa');
    const child = spawn(process.execPath, [BIN, 'watch', '--json'], {
      env: pinned({ COSTWATCH_HOME: home }),
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => {
      child.kill();
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => {
      const output = JSON.parse((await lines.next()).value);
      expect(wrongIn(output, 'watch.schema.json')).toBe(null);
      const { sessions, totals } = output;
      return [sessions[0].state, sessions[0].calls, sessions[0].inFlight, totals.costUsd, sessions[0].exitCode];
    };
    expect(await next()).toEqual(['running', 0, 0, null, undefined]);
    run.call();
    expect(await next()).toEqual(['running', 1, 0, 0.001125, undefined]);
    run.call({ usage: {} }, 'start');
    expect(await next()).toEqual(['running', 2, 1, 0.001125, undefined]);
    run.end([{}, {}]);
    expect(await next()).toEqual(['ended', 4, 0, 0.003375, 0]);
    child.kill('SIGTERM');
  });
});
