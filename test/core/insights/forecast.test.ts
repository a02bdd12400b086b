import { describe, expect, it } from 'vitest';
import { forecastDays, forecastMonth } from '../../../src/core/insights/forecast.ts';
import { ForecastCalls } from '../../../src/core/insights/forecast-calls.ts';
import { price } from '../../../src/core/pricing/price.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { call, flash, JUNE, JUNE_11, pricing, speech, usd } from '../june.ts';

function monthOf(events: readonly UsageEvent[], now = JUNE_11, zone = 'UTC') {
  const calls = new ForecastCalls(now, zone);
  for (const event of events) calls.add(price(event, pricing));
  return calls.forecast;
}

describe('the hand-computed month', () => {
  it('comes to 1.875 dollars and 30,000 characters', () => {
    expect(monthOf(JUNE)).toEqual({
      // Ten full days; twenty to go, the eleventh to the thirtieth.
      days: { month: '2026-06', today: '2026-06-11', from: '2026-06-01', full: 10, left: 20 },
      cost: {
        soFar: usd(0.68),
        accuracy: 'lower-bound',
        forecast: {
          soFar: usd(0.68),
          // Mean 0.0625 a day, more than today's 0.055: 0.625 + 0.0625 + 19 x 0.0625
          expected: usd(1.875),
          // In thousandths: squares 5 x 55² + 2 x 130² + 90² = 57,025; 10 x 57,025 - 625² = 179,625.
          // 4 x 20 x 30 x 179,625 / (10² x 9) = 479,000, whose root is 692.098258919…
          low: usd(1.875) - 692_098_258_919n,
          high: usd(1.875) + 692_098_258_919n,
        },
      },
      // 1,000 on every full day and none yet today: no spread at all.
      characters: {
        soFar: 10_000n,
        forecast: { soFar: 10_000n, expected: 30_000n, low: 30_000n, high: 30_000n },
      },
      credits: { soFar: 10_000n, forecast: { soFar: 10_000n, expected: 30_000n, low: 30_000n, high: 30_000n } },
    });
  });

  it('is made of whole days of the zone', () => {
    // 10:00 UTC is the same day in Seoul, where noon of the eleventh is still the eleventh.
    expect(monthOf(JUNE, JUNE_11, 'Asia/Seoul')).toEqual(monthOf(JUNE));
    // In Kiritimati, 14 hours ahead, it is the next day: the first day of June has no call, and today is the twelfth.
    const ahead = monthOf(JUNE, JUNE_11, 'Pacific/Kiritimati');
    expect(ahead?.days).toEqual({ month: '2026-06', today: '2026-06-12', from: '2026-06-02', full: 10, left: 19 });
  });
});

describe('the days', () => {
  it.each([
    ['2026-06-11', '2026-05-20', '2026-06-01', 10, 20],
    ['2026-06-11', '2026-06-04', '2026-06-04', 7, 20],
    ['2026-06-01', '2026-06-01', '2026-06-01', 0, 30],
    ['2026-06-30', '2026-01-01', '2026-06-01', 29, 1],
    ['2026-12-31', '2026-01-01', '2026-12-01', 30, 1],
    ['2028-02-10', '2026-01-01', '2028-02-01', 9, 20],
  ])('%s since %s', (today, first, from, full, left) => {
    expect(forecastDays(today, first)).toEqual({ month: today.slice(0, 7), today, from, full, left });
  });
});

describe('the forecast', () => {
  const daily = (amounts: Record<number, number>) =>
    new Map(Object.entries(amounts).map(([day, amount]) => [`2026-06-0${day}`, BigInt(amount)]));

  it.each<[string, string, Record<number, number>, object | undefined]>([
    ['needs five full days', '2026-06-05', { 1: 10, 2: 10 }, undefined],
    // Mean 50 / 5 = 10; today's 30 is more: 50 + 30 + 24 x 10. No spread.
    [
      'takes today for what it is',
      '2026-06-06',
      { 1: 10, 2: 10, 3: 10, 4: 10, 5: 10, 6: 30 },
      { soFar: 80n, expected: 320n, low: 320n, high: 320n },
    ],
    // Mean 2 on five days; 25 to go. 4 x 25 x 30 x (5 x 100 - 10²) / (25 x 4) = 12,000, whose root is 109: never below what is spent.
    ['counts days without a call', '2026-06-06', { 3: 10 }, { soFar: 10n, expected: 60n, low: 10n, high: 169n }],
    ['of nothing is nothing', '2026-06-06', {}, { soFar: 0n, expected: 0n, low: 0n, high: 0n }],
  ])('%s', (_, today, amounts, expected) => {
    expect(forecastMonth(daily(amounts), forecastDays(today, '2026-05-01'))).toEqual(expected);
  });
});

describe('what counts', () => {
  const earlier = { ...flash(3, 'a'), id: 'may', timestamp: '2026-05-31T23:59:59.000Z' };
  const later = { ...flash(12, 'a') };
  const { timestamp: _, ...undated } = flash(4, 'a');

  it('is the month, up to today, each call once', () => {
    const two = [flash(3, 'a'), flash(3, 'a'), earlier, later, undated];
    expect(monthOf(two)).toMatchObject({ days: { from: '2026-06-01' }, cost: { soFar: usd(0.055) } });
  });

  it.each<[string, UsageEvent[], object | undefined]>([
    ['no call this month', [earlier], undefined],
    ['no call at all', [], undefined],
    ['speech alone has no dollars', [speech(1)], { cost: undefined, characters: { soFar: 1000n } }],
    [
      'an unpriced call makes it a lower bound',
      [call('x', 2, 'gemini-9-mystery', { usage: { inputTokens: 1 } })],
      { cost: { soFar: 0n, accuracy: 'lower-bound' }, characters: undefined },
    ],
    ['too few days', [flash(9, 'a')], { days: { full: 2 }, cost: { soFar: usd(0.055), forecast: undefined } }],
  ])('%s', (_, events, expected) => {
    const month = monthOf(events);
    if (expected === undefined) expect(month).toBe(undefined);
    else expect(month).toMatchObject(expected);
  });
});
