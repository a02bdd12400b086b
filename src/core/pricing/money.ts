import { grouped } from '../text.ts';

/**
 * US dollars as an integer number of pico-dollars (1e-12 USD). All arithmetic on money is in this file.
 * A pico-dollar is a millionth of the dollar-per-million-tokens unit of price lists, so
 * `count x price` is exact for every listed price; only multipliers round, once per line, half to even.
 */
export type Money = bigint;

const PICO_DIGITS = 12;
const PICO = 10n ** BigInt(PICO_DIGITS);

export const ZERO: Money = 0n;

/** A non-negative decimal such as `0.75`: digits, at most one point, no sign, no exponent. */
const DECIMAL = /^(\d+)(?:\.(\d+))?$/;

/** Reads a decimal string as money. Returns undefined for anything that is not an exact non-negative decimal. */
export function parseMoney(text: string): Money | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, whole = '0', fraction = ''] = match;
  if (fraction.length > PICO_DIGITS && /[1-9]/.test(fraction.slice(PICO_DIGITS))) return undefined;
  return BigInt(whole) * PICO + BigInt(fraction.slice(0, PICO_DIGITS).padEnd(PICO_DIGITS, '0'));
}

/**
 * Reads a number as JSON gives it (`0.134056`, `4.77e-05`) as money, rounded half-even to a pico-dollar.
 * Returns undefined for negative, infinite and non-numeric values.
 */
export function moneyFromNumber(value: number): Money | undefined {
  if (!Number.isFinite(value) || value < 0 || value > 1e15) return undefined;
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const shift = PICO_DIGITS + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  return shift >= 0 ? digits * 10n ** BigInt(shift) : divideHalfEven(digits, 10n ** BigInt(-shift));
}

/** The cost of `count` units at `price` per `unitSize` units. `count` may be a fraction (seconds, token-hours). */
export function cost(count: number, price: Money, unitSize: number): Money {
  if (Number.isSafeInteger(count)) return divideHalfEven(BigInt(count) * price, BigInt(unitSize));
  const exact = moneyFromNumber(count);
  if (exact === undefined) throw new RangeError(`not a count: ${count}`);
  return divideHalfEven(exact * price, BigInt(unitSize) * PICO);
}

/**
 * What one unit costs, as a number, where that is a whole number of pico-dollars: then `count x unit` is exact as long
 * as it is a safe integer. NaN where it is not.
 */
export function wholeUnitCost(price: Money, unitSize: number): number {
  const size = BigInt(unitSize);
  return price % size === ZERO ? Number(price / size) : Number.NaN;
}

/** Adds up many amounts. Exact; what fits is added as a number, since a `bigint` is an object for every sum. */
export class MoneySum {
  private small = 0;
  private large: Money = ZERO;

  add(amount: Money): void {
    const number = Number(amount);
    if (number > LARGEST_SMALL || number < -LARGEST_SMALL) this.large += amount;
    else this.addNumber(number);
  }

  /** Adds a safe integer of pico-dollars. */
  addNumber(amount: number): void {
    if (amount > LARGEST_SMALL || amount < -LARGEST_SMALL) {
      this.large += BigInt(amount);
      return;
    }
    this.small += amount;
    if (this.small <= LARGEST_SMALL && this.small >= -LARGEST_SMALL) return;
    this.large += BigInt(this.small);
    this.small = 0;
  }

  get total(): Money {
    return this.large + BigInt(this.small);
  }
}

/** Two of these are still a safe integer. */
const LARGEST_SMALL = 2 ** 52 - 1;

/** `price x factor`, for a decimal factor such as `1.1`. */
export function scale(price: Money, factor: string): Money {
  const parsed = parseMoney(factor);
  if (parsed === undefined) throw new RangeError(`not a decimal factor: ${factor}`);
  return divideHalfEven(price * parsed, PICO);
}

/** `total / count`, half-even. */
export function divide(total: Money, count: number): Money {
  return divideHalfEven(total, BigInt(count));
}

function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  if (twice < denominator) return quotient;
  if (twice > denominator) return quotient + 1n;
  return quotient % 2n === 0n ? quotient : quotient + 1n;
}

/** The exact decimal, without trailing zeros: `0.0387`, `1`, `0`. */
export function toDecimal(money: Money): string {
  const digits = money.toString().padStart(PICO_DIGITS + 1, '0');
  const whole = digits.slice(0, -PICO_DIGITS);
  const fraction = digits.slice(-PICO_DIGITS).replace(/0+$/, '');
  return fraction ? `${whole}.${fraction}` : whole;
}

/** `toDecimal(moneyFromNumber(value))`, which for a cost of a call mostly needs no big integers. */
export function decimalFromNumber(value: number): string | undefined {
  if (value >= 0 && value < LARGEST_PLAIN) {
    const pico = value * 1e12;
    const nearest = Math.round(pico);
    // The product is off by less than a hundredth: only near a half it does not tell where to round to.
    if (Math.abs(Math.abs(pico - nearest) - 0.5) > 0.01) return plainDecimal(nearest);
  }
  const money = moneyFromNumber(value);
  return money === undefined ? undefined : toDecimal(money);
}

const LARGEST_PLAIN = 10;

function plainDecimal(pico: number): string {
  const whole = Math.floor(pico / 1e12);
  const rest = pico - whole * 1e12;
  if (rest === 0) return String(whole);
  // In millionths, where that is exact, the digits are a small integer.
  return rest % 1e6 === 0
    ? `${whole}.${withoutZeros(String(rest / 1e6).padStart(6, '0'))}`
    : `${whole}.${withoutZeros(String(rest).padStart(PICO_DIGITS, '0'))}`;
}

function withoutZeros(fraction: string): string {
  let end = fraction.length;
  while (fraction.charCodeAt(end - 1) === 0x30) end--;
  return fraction.slice(0, end);
}

/** The nearest double, whose shortest form is the exact decimal up to 15 significant digits. For JSON only. */
export function toNumber(money: Money): number {
  return Number(toDecimal(money));
}

/**
 * For people, as a total: cents from ten cents up (`$0.62`, `$1,234.50`), four decimals below that (`$0.0387`),
 * and two significant digits below a cent (`$0.0035`), so that a cost never reads `$0.00`.
 */
export function formatUsd(money: Money): string {
  if (money < PICO / 100n) return decorate(roundToSignificant(money, 2));
  return decorate(roundToDecimals(money, money < PICO / 10n ? 4 : 2));
}

/** For people, as a line of a breakdown: four decimals (`$0.1935`), four significant digits below a cent. */
export function formatUsdLine(money: Money): string {
  return decorate(money < PICO / 100n ? roundToSignificant(money, 4) : roundToDecimals(money, 4));
}

function decorate(money: Money): string {
  const [whole = '0', fraction = ''] = toDecimal(money).split('.');
  return `$${grouped(whole)}.${fraction.padEnd(2, '0')}`;
}

function roundToDecimals(money: Money, decimals: number): Money {
  const unit = 10n ** BigInt(PICO_DIGITS - decimals);
  return divideHalfEven(money, unit) * unit;
}

function roundToSignificant(money: Money, digits: number): Money {
  const drop = money.toString().length - digits;
  if (drop <= 0) return money;
  const unit = 10n ** BigInt(drop);
  return divideHalfEven(money, unit) * unit;
}
