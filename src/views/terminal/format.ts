import { formatUsd, moneyFromNumber, ZERO } from '../../core/pricing/money.ts';
import { grouped } from '../../core/text.ts';

// Made on first use: it takes 10 ms, which a report without fractions can do without.
let counts: Intl.NumberFormat | undefined;

/** `1,000,000`; fractions keep up to one decimal. */
export function formatCount(value: number): string {
  if (Number.isSafeInteger(value) && value >= 0) return grouped(String(value));
  counts ??= new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
  return counts.format(value);
}

/** Four characters at most before the unit: `1,024`, `52.3k`, `1.05M`. */
export function formatShort(value: number): string {
  if (value < 10_000) return formatCount(value);
  const [unit, size] = value < 1_000_000 ? ['k', 1000] : value < 1e9 ? ['M', 1e6] : ['B', 1e9];
  const scaled = value / (size as number);
  return `${scaled.toFixed(scaled < 10 ? 2 : scaled < 100 ? 1 : 0)}${unit}`;
}

/** A total in dollars: `$0.62`, `$0.0035`. Undefined and null are no dollars at all. */
export function formatCost(usd: number | null | undefined): string {
  return usd === null || usd === undefined ? '–' : formatUsd(moneyFromNumber(usd) ?? ZERO);
}

/** `0.8 s`, `12.3 s`, `4 min 05 s`, `1 h 02 min`. */
export function formatDuration(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`;
}

/** `1 call`, `2 calls`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
