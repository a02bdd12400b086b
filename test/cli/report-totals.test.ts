import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/core/ledger/summary.ts';
import { formatUsd, parseMoney, toDecimal, ZERO } from '../../src/core/pricing/money.ts';
import { costwatch, pinned } from './costwatch.ts';
import { readCsv } from './csv.ts';
import { logFolder, MIXED } from './mixed-log.ts';
import { wrongIn } from './schema.ts';

const cwd = () => logFolder();

async function report(folder: string, ...args: string[]): Promise<string> {
  const { stdout, code, stderr } = await costwatch(['report', 'calls.jsonl', ...args], {
    cwd: folder,
    env: pinned({ COLUMNS: '200' }),
  });
  expect([code, stderr.includes('costwatch:')]).toEqual([0, false]);
  return stdout;
}

function sum(rows: Record<string, string>[], column: string): string {
  return toDecimal(rows.reduce((total, row) => total + parseMoney(row[column] || '0')!, ZERO));
}

describe('all formats carry the same totals', () => {
  it('of one mixed log', async () => {
    const folder = cwd();
    const { totals, byService } = JSON.parse(await report(folder, '--json')) as Summary;
    const cost = String(totals.costUsd);
    expect(totals.calls).toBe(MIXED.length - 2);

    const groups = readCsv(await report(folder, '--format', 'csv', '--by', 'day,label:phase', '--breakdown'));
    const [total, ...others] = [...groups].reverse();
    expect([total!.day, total!.costUsd, total!.calls]).toEqual(['total', cost, String(totals.calls)]);
    const own = others.filter((row) => row.service !== 'openai');
    for (const name of [
      'calls',
      'inputTokens',
      'outputTokens',
      'characters',
      'credits',
      'durationMs',
      'failed',
    ] as const)
      expect([name, sum(others, name)]).toEqual([name, String(totals[name])]);
    expect(sum(own, 'costUsd')).toBe(cost);

    const calls = readCsv(await report(folder, '--calls'));
    expect(calls).toHaveLength(totals.calls);
    for (const { service, costUsd } of byService)
      expect(
        sum(
          calls.filter((row) => row.service === service),
          'costUsd',
        ),
      ).toBe(String(costUsd ?? 0));
    for (const name of [
      'inputTokens',
      'cachedInputTokens',
      'outputTokens',
      'retries',
      'estimated',
      'unpriced',
    ] as const)
      expect([name, sum(calls, name)]).toEqual([name, String(totals[name])]);
    const charged = calls.flatMap((row) => JSON.parse(row.charges!) as Record<string, string>[]);
    expect(sum(charged, 'costUsd')).toBe(sum(calls, 'costUsd'));

    const focus = readCsv(await report(folder, '--format', 'focus'));
    const google = focus.filter((row) => row.ProviderName === 'Google');
    for (const column of ['BilledCost', 'ListCost', 'EffectiveCost']) expect(sum(google, column)).toBe(cost);
    const credits = focus.filter((row) => row.ConsumedUnit === 'Credits');
    expect(sum(credits, 'ConsumedQuantity')).toBe(String(totals.credits));
    expect(sum(credits, 'x_Characters')).toBe(String(totals.characters));
    expect(sum(credits, 'BilledCost')).toBe('0');
    expect(
      sum(
        focus.filter((row) => row.x_Unpriced !== ''),
        'x_Calls',
      ),
    ).toBe(String(totals.unpriced));

    const shown = `≥ ${formatUsd(parseMoney(cost)!)}`;
    for (const format of ['table', 'md', 'html']) {
      const text = await report(folder, '--format', format);
      expect(text).toContain(shown);
      expect(text).toContain(totals.characters.toLocaleString('en-US'));
      expect(text).toMatch(/1 unpriced: gemini[\\]?-9[\\]?-mystery/);
    }
  });

  it('of the groups, whatever they are', async () => {
    const folder = cwd();
    for (const by of ['day', 'week,model', 'label:phase,label:video,day', 'hour,voice', 'service,status,tier']) {
      for (const top of [[], ['--top', '1']]) {
        const { groups, totals, subtotals } = JSON.parse(await report(folder, '--json', '--by', by, ...top)) as Summary;
        const add = (rows: readonly object[], name: string) =>
          sum(
            rows.map((row) => ({ [name]: String((row as Record<string, unknown>)[name] ?? 0) })),
            name,
          );
        for (const name of ['calls', 'inputTokens', 'characters'] as const)
          expect(add(groups, name)).toBe(String(totals[name]));
        if (by.includes('service')) continue;
        expect(add(groups, 'costUsd')).toBe(String(totals.costUsd));
        const outermost = subtotals.filter(({ key }) => Object.keys(key).length === 1);
        const others = groups.filter(({ key }) => Object.keys(key).length === 0);
        if (subtotals.length > 0) expect(add([...outermost, ...others], 'costUsd')).toBe(String(totals.costUsd));
      }
    }
  });
});

describe('the published JSON Schema', () => {
  it.each([
    [['report', 'calls.jsonl', '--json']],
    [['report', 'calls.jsonl', '--json', '--by', 'day,label:phase', '--breakdown', '--top', '1']],
    [['report', 'calls.jsonl', '--json', '--model', 'none']],
    [['report', 'calls.jsonl', '--json', '--as', 'gemini-2.5-pro=gemini-2.5-flash-lite', '--as-tier', 'batch']],
    [['report', 'calls.jsonl', '--json', '--as-of', '2026-11-01', '--model', 'none']],
    [['demo', '--quiet']],
    [['run', '--quiet', '--', 'true']],
  ])('describes all of %j', async (args) => {
    const folder = cwd();
    const env = { COSTWATCH_DEMO_SPEED: 'fast', COSTWATCH_HOME: join(folder, 'home') };
    const file = args[0] === 'report' ? [] : ['--output', 'summary.json'];
    const [command = '', ...rest] = args;
    const { stdout } = await costwatch([command, ...file, ...rest], { cwd: folder, env: pinned(env) });
    const output = JSON.parse(file.length > 0 ? readFileSync(join(folder, 'summary.json'), 'utf8') : stdout);
    expect(wrongIn(output, 'summary.schema.json')).toBe(null);
  });

  it('refuses what is not a summary', () => {
    expect(wrongIn({ schemaVersion: 2 }, 'summary.schema.json')).not.toBe(null);
  });
});
