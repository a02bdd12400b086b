import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/core/ledger/summary.ts';
import { costwatch, pinned, ROOT, temporaryFolder } from './costwatch.ts';
import { writeSession } from './history-home.ts';
import { madeRun } from './made-run.ts';

const RECORD = ['record', '--service', 'gemini', '--model', 'gemini-3.8-flash', '--input-tokens', '1000000'];
const SET = ['pricing', 'set', 'gemini-3.8-flash', '--input', '10', '--output', '20'];

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

async function run(...args: string[]) {
  const { code, stdout, stderr } = await costwatch(args, { env: pinned({ COSTWATCH_HOME: home }) });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout;
}

async function report(...args: string[]): Promise<Summary> {
  return JSON.parse(await run('report', '--json', '-z', 'UTC', ...args)) as Summary;
}

const notes = ({ reasons }: Summary) => reasons.notes.map(({ reason }) => reason);

describe('the prices of own sessions', () => {
  // 1,000 input tokens at $0.75 and 100 output tokens at $3.75 the million: $0.001125 a call.
  const session = { id: '20261122-101502-a1b2c3', startedAt: '2026-11-22T10:15:02.000Z', calls: [{}, {}] };

  it('stay what they were when a price is set later, unless --reprice asks', async () => {
    const log = writeSession(home, session);
    expect((await report()).totals.costUsd).toBe(0.00225);
    await run(...SET);
    expect((await report()).totals.costUsd).toBe(0.00225);
    expect((await report('--mode', 'calculate')).totals.costUsd).toBe(0.00225);
    expect((await report(log)).totals.costUsd).toBe(0.00225);
    expect(await run('report', '--calls')).toContain('0.001125');

    const repriced = await report('--reprice');
    expect(repriced.totals.costUsd).toBe(0.024);
    expect(notes(repriced)).toEqual([
      'repriced with the prices of today: $0.024, where it was $0.0022 at the prices it was recorded at',
    ]);
    expect((await report('--reprice', log)).totals.costUsd).toBe(0.024);
  });

  it('are named by insights as by report', async () => {
    const log = writeSession(home, session);
    const { priceBook } = await report();
    expect(priceBook.recorded).toHaveLength(1);
    await run(...SET);
    const footer = `prices as recorded, of ${priceBook.recorded![0]}`;
    for (const files of [[], [log]]) {
      expect(await run('insights', '-z', 'UTC', ...files)).toContain(footer);
      expect(JSON.parse(await run('insights', '--json', ...files)).priceBook).toEqual({ ...priceBook, overrides: 1 });
    }
    expect(await run('insights', '-z', 'UTC', '--model', 'none')).toContain(
      `prices of ${priceBook.version} and 1 price`,
    );
  });

  it('are told in the log by the models that it used', async () => {
    const log = readFileSync(writeSession(home, session), 'utf8');
    const { prices } = JSON.parse(log.split('\n')[1]!);
    expect(prices.day).toBe('2026-11-22');
    expect(prices.models.map(({ id }: { id: string }) => id)).toEqual(['gemini-3.8-flash', '*']);
    expect(prices.models[0].periods).toHaveLength(1);
    expect(prices.models[0].periods[0].tiers.standard).toMatchObject({ input: '0.75' });
  });

  it('become known later for calls that had none, which is said', async () => {
    writeSession(home, { ...session, calls: [{ requestModel: 'gemini-99', responseModel: 'gemini-99' }, {}] });
    const before = await report();
    expect([before.totals.unpriced, before.totals.costUsd, before.incomplete]).toEqual([1, 0.001125, true]);
    await run('pricing', 'set', 'gemini-99', '--input', '1', '--output', '1');
    const after = await report();
    expect([after.totals.unpriced, after.totals.costUsd, after.incomplete]).toEqual([0, 0.002225, false]);
    expect(notes(after)).toEqual(['no price was known when it was recorded: priced at a price of today']);
  });

  it('stay with the calls that had them when later ones are added', async () => {
    writeSession(home, session);
    await run(...SET);
    const log = writeSession(home, { ...session, calls: [{}, {}, {}] });
    expect(readFileSync(log, 'utf8').match(/"prices":/g)).toHaveLength(2);
    expect((await report()).totals.costUsd).toBe(0.01425);
  });

  it('are as bad as none where they were damaged, which is said', async () => {
    const log = writeSession(home, session);
    const text = readFileSync(log, 'utf8').replace('"input":"0.75"', '"input":"cheap"');
    writeFileSync(log, text);
    const summary = await report();
    expect(summary.totals.costUsd).toBe(0.00225);
    expect(summary.diagnostics.problems).toEqual([
      { file: log, reason: 'the prices that its calls were priced at cannot be read: priced at those of today' },
    ]);
  });
});

describe('the prices of a run', () => {
  const SCRIPT = `
    import { record } from ${JSON.stringify(join(ROOT, 'dist/index.js'))};
    record({ service: 'gemini', responseModel: 'gemini-3.8-flash', usage: { inputTokens: 1_000_000 } });
  `;

  it('are those of the moment it ran', async () => {
    const script = join(home, 'gen.mjs');
    writeFileSync(script, SCRIPT);
    await run('run', '-q', '--', process.execPath, script);
    const { totals } = await report();
    await run(...SET);
    expect((await report()).totals).toEqual(totals);
    expect((await report('--reprice')).totals.costUsd).toBe(10);
  });

  it('are, for one that was interrupted, those of the moment it is recovered', async () => {
    madeRun(home, '20261122-101502-a1b2c3', { owner: { pid: 2 ** 22 + 1 } }).call();
    const recovered = await costwatch(['report'], { env: pinned({ COSTWATCH_HOME: home }) });
    expect(recovered.stderr).toContain('recovered 1 interrupted session');
    await run(...SET);
    expect((await report()).totals.costUsd).toBe(0.001125);
  });
});

describe('the prices of recorded calls', () => {
  it('are those of the moment they were recorded', async () => {
    await run(...RECORD);
    await run(...SET);
    await run(...RECORD);
    const [day] = readdirSync(join(home, 'sessions'));
    const log = join(home, 'sessions', day!, 'recorded.jsonl');
    expect(readFileSync(log, 'utf8').trim().split('\n')).toHaveLength(4);
    expect((await report('-m', 'calculate')).totals.costUsd).toBe((await report()).totals.costUsd);
    const { totals, charges } = await report();
    const listed = charges.find(({ unitPriceUsd }) => unitPriceUsd !== 10)!;
    expect(totals.costUsd).toBe(10 + listed.unitPriceUsd!);
    expect((await report('--reprice')).totals.costUsd).toBe(20);
  });
});
