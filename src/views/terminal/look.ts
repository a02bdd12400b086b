import type { ChalkInstance } from 'chalk';
import type { ListedPrice } from '../../core/pricing/list.ts';
import { type Money, toDecimal } from '../../core/pricing/money.ts';
import { cellsIn } from './cells.ts';

/** How much room there is, and the colours to use. */
export interface Look {
  columns: number;
  colors: ChalkInstance;
}

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

/** Breaks text into lines of at most `width` cells, at spaces, or after a hyphen or slash where a word is too long. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((long) => pieces(long, width))) {
    const joined = word.startsWith(GLUE) ? line + word.slice(1) : line ? `${line} ${word}` : word;
    if (cellsIn(joined) <= width || line === '') line = joined;
    else {
      lines.push(line);
      line = word.replace(GLUE, '');
    }
  }
  return [...lines, line];
}

/** Marks a piece that goes on with the word before it; it never reaches the output. */
const GLUE = '\u0000';

function pieces(word: string, width: number): string[] {
  const cells = cellsIn(word);
  if (cells <= width) return [word];
  const parts = word.match(/[^-/_]*[-/_]+|[^-/_]+/g) ?? [word];
  const characters = cells > word.length ? Math.max(1, Math.floor(width / 2)) : width;
  const short = parts.flatMap((part) => part.match(new RegExp(`.{1,${characters}}`, 'gu')) ?? []);
  return short.map((part, index) => (index === 0 ? part : GLUE + part));
}

export function indented(text: string, look: Look, indent = '  ', first = indent): string {
  return wrap(text, look.columns - indent.length)
    .map((line, index) => (index === 0 ? first : indent) + line)
    .join('\n');
}

export function daysAgo(days: number): string {
  if (days === 0) return 'today';
  return days === 1 ? '1 day ago' : `${days.toLocaleString('en-US')} days ago`;
}
