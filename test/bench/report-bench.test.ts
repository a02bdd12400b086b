import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const BENCH = resolve(import.meta.dirname, 'report.bench.js');
const folder = mkdtempSync(join(tmpdir(), 'costwatch-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

function bench(...options: string[]) {
  const args = [BENCH, '--scale', '0.001', '--runs', '1', '--offline', '--folder', folder, ...options];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

describe.skipIf(!existsSync('/usr/bin/time'))('the report bench', { timeout: 120_000 }, () => {
  test('measures every log, and the report comes to the sums that each was written with', () => {
    const { stdout, stderr, status } = bench();
    expect(stderr).toBe('');
    const rows = [...stdout.matchAll(/^\| (.+?), \d+ MB \| \d+\.\d\d s, /gm)].map(([, name]) => name);
    expect(rows).toStrictEqual([
      ...['varied', 'entries', 'costs', 'uniform', 'images'],
      ...['history, first time', 'history, again', 'cores', 'cores, one thread'],
    ]);
    expect(stdout).not.toContain('WRONG');
    // Ours, and readline, which is there wherever Node is.
    expect(stdout.match(/'right'/g)!.length).toBeGreaterThanOrEqual(rows.length + 5);
    expect(stdout).toMatch(/^ {2}(met {3}|MISSED) costwatch: at most 160 MB: \d+ MB$/m);
    expect(status).toBe(0);
  });

  test('a report that comes to other sums fails the run', () => {
    const cli = join(folder, 'wrong.cjs');
    const totals = { calls: 1, inputTokens: 1, outputTokens: 1, costUsd: 1 };
    writeFileSync(cli, `console.log(${JSON.stringify(JSON.stringify({ totals }))})`);
    const { stdout, status } = bench('--only', 'uniform', '--cli', cli);
    expect(stdout).toMatch(/WRONG: costwatch: calls 1 instead of \d+/);
    expect(status).toBe(1);
  });
});
