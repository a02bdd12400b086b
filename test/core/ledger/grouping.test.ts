import { describe, expect, it } from 'vitest';
import type { Arrangement } from '../../../src/core/ledger/grouping.ts';
import { Ledger } from '../../../src/core/ledger/ledger.ts';
import { type Summary, summarize } from '../../../src/core/ledger/summary.ts';
import { Trend } from '../../../src/core/ledger/trend.ts';
import type { PriceBook } from '../../../src/core/pricing/book/book.ts';
import type { PricedEvent } from '../../../src/core/pricing/price.ts';
import { dimension } from '../../../src/core/usage/dimension.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { chargesOf } from '../made-charge.ts';

const book = { version: '2026-11-21', models: [], overrides: [] } as unknown as PriceBook;

let made = 0;
function call(microUsd: number, labels: Record<string, string>, fields: Partial<UsageEvent> = {}): PricedEvent {
  const event: UsageEvent = {
    id: `e${++made}`,
    service: 'gemini',
    operation: 'generate_content',
    status: 'ok',
    responseModel: 'gemini-2.5-flash',
    timestamp: '2026-11-22T10:00:00.000Z',
    labels,
    ...fields,
  };
  const cost = BigInt(microUsd) * 1_000_000n;
  return {
    status: 'priced',
    event,
    model: event.responseModel,
    charges: chargesOf(cost),
    cost,
    estimates: [],
    notes: [],
  };
}

function ledgerOf(calls: PricedEvent[], names: string[]): Ledger {
  const ledger = new Ledger(names.map((name) => dimension(name, 'UTC')));
  for (const one of calls) ledger.add(one);
  return ledger;
}

function summary(calls: PricedEvent[], arrangement: Arrangement): Summary {
  const ledger = ledgerOf(calls, [...new Set([...arrangement.by, 'service', 'model'])]);
  return summarize(ledger, { book, timezone: 'UTC', arrangement });
}

const calls = [
  call(10, { a: 'x', b: '1' }),
  call(20, { a: 'x', b: '2' }),
  call(30, { a: 'x', b: '2' }, { responseModel: 'gemini-2.5-pro' }),
  call(5, { a: 'y', b: '1' }),
  call(1, { b: '3' }),
  call(70, { a: 'z', b: '1' }),
];
const by = ['label:a', 'label:b'];
const brief = ({ groups }: Summary) =>
  groups.map(({ key, others, costUsd }) => [...Object.values(key), others ?? '', costUsd]);

describe('levels of groups', () => {
  it('are in the order of names, calls without one last', () => {
    expect(brief(summary(calls, { by }))).toEqual([
      ['x', '1', '', 0.00001],
      ['x', '2', '', 0.00005],
      ['y', '1', '', 0.000005],
      ['z', '1', '', 0.00007],
      [null, '3', '', 0.000001],
    ]);
  });

  it('are sorted each by its own sums', () => {
    const sorted = summary(calls, { by, sort: 'costUsd' });
    expect(brief(sorted).map(([a, b]) => [a, b])).toEqual([
      ['z', '1'],
      ['x', '2'],
      ['x', '1'],
      ['y', '1'],
      [null, '3'],
    ]);
    const ascending = summary(calls, { by: ['label:a'], sort: 'costUsd', order: 'asc' });
    expect(brief(ascending).map(([a]) => a)).toEqual([null, 'y', 'x', 'z']);
    expect(brief(summary(calls, { by: ['label:a'], order: 'desc' })).map(([a]) => a)).toEqual(['z', 'y', 'x', null]);
  });

  it('sum up what --top leaves out, at each level', () => {
    expect(brief(summary(calls, { by, top: 1 }))).toEqual([
      ['z', '1', '', 0.00007],
      [3, 0.000066],
    ]);
    const two = summary(calls, { by, top: 2 });
    expect(brief(two)).toEqual([
      ['z', '1', '', 0.00007],
      ['x', '2', '', 0.00005],
      ['x', '1', '', 0.00001],
      [2, 0.000006],
    ]);
    expect(two.subtotals.map(({ key, calls: count }) => [key, count])).toEqual([
      [{ 'label:a': 'z' }, 1],
      [{ 'label:a': 'x' }, 3],
    ]);
    expect(brief(summary(calls, { by, top: 5 }))).toHaveLength(5);
  });

  it('list their models in a breakdown', () => {
    const [x] = summary(calls, { by: ['label:a'], breakdown: true }).groups;
    expect(x!.models!.map(({ model, costUsd }) => [model, costUsd])).toEqual([
      ['gemini-2.5-flash', 0.00003],
      ['gemini-2.5-pro', 0.00003],
    ]);
    expect(summary(calls, { by: ['model'], breakdown: true }).groups[0]!.models).toBeUndefined();
  });
});

