import { divide, ZERO } from '../pricing/money.ts';
import { addDays, daysBetween } from '../time/day.ts';

/** A month's end, from the days so far. Amounts are pico-dollars, characters or credits, whatever was put in. */
export interface Forecast {
  /** Up to and including today. */
  soFar: bigint;
  expected: bigint;
  low: bigint;
  high: bigint;
}

/** Which days a forecast rests on. */
export interface ForecastDays {
  /** `2026-11` */
  month: string;
  today: string;
  /** The first day that counts: the first of the month, or of all calls where that is later. */
  from: string;
  /** Full days before today that count, those without a call included. */
  full: number;
  /** Days to go, today included. */
  left: number;
}

/** Fewer full days than this say too little. */
export const LEAST_DAYS = 5;

/** `first` is the first day that there is any call at all, in this month or before. */
export function forecastDays(today: string, first: string): ForecastDays {
  const start = `${today.slice(0, 7)}-01`;
  const from = first > start ? first : start;
  const lastDay = addDays(`${addDays(start, 31).slice(0, 7)}-01`, -1);
  return {
    month: today.slice(0, 7),
    today,
    from,
    full: Math.max(0, daysBetween(from, today)),
    left: daysBetween(today, lastDay) + 1,
  };
}

/**
 * The amount at the end of the month: what is spent, plus the mean of the full days for each day to go; today counts as the
 * more of its own and the mean. The range is two standard deviations of the sum of that many such days, with what the mean
 * itself may be off. Whole numbers throughout. Undefined where there are too few days.
 */
export function forecastMonth(daily: ReadonlyMap<string, bigint>, days: ForecastDays): Forecast | undefined {
  const { full, left, from, today } = days;
  if (full < LEAST_DAYS) return undefined;
  const amounts = Array.from({ length: full }, (_, index) => daily.get(addDays(from, index)) ?? ZERO);
  const spent = amounts.reduce((sum, amount) => sum + amount, ZERO);
  const squares = amounts.reduce((sum, amount) => sum + amount * amount, ZERO);
  const ofToday = daily.get(today) ?? ZERO;
  const mean = divide(spent, full);
  const soFar = spent + ofToday;
  const later = divide(spent * BigInt(left - 1), full);
  const expected = spent + larger(ofToday, mean) + later;

  // 4 var (k + k²/n), with var = (n Σx² - (Σx)²) / (n (n - 1)), over one denominator.
  const [n, k] = [BigInt(full), BigInt(left)];
  const margin = squareRoot((4n * k * (n + k) * (n * squares - spent * spent)) / (n * n * (n - 1n)));
  return { soFar, expected, low: larger(expected - margin, soFar), high: expected + margin };
}

/** `Math.max` takes no `bigint`. */
function larger(one: bigint, other: bigint): bigint {
  if (one > other) return one;
  return other;
}

/** The whole part of a square root, by Newton's method. */
function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}
