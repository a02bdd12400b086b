import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { type InsightsOptions, showInsights } from '../../src/commands/insights/show.ts';
import { writeSessionLog } from '../../src/store/sessions/session-log.ts';
import { call, JUNE, JUNE_11, speech } from '../core/june.ts';
import { costwatch, pinned, temporaryFolder } from './costwatch.ts';
import { MIXED } from './mixed-log.ts';
import { wrongIn } from './schema.ts';

function logOf(events: readonly object[]): string {
  const file = join(temporaryFolder(), 'calls.jsonl');
  writeFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return file;
}

/** As if it were noon of the eleventh of June. */
async function inJune(files: string[], options: InsightsOptions, columns = 80, env: NodeJS.ProcessEnv = pinned()) {
  let stdout = '';
  let stderr = '';
  const code = await showInsights(
    files,
    { timezone: 'UTC', color: false, ...options },
    {
      stdout: {
        columns,
        write: (text) => {
          stdout += text;
        },
      },
      stderr: {
        write: (text) => {
          stderr += text;
        },
      },
      env,
      now: JUNE_11,
    },
  );
  return { code, stdout, stderr };
}

const mystery = call('x', 3, 'gemini-9-mystery', { labels: { panel: 'p1' }, usage: { inputTokens: 1 } });
const TARGETS = ['retryRate=5%', 'failureRate=0.01', 'cacheHitRate=30%', 'cheapShare=0.8', 'label:panel=0.25'];

describe('the table', () => {
  it.each<[string, object[], InsightsOptions, number]>([
    ['60', JUNE, { unit: ['label:panel', 'day'], target: TARGETS }, 60],
    ['80', JUNE, { unit: ['label:panel', 'day'], target: TARGETS }, 80],
    ['120', JUNE, { unit: ['label:panel', 'day'], target: TARGETS }, 120],
    ['plain', JUNE, {}, 80],
    ['two-days', JUNE, { since: '2026-06-09', until: '2026-06-10' }, 80],
    ['speech', [1, 2, 3].map(speech), { unit: ['label:panel'] }, 80],
    ['unpriced', [mystery], { unit: ['label:panel'], target: ['label:panel=1'] }, 80],
    ['mixed', MIXED, { unit: ['label:phase'], target: ['cacheHitRate=0.05'] }, 80],
    ['nothing', JUNE, { model: ['no-such-model'] }, 80],
  ])('%s', async (name, events, options, columns) => {
    const { code, stdout, stderr } = await inJune([logOf(events)], options, columns);
    const hint = name === 'nothing' ? '! 23 calls read, none of which matches the filters\n' : '';
    expect([code, stderr]).toEqual([0, hint]);
    for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    await expect(stdout).toMatchFileSnapshot(`__snapshots__/insights-${name}.txt`);
  });

  it('tells met from missed without colours, and in colours too', async () => {
    const options = { target: ['retryRate=5%', 'failureRate=0.01'] };
    const bare = await inJune([logOf(JUNE)], options);
    expect(bare.stdout).toContain('✓ met: at most 5 %');
    expect(bare.stdout).toContain('✗ missed: at most 1 %');
    const env = { FORCE_COLOR: '1' };
    const { stdout } = await inJune([logOf(JUNE)], { ...options, color: true }, 80, env);
    expect(stdout).toContain('\u001b[32m✓ met: at most 5 %\u001b[39m');
    expect(stdout).toContain('\u001b[31m✗ missed: at most 1 %\u001b[39m');
  });

  it('shows no control character of a label', async () => {
    const event = call('x', 1, 'gemini-2.5-flash', {
      labels: { panel: '\u001b[2Jp\u202e1' },
      usage: { inputTokens: 5 },
    });
    const other = call('y', 1, 'gemini-2.5-flash', { labels: { panel: 'p2' }, usage: { inputTokens: 5 } });
    for (const options of [{}, { json: true }]) {
      const { stdout } = await inJune([logOf([event, other])], { unit: ['label:panel'], ...options });
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    }
  });
});

describe('own sessions', () => {
  it('are read without files', async () => {
    const env = pinned({ COSTWATCH_HOME: join(temporaryFolder(), 'home') });
    const session = { id: 'june', startedAt: '2026-06-01T09:00:00.000Z', command: ['node', 'gen.js'] };
    writeSessionLog(env, session, JUNE);
    const own = await inJune([], { unit: ['label:panel'] }, 80, env);
    expect(own.stdout).toBe((await inJune([logOf(JUNE)], { unit: ['label:panel'] })).stdout);
  });

  it('that there are none is said', async () => {
    const { code, stderr } = await costwatch(['insights'], { env: pinned({ COSTWATCH_HOME: temporaryFolder() }) });
    expect(code).toBe(2);
    expect(stderr).toBe(
      'costwatch: There is no session of your own yet.\n' +
        '  Record one with: costwatch run -- node your-script.js   or name log files: costwatch insights logs/*.jsonl\n',
    );
  });
});