describe('the metrics of a row', () => {
  it('has rates and averages, null where they would divide by zero', () => {
    const { totals } = summary(
      [
        call(10, {}, { durationMs: 100, usage: { inputTokens: 3, cacheReadInputTokens: 1 } }),
        call(20, {}, { durationMs: 201, attempt: 2 }),
        call(0, {}, { status: 'failed' }),
      ],
      { by: [] },
    );
    expect(totals).toMatchObject({
      averageDurationMs: 151,
      averageCostUsd: 0.000015,
      cacheHitRate: 0.3333,
      retryRate: 0.3333,
      failureRate: 0.3333,
    });
    expect(summary([], { by: [] }).totals).toMatchObject({
      averageDurationMs: null,
      averageCostUsd: null,
      cacheHitRate: null,
      retryRate: null,
      failureRate: null,
    });
  });

  it('adds up seconds without binary noise', () => {
    const usage = { audioSeconds: 0.1 };
    expect(
      summary([call(0, {}, { usage }), call(0, {}, { usage }), call(0, {}, { usage })], { by: [] }).totals.audioSeconds,
    ).toBe(0.3);
  });
});

describe('a trend', () => {
  const on = (day: string, microUsd: number, fields: Partial<UsageEvent> = {}) =>
    call(microUsd, {}, { timestamp: `2026-11-${day}T10:00:00.000Z`, ...fields });
  const trendOf = (list: PricedEvent[], most: number) =>
    new Trend(ledgerOf(list, ['service', 'model', 'day']).groups.values(), most);

  it('has every day between the first and the last', () => {
    const trend = trendOf([on('02', 10), on('04', 5), on('04', 6)], 10);
    expect(trend.buckets).toEqual(['02', '03', '04'].map((day) => ({ from: `2026-11-${day}`, to: `2026-11-${day}` })));
    const [points] = trend.by(() => 'all').values();
    expect(points!.map((point) => point?.costUsd)).toEqual([0.00001, undefined, 0.000011]);
  });

  it('puts days together where there are too many', () => {
    const trend = trendOf([on('01', 1), on('02', 2), on('05', 4)], 2);
    expect(trend.buckets).toEqual([
      { from: '2026-11-01', to: '2026-11-03' },
      { from: '2026-11-04', to: '2026-11-06' },
    ]);
    expect([...trend.by(() => 'all').values()][0]!.map((point) => point?.costUsd)).toEqual([0.000003, 0.000004]);
  });

  it("never adds another vendor's dollars to Gemini's", () => {
    const trend = trendOf([on('01', 1), on('01', 50, { service: 'openai' })], 5);
    expect(trend.by(() => 'all').get('all')![0]!.costUsd).toBe(0.000001);
    expect(trend.by(({ service }) => service!).get('openai')![0]!.costUsd).toBe(0.00005);
  });

  it('of calls without a time is empty', () => {
    expect(trendOf([call(1, {}, { timestamp: undefined } as unknown as Partial<UsageEvent>)], 5).buckets).toEqual([]);
  });
});
