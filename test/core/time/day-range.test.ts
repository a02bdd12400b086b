import { describe, expect, it } from 'vitest';
import type { PricedEvent } from '../../../src/core/pricing/price.ts';
import { parseDay, parseLast, parseWeekday } from '../../../src/core/time/day-range.ts';
import { dimension } from '../../../src/core/usage/dimension.ts';

const NOW = new Date('2026-11-22T23:30:00Z');

describe('--last', () => {
  it.each([
    ['1d', 'UTC', '2026-11-22'],
    ['7d', 'UTC', '2026-11-16'],
    ['2w', 'UTC', '2026-11-09'],
    ['1m', 'UTC', '2026-10-23'],
    ['12m', 'UTC', '2025-11-23'],
    ['1d', 'Asia/Seoul', '2026-11-23'],
  ])('%s in %s is since %s', (text, zone, day) => {
    expect(parseLast(text, NOW, zone)).toBe(day);
  });

  it('a month back from the 31st is the end of the month before', () => {
    expect(parseLast('1m', new Date('2026-03-31T12:00:00Z'), 'UTC')).toBe('2026-03-01');
    expect(parseLast('1m', new Date('2026-01-15T12:00:00Z'), 'UTC')).toBe('2025-12-16');
  });

  it.each([['7'], ['0d'], ['-1d'], ['1y'], ['1.5w'], ['99999d'], ['']])('refuses %j', (text) => {
    expect(() => parseLast(text, NOW, 'UTC')).toThrow('is not a number of days, weeks or months');
  });
});

it.each([
  ['today', '2026-11-22'],
  ['yesterday', '2026-11-21'],
  ['7d', '2026-11-16'],
  ['20261101', '2026-11-01'],
])('--since %s is %s', (text, day) => {
  expect(parseDay(text, '--since', NOW, 'UTC')).toBe(day);
});

describe('weeks and hours', () => {
  const at = (timestamp: string) => ({ event: { timestamp } }) as PricedEvent;

  it.each([
    ['monday', '2026-11-16'],
    ['Sun', '2026-11-22'],
    ['sat', '2026-11-21'],
  ])('a week from %s', (start, first) => {
    const week = dimension('week', { zone: 'UTC', weekStart: parseWeekday(start) });
    expect(week.valueOf(at('2026-11-22T10:00:00.000Z'))).toBe(first);
  });

  it.each([
    ['UTC', '2026-11-22 10:00'],
    ['Asia/Kathmandu', '2026-11-22 15:00'],
    ['America/St_Johns', '2026-11-22 06:00'],
  ])('the hour in %s', (zone, hour) => {
    expect(dimension('hour', zone).valueOf(at('2026-11-22T10:05:00.000Z'))).toBe(hour);
  });

  it('of a change of clocks are told apart by the day they are in', () => {
    const day = dimension('day', 'Europe/Paris');
    expect(day.valueOf(at('2026-10-24T22:30:00.000Z'))).toBe('2026-10-25');
    expect(day.valueOf(at('2026-10-25T23:30:00.000Z'))).toBe('2026-10-26');
  });
});