describe('JSON', () => {
  it.each<[string, object[], InsightsOptions]>([
    ['all', JUNE, { unit: ['label:panel'], target: TARGETS }],
    ['speech alone', [speech(1)], { unit: ['day'] }],
    ['nothing', [], {}],
    ['mixed', MIXED, { unit: ['label:phase'] }],
  ])('of %s is as its schema says', async (_, events, options) => {
    const { stdout } = await inJune([logOf(events)], { ...options, json: true });
    expect(wrongIn(JSON.parse(stdout), 'insights.schema.json')).toBe(null);
  });

  it('has the figures of the hand-computed month', async () => {
    const options = { unit: ['label:panel'], target: TARGETS, format: 'json' };
    const found = JSON.parse((await inJune([logOf(JUNE)], options)).stdout);
    expect(found.units[0]).toMatchObject({ units: 3, callsPerUnit: 7.3333, target: 0.25, met: true });
    expect(found.units[0].costUsd).toEqual({
      units: 3,
      total: 0.645,
      mean: 0.215,
      median: 0.22,
      least: 0.15,
      most: 0.275,
    });
    expect(found.rates).toEqual({
      cacheHitRate: { value: 0.0865, part: 90_000, whole: 1_041_000, target: 0.3, met: false },
      retryRate: { value: 0.0435, part: 1, whole: 23, costUsd: 0.055, target: 0.05, met: true },
      failureRate: { value: 0.0435, part: 1, whole: 23, target: 0.01, met: false },
      thinkingShare: { value: 0.396, part: 40_000, whole: 101_000, costUsd: 0.13, target: null, met: null },
      cheapShare: {
        value: 0.75,
        part: 9,
        whole: 12,
        cheapCostUsd: 0.495,
        dearCostUsd: 0.185,
        unclassed: 0,
        target: 0.8,
        met: false,
      },
    });
    expect(
      found.savings.map(({ id, savedUsd, savedCredits }: Record<string, unknown>) => [id, savedUsd ?? savedCredits]),
    ).toEqual([
      ['model', 0.369],
      ['batch', 0.33865],
      ['flex', 0.33865],
      ['caching', 0.30807],
      ['model', 0.1746],
      ['thinking', 0.13],
      ['interrupted', 0.035],
      ['credits', 5000],
    ]);
    expect(found.forecast).toMatchObject({
      month: '2026-06',
      full: 10,
      left: 20,
      costUsd: { soFar: 0.68, expected: 1.875, low: 1.182901741081, high: 2.567098258919 },
      costAccuracy: 'lower-bound',
      characters: { soFar: 10_000, expected: 30_000, low: 30_000, high: 30_000 },
    });
  });

  it('is written to a file', async () => {
    const output = join(temporaryFolder(), 'insights.json');
    const { stdout } = await inJune([logOf(JUNE)], { json: true, output });
    expect(stdout).toBe('');
    expect(JSON.parse(readFileSync(output, 'utf8')).totals.costUsd).toBe(0.68);
  });
});

describe('the command', () => {
  it.each([
    ['nothing missing', [speech(1)], 0],
    ['an unpriced call', [mystery], 2],
    ['a record of no known shape', [speech(1), { weather: 'fine' }], 2],
  ])('with --strict and %s', async (_, events, code) => {
    expect((await costwatch(['insights', logOf(events), '--strict'])).code).toBe(code);
  });

  it('reads an empty log', async () => {
    const { code, stdout } = await costwatch(['insights', logOf([])]);
    expect(code).toBe(0);
    expect(stdout).toContain('No calls found.');
  });

  it('reads standard input', async () => {
    const { stdout } = await costwatch(['insights', '-', '--json'], { input: JSON.stringify(speech(1)) });
    expect(JSON.parse(stdout)).toMatchObject({ totals: { characters: 1000 }, forecast: null });
  });

  it.each([
    [['--unit', 'panel'], "Unknown group 'panel'.\n  Use any of hour, day,"],
    [['--format', 'html'], "Unknown format 'html'.\n  Use --format table or --format json."],
    [
      ['--target', 'speed=1'],
      "--target 'speed=1' sets nothing that is known.\n  Write name=value with one of cacheHitRate,",
    ],
    [['--target', 'label:panel=1'], 'costs of a unit need --unit.'],
    [['--since', 'soon'], "--since 'soon' is not a day."],
  ])('refuses %j', async (args, message) => {
    const { code, stderr, stdout } = await costwatch(['insights', logOf(JUNE), ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});
