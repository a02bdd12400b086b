import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { JUNE, speech } from '../core/june.ts';
import { costwatch, pinned, temporaryFolder } from './costwatch.ts';

async function report(args: string[], { columns = '80', events = JUNE } = {}) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'june.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return costwatch(['report', 'june.jsonl', ...args], { cwd, env: pinned({ COLUMNS: columns }) });
}

const LITE = ['--as', 'gemini-2.5-flash-lite'];

describe('a what-if says so in every format', () => {
  it.each([
    ['what-if-60.txt', LITE, '60'],
    ['what-if-80.txt', [...LITE, '--by', 'label:panel'], '80'],
    [
      'what-if-120.txt',
      ['--as', 'gemini-2.5-pro=gemini-2.5-flash', '--as-tier', 'batch', '--as-of', '2026-05-01'],
      '120',
    ],
    ['what-if-tier.txt', ['--as-tier', 'flex', '--service', 'elevenlabs'], '80'],
    ['what-if-unpriced.txt', ['--as', 'gemini-3-pro-image'], '80'],
    ['what-if.md', ['--as-tier', 'batch', '--format', 'md'], '80'],
    ['what-if.html', [...LITE, '--format', 'html'], '80'],
    ['what-if.csv', [...LITE, '--format', 'csv', '--by', 'label:panel'], '80'],
  ])('%s', async (name, args, columns) => {
    const { stdout, stderr, code } = await report(args, { columns });
    expect(code).toBe(0);
    expect(stdout).toContain('WHAT IF');
    if (name.endsWith('.csv')) expect(stderr).toContain('! Actually charged: ≥ $0.68');
    else expect(stderr).toBe('');
    if (name.endsWith('.txt'))
      for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(Number(columns));
    await expect(stdout).toMatchFileSnapshot(`__snapshots__/${name}`);
  });

  it('in JSON as a field of its own, the totals being those of the what-if', async () => {
    const { totals, byModel, whatIf } = JSON.parse((await report([...LITE, '--json'])).stdout);
    expect(totals.costUsd).toBe(0.1364);
    expect(byModel.map(({ model }: { model: string }) => model)).toEqual([
      'gemini-2.5-flash-lite',
      'eleven_multilingual_v2',
    ]);
    expect(whatIf).toEqual({
      models: [{ from: null, to: 'gemini-2.5-flash-lite' }],
      tier: null,
      asOf: null,
      calls: 12,
      real: { costUsd: 0.68, costAccuracy: 'lower-bound' },
      compared: { calls: 12, realCostUsd: 0.68, costUsd: 0.1364, differenceUsd: -0.5436 },
      onlyReal: 0,
      onlyWhatIf: 0,
    });
  });

  it('and a report without one does not', async () => {
    expect(JSON.parse((await report(['--json'])).stdout)).not.toHaveProperty('whatIf');
  });

  it('of speech alone has no dollars to compare', async () => {
    const { stdout } = await report([...LITE], { events: [speech(1)] });
    expect(stdout).toContain('Actually charged: no call is billed in dollars; the what-if covers 0 calls');
  });
});

describe('bad options: exit 2 and what to type', () => {
  it.each([
    ['an unknown model', ['--as', 'gemini-2.5-flsh'], 'no price known for the model gemini-2.5-flsh\n  Did you mean'],
    ['half a pair', ['--as', 'gemini-2.5-pro='], "--as 'gemini-2.5-pro=' names no model.\n  Write --as "],
    ['an unknown tier', ['--as-tier', 'cheap'], "Unknown tier 'cheap'.\n  Use --as-tier with one of standard, batch,"],
    ['no day', ['--as-of', 'soon'], "--as-of 'soon' is not a day."],
    ['recorded costs', [...LITE, '--mode', 'display'], 'A recorded cost says nothing about other prices.\n  Leave out'],
    ['billing rows', [...LITE, '--format', 'focus'], 'A what-if has no billing rows: none of it was charged.\n  Use'],
    ['rows of calls', [...LITE, '--calls'], 'A what-if has no billing rows'],
    ['an explanation', [...LITE, '--explain'], "option '--explain' cannot be used with option '--as <model>'"],
  ])('%s', async (_, args, message) => {
    const { code, stderr, stdout } = await report(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});
