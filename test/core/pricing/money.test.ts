import { describe, expect, it } from 'vitest';
import {
  cost,
  divide,
  formatUsd,
  formatUsdLine,
  type Money,
  moneyFromNumber,
  parseMoney,
  scale,
  toDecimal,
  toNumber,
} from '../../../src/core/pricing/money.ts';

const usd = (text: string): Money => parseMoney(text)!;

describe('parseMoney', () => {
  it.each([
    ['0', 0n],
    ['0.75', 750_000_000_000n],
    ['10', 10_000_000_000_000n],
    ['0.000000000001', 1n],
    ['0.0750000000000000', 75_000_000_000n],
    ['007', 7_000_000_000_000n],
  ])('reads %s', (text, money) => {
    expect(parseMoney(text)).toBe(money);
  });

  it.each([
    ...['', ' ', '-1', '+1', '1e3', '1E-6', '.5', '1.', '1,000', '$1', '0x10', 'NaN', 'Infinity', ' 1', '1 ', '1\n'],
    ...['0.0000000000001', '١', '1_000', '1.2.3'],
  ])('refuses %j', (text) => {
    expect(parseMoney(text)).toBeUndefined();
  });

  it('is undone by toDecimal for any amount', () => {
    for (const money of samples(500)) expect(parseMoney(toDecimal(money))).toBe(money);
  });
});

describe('moneyFromNumber', () => {
  it.each([
    [0, '0'],
    [0.134056, '0.134056'],
    [4.77e-5, '0.0000477'],
    [0.1 + 0.2, '0.3'],
    [1e15, '1000000000000000'],
    [5e-13, '0'],
    [1.5e-12, '0.000000000002'],
    [2.5e-12, '0.000000000002'],
    [Number.MIN_VALUE, '0'],
  ])('reads %d', (value, decimal) => {
    expect(toDecimal(moneyFromNumber(value)!)).toBe(decimal);
  });

  it.each([-1, -1e-9, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.1e15])(
    'refuses %d',
    (value) => {
      expect(moneyFromNumber(value)).toBeUndefined();
    },
  );
});

describe('cost', () => {
  it.each([
    [1_000_000, '0.30', 1_000_000, '0.3'],
    [1, '0.30', 1_000_000, '0.0000003'],
    [119, '0.0375', 1_000_000, '0.0000044625'],
    [3, '14', 1000, '0.042'],
    [8, '0.40', 1, '3.2'],
    [0.5, '0.40', 1, '0.2'],
    [7.25, '0.10', 1, '0.725'],
    [0, '120', 1_000_000, '0'],
    [Number.MAX_SAFE_INTEGER, '1', 1_000_000, '9007199254.740991'],
  ])('of %d at $%s per %d is $%s', (count, price, size, expected) => {
    expect(toDecimal(cost(count, usd(price), size))).toBe(expected);
  });

  it('rounds halves to even', () => {
    expect(cost(1, 1n, 2)).toBe(0n);
    expect(cost(3, 1n, 2)).toBe(2n);
    expect(cost(5, 1n, 2)).toBe(2n);
    expect(cost(7, 1n, 2)).toBe(4n);
  });

  it('adds up: the parts of a count cost what the whole costs', () => {
    const price = usd('0.075');
    for (const [index, money] of samples(200).entries()) {
      const whole = Number(money % 1_000_000_000n);
      const part = Math.floor((whole * (index % 97)) / 97);
      expect(cost(part, price, 1_000_000) + cost(whole - part, price, 1_000_000)).toBe(cost(whole, price, 1_000_000));
    }
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -0.5])('refuses the count %d', (count) => {
    expect(() => cost(count, usd('1'), 1)).toThrow(RangeError);
  });
});

describe('scale and divide', () => {
  it.each([
    ['0.25', '1.1', '0.275'],
    ['1.5', '1.1', '1.65'],
    ['0.000000000001', '0.5', '0'],
    ['0.000000000003', '0.5', '0.000000000002'],
  ])('%s x %s = %s', (price, factor, expected) => {
    expect(toDecimal(scale(usd(price), factor))).toBe(expected);
  });

  it('refuses a factor that is no decimal', () => {
    expect(() => scale(usd('1'), '-1')).toThrow(RangeError);
  });

  it('averages half to even', () => {
    expect(divide(usd('1.05'), 43)).toBe(24_418_604_651n);
    expect(divide(3n, 2)).toBe(2n);
    expect(divide(1n, 2)).toBe(0n);
  });
});

describe('for people', () => {
  it.each([
    ['0', '$0.00', '$0.00'],
    ['0.0035', '$0.0035', '$0.0035'],
    ['0.00000412345', '$0.0000041', '$0.000004123'],
    ['0.00999', '$0.01', '$0.00999'],
    ['0.0387', '$0.0387', '$0.0387'],
    ['0.09999', '$0.10', '$0.10'],
    ['0.1935', '$0.19', '$0.1935'],
    ['0.125', '$0.12', '$0.125'],
    ['0.6185', '$0.62', '$0.6185'],
    ['1234.5', '$1,234.50', '$1,234.50'],
    ['1234567.891', '$1,234,567.89', '$1,234,567.891'],
  ])('%s', (decimal, total, line) => {
    expect(formatUsd(usd(decimal))).toBe(total);
    expect(formatUsdLine(usd(decimal))).toBe(line);
  });

  it('never shows a cost as nothing', () => {
    for (const money of samples(300)) expect(formatUsd(money % 10_000_000_000n || 1n)).toMatch(/[1-9]/);
  });
});

it('gives JSON the exact decimal', () => {
  expect(toNumber(usd('0.1') + usd('0.2'))).toBe(0.3);
  expect(toNumber(usd('0.0000003'))).toBe(3e-7);
});

/** Amounts of all sizes, the same at every run. */
function samples(count: number): Money[] {
  let state = 42n;
  return Array.from({ length: count }, (_, index) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
    return state >> BigInt(index % 60);
  });
}
