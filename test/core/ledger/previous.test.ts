import { describe, expect, it } from 'vitest';
import { Ledger } from '../../../src/core/ledger/ledger.ts';
import { comparePeriods, PreviousDays } from '../../../src/core/ledger/previous.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { previousLine } from '../../../src/views/report/previous.ts';
import { chargesOf } from '../made-charge.ts';

const NOW = new Date('2026-11-22T15:20:00.000Z');
const of = (since: string | undefined, until?: string, zone = 'UTC') =>
  PreviousDays.of({ ...(since ? { since } : {}), ...(until ? { until } : {}) }, NOW, zone);

describe('the days before those of a report', () => {
  it.each([
    ['2026-11-16', '2026-11-22', 'UTC', '2026-11-09', '2026-11-15', '2026-11-15T15:15:00.000Z'],
    ['2026-11-16', undefined, 'UTC', '2026-11-09', '2026-11-15', '2026-11-15T15:15:00.000Z'],
    ['2026-11-01', '2026-11-21', 'UTC', '2026-10-11', '2026-10-31', null],
    ['2026-11-22', undefined, 'UTC', '2026-11-21', '2026-11-21', '2026-11-21T15:15:00.000Z'],
    // In Auckland it is the 23rd already, so the 22nd is over.
    ['2026-11-22', '2026-11-22', 'Pacific/Auckland', '2026-11-21', '2026-11-21', null],
  ])('are, for %s to %s in %s, %s to %s before %s', (since, until, zone, from, to, before) => {
    expect(of(since, until, zone)).toMatchObject({ from, to, before });
  });

  it('are none without a first day', () => {
    expect([of(undefined), of(undefined, '2026-11-20')]).toEqual([undefined, undefined]);
  });

  it('have the calls of their days, and of a period that is not over only the same part', () => {
    const days = of('2026-11-16')!;
    const has = (timestamp: string | undefined) => days.has(timestamp);
    expect(
      [
        '2026-11-08T23:59:59.999Z',
        '2026-11-09T00:00:00.000Z',
        '2026-11-15T15:14:59.999Z',
        '2026-11-15T15:15:00.000Z',
      ].map(has),
    ).toEqual([false, true, true, false]);
    expect(has(undefined)).toBe(false);
  });
});

describe('the change', () => {
  const ledger = (dollars: bigint[], credits = 0) => {
    const made = new Ledger();
    const base = { operation: 'x', status: 'ok', timestamp: '2026-11-10T10:00:00.000Z' } as const;
    const rest = { status: 'priced', model: 'm', charges: [], estimates: [], notes: [] } as const;
    for (const [index, cost] of dollars.entries()) {
      const event: UsageEvent = { ...base, id: `${index}`, service: 'gemini' };
      made.add({ ...rest, charges: chargesOf(cost), estimates: [], notes: [], event, cost });
    }
    if (credits > 0)
      made.add({
        ...rest,
        charges: [],
        estimates: [],
        notes: [],
        event: { ...base, id: 'speech', service: 'elevenlabs', usage: { characters: credits, credits } },
        cost: undefined,
        credits,
      });
    return made;
  };
  const days = of('2026-11-16', '2026-11-21')!;

  it('is exact, with its sign', () => {
    const compared = comparePeriods(
      days,
      ledger([300_000_000_000n, 100_000_000_001n], 500),
      ledger([100_000_000_000n], 800),
    );
    expect(compared).toEqual({
      from: '2026-11-10',
      to: '2026-11-15',
      before: null,
      calls: 3,
      costUsd: 0.400000000001,
      costAccuracy: 'exact',
      characters: 500,
      credits: 500,
      change: { calls: -1, costUsd: -0.300000000001, costRate: -0.75, credits: 300, creditsRate: 0.6 },
    });
    expect(previousLine(compared)).toBe(
      'Before that, 2026-11-10 to 2026-11-15: $0.40 and 500 credits in 3 calls; now $0.30 less (-75 %), 300 credits more (+60 %)',
    );
  });

  it('has no rate from nothing', () => {
    const compared = comparePeriods(days, ledger([]), ledger([1_000_000_000_000n]));
    expect(compared.change).toMatchObject({ costUsd: 1, costRate: null, creditsRate: null });
    expect(previousLine(compared)).toBe('Before that, 2026-11-10 to 2026-11-15: no calls');
  });
});
