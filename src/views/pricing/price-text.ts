import type { ListedPrice } from '../../core/pricing/book/list.ts';
import { type Money, toDecimal } from '../../core/pricing/money.ts';

/** An exact price, with cents at least: `$0.30`, `$0.0375`, `$10.00`. */
export function usd(money: Money): string {
  const [whole = '0', fraction = ''] = toDecimal(money).split('.');
  return `$${whole}.${fraction.padEnd(2, '0')}`;
}

/** A meter in words: `input.cached.audio` is `cached audio input`. */
export function meterName(meter: string): string {
  const [head = '', ...rest] = meter.split('.');
  if (head === 'video') return ['video', ...rest.map((part) => (part === 'audio' ? 'with sound' : part))].join(' ');
  if (head === 'grounding') return `${rest[0] === 'maps' ? 'Google Maps' : 'Google Search'} by ${rest[1]}`;
  if (meter === 'cache.storage') return 'cache storage';
  return [...rest, head].join(' ');
}

const SHORT_UNITS: Record<string, string> = {
  second: 's',
  '1M characters': '1M chars',
  '1M token-hours': '1M tokens x hour',
};

/** `$0.30`, with the unit where it is not a million tokens: `$0.04 / image`. */
export function priceWithUnit({ price, unit }: ListedPrice): string {
  return unit === '1M tokens' ? usd(price) : `${usd(price)} / ${SHORT_UNITS[unit] ?? unit}`;
}

/** A price for a column of its kind, with the modality where it is not the plain one: `audio $1.00`. */
export function shortPrice(price: ListedPrice): string {
  const [head, ...rest] = price.meter.split('.');
  const words =
    head === 'video'
      ? rest.filter((part) => part !== 'audio')
      : rest.filter((part) => part !== 'cached' && part !== 'text');
  return `${price.own ? '*' : ''}${[...words, priceWithUnit(price)].join(' ')}`;
}

/** `today`, `1 day ago`, `12 days ago`. */
export function daysAgo(days: number): string {
  if (days === 0) return 'today';
  return days === 1 ? '1 day ago' : `${days.toLocaleString('en-US')} days ago`;
}
