import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CostwatchError, formatUsd, loadPriceBook, price, toDecimal, UsageMonitor, withLabels } from '../src/index.ts';

const home = mkdtempSync(join(tmpdir(), 'costwatch-library-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const bundled = loadPriceBook({ overridesFile: join(home, 'none.json') });
const now = () => new Date('2026-11-22T12:00:00Z');

const call = {
  service: 'gemini',
  operation: 'generate_content',
  status: 'ok',
  responseModel: 'gemini-3.8-flash',
  usage: { inputTokens: 1000, outputTokens: 500 },
} as const;

describe('UsageMonitor', () => {
  it('adds up calls of both services in the JSON contract', () => {
    const monitor = new UsageMonitor({ priceBook: bundled, now });
    const priced = monitor.record({ ...call, labels: { video: 'ep1' } });
    monitor.record(call);
    monitor.record({
      service: 'elevenlabs',
      operation: 'text_to_speech',
      status: 'ok',
      responseModel: 'eleven_v3',
      voice: 'Rachel',
      usage: { characters: 120, credits: 60 },
    });
    expect(priced.status === 'priced' && toDecimal(priced.cost!)).toBe('0.002625');
    const summary = monitor.summary();
    expect(summary).toMatchObject({
      schemaVersion: 1,
      priceBook: { version: bundled.version, overrides: 0 },
      incomplete: false,
      period: { from: '2026-11-22T12:00:00.000Z', to: '2026-11-22T12:00:00.000Z', timezone: 'UTC' },
      totals: {
        calls: 3,
        priced: 3,
        inputTokens: 2000,
        outputTokens: 1000,
        characters: 120,
        credits: 60,
        costUsd: 0.00525,
      },
      diagnostics: { records: 3, duplicates: 0, skipped: 0, problems: [] },
    });
    expect(summary.byService.map(({ service, costUsd }) => [service, costUsd])).toEqual([
      ['gemini', 0.00525],
      ['elevenlabs', null],
    ]);
    expect(summary.charges.map(({ sku, quantity, costUsd }) => [sku, quantity, costUsd])).toEqual([
      ['gemini/gemini-3.8-flash/standard/input.text', 2000, 0.0015],
      ['gemini/gemini-3.8-flash/standard/output.text', 1000, 0.00375],
    ]);
  });

  it('prices by the day of the call', () => {
    const monitor = new UsageMonitor({ priceBook: bundled, now });
    monitor.record({ ...call, timestamp: '2027-01-01T00:00:00Z' });
    expect(monitor.summary().totals.costUsd).toBe(0.00525);
  });

  it('counts an event with a known id once', () => {
    const monitor = new UsageMonitor({ priceBook: bundled, now });
    monitor.record({ ...call, id: 'a' });
    monitor.record({ ...call, id: 'a' });
    expect(monitor.summary()).toMatchObject({ totals: { calls: 1 }, diagnostics: { records: 2, duplicates: 1 } });
  });

  it('reset forgets', () => {
    const monitor = new UsageMonitor({ priceBook: bundled, now });
    monitor.record(call);
    monitor.reset();
    expect(monitor.summary().totals).toMatchObject({ calls: 0, costUsd: 0 });
    monitor.record(call);
    expect(monitor.summary().totals.calls).toBe(1);
  });

  it('names what has no price instead of taking it for free', () => {
    const monitor = new UsageMonitor({ priceBook: bundled, now });
    monitor.record({ ...call, responseModel: 'gemini-99-ultra' });
    expect(monitor.summary()).toMatchObject({
      incomplete: true,
      totals: { unpriced: 1, costUsd: 0 },
      reasons: { unpriced: [{ reason: 'no price known for gemini-99-ultra', calls: 1 }] },
    });
  });

  it.each([
    ['a negative count', { ...call, usage: { inputTokens: -1 } }, 'usage.inputTokens is not a count: -1'],
    ['NaN', { ...call, usage: { outputTokens: Number.NaN } }, 'usage.outputTokens is not a count: NaN'],
    [
      'infinity',
      { ...call, usage: { images: [{ count: Number.POSITIVE_INFINITY }] } },
      'usage.images.0.count is not a count: Infinity',
    ],
    [
      'text for a count',
      { ...call, usage: { inputTokens: '5' as unknown as number } },
      'usage.inputTokens is not a count: 5',
    ],
    [
      'more cached than input',
      { ...call, usage: { inputTokens: 1, cacheReadInputTokens: 2 } },
      'usage.cacheReadInputTokens is more than usage.inputTokens',
    ],
    ['no service', { ...call, service: '' }, 'service is missing'],
    ['no time', { ...call, timestamp: 'soon' }, "timestamp 'soon' is no time"],
  ])('refuses %s and stays as it was', (_name, event, reason) => {
    const monitor = new UsageMonitor({ priceBook: bundled, now });
    expect(() => monitor.record(event)).toThrow(`This is not a usage event: ${reason}.`);
    expect(() => monitor.record(event)).toThrow(CostwatchError);
    expect(monitor.summary().totals.calls).toBe(0);
  });
});

describe('price', () => {
  it('returns exact money', () => {
    const priced = price({ ...call, id: 'x', timestamp: '2026-11-22T00:00:00Z' }, { priceBook: bundled });
    expect(priced.status === 'priced' && priced.cost).toBe(2_625_000_000n);
    expect(priced.status === 'priced' && formatUsd(priced.cost!)).toBe('$0.0026');
  });

  it('takes the prices of the user first', () => {
    const file = join(home, 'prices.json');
    const periods = [{ from: null, to: null, tiers: { standard: { input: '1' } }, sources: [] }];
    const model = { id: 'gemini-3.8-flash', ids: ['gemini-3.8-flash'], kind: 'text', confidence: 'own', periods };
    writeFileSync(file, JSON.stringify({ models: [{ ...model, service: 'gemini', family: 'own' }] }));
    const priced = price(
      { ...call, id: 'x', timestamp: '2026-11-22T00:00:00Z' },
      { priceBook: loadPriceBook({ overridesFile: file }) },
    );
    expect(priced.status === 'priced' && toDecimal(priced.cost!)).toBe('0.002875');
  });
});

describe('withLabels', () => {
  it('outside a run only calls the function', async () => {
    expect(withLabels({ panel: 'a' }, () => 7)).toBe(7);
    await expect(withLabels({ panel: 'a' }, async () => 'later')).resolves.toBe('later');
    expect(() =>
      withLabels({ panel: 'a' }, () => {
        throw new Error('mine');
      }),
    ).toThrow('mine');
  });
});
